using System.Text.RegularExpressions;
using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.UseCases;

/// <summary>
/// A purchase, a refund, a hold and a night, with a fault at every single request that the real client makes for them:
/// repeated as a client or a host repeats it, each ends with the very items of a run without faults.
/// </summary>
public sealed partial class FaultTests
{
    /// <summary>
    /// A busy service, before; a service that cannot, before; a request that does not arrive; and one that is done, but
    /// whose answer is lost.
    /// </summary>
    public static TheoryData<Fault> Ways => [Fault.Throttled, Fault.Unavailable, Fault.Unreachable, Fault.LostAnswer];

    [Theory, MemberData(nameof(Ways))]
    public Task A_purchase(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p0", 10), async shop =>
    {
        await AskAsync(() => shop.AcceptAsync("p1", 100));
        await shop.WorkAsync();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_first_purchase(Fault how) => EverywhereAsync(how, static _ => Task.CompletedTask, async shop =>
    {
        await AskAsync(() => shop.AcceptAsync("p1", 100));
        await shop.WorkAsync();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_refund(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p1", 100), async shop =>
    {
        await AskAsync(() => shop.AcceptRefundAsync("r1", "p1", 2_500));
        await shop.WorkAsync();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_hold_and_a_capture(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p1", 100), async shop =>
    {
        Assert.Equal(60, Assert.IsType<CheckoutAnswer.Held>(await AskAsync(() => shop.HoldAsync("h1", 60))).Points);
        Assert.Equal(60, Assert.IsType<CheckoutAnswer.Captured>(await AskAsync(() => shop.CaptureAsync("h1"))).Points);
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_night(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            for (var i = 0; i < 3; i++)
                await shop.BuyAsync("p1", 10 + i, customer: new($"c{i}"));
            shop.Time.Advance(TimeSpan.FromDays(400));
        },
        async shop =>
        {
            await AskAsync(async () => await shop.Runs.PlanAsync("nightly", new DateOnly(2027, 4, 5), default));
            await shop.WorkNightAsync();
            Assert.Equal(
                "done", (await AskAsync(async () => (await shop.Runs.GetAsync("nightly:2027-04-05", default))!)).Status);
        });

    private static async Task EverywhereAsync(Fault how, Func<CloudShop, Task> prepare, Func<CloudShop, Task> act)
    {
        string[] expected;
        using (var shop = await CloudShop.OpenAsync())
        {
            await prepare(shop);
            await act(shop);
            await shop.AssertProvenAsync();
            expected = Comparable(shop);
        }

        for (var number = 1; ; number++)
        {
            using var shop = await CloudShop.OpenAsync();
            await prepare(shop);
            shop.Gateway.Faults.FailAt(number, how);
            await act(shop);
            var hasFailed = shop.Gateway.Faults.HasFailed;
            shop.Gateway.Faults.None();

            Assert.True(
                expected.SequenceEqual(Comparable(shop)),
                $"{how} at request {number}:\n{string.Join('\n', Comparable(shop).Except(expected))}");
            await shop.AssertProvenAsync();
            foreach (var queue in QueueNames.All)
            {
                Assert.Empty((await shop.Queue.ListAsync(queue, 100, null, default)).Letters);
                Assert.Null(shop.Queue.TryReceive(queue, 1));
            }

            if (!hasFailed)
                return;
        }
    }

    /// <summary>All items but for when a run finished, and by which commits they were written.</summary>
    private static string[] Comparable(CloudShop shop) =>
        [.. shop.Items.Select(static item => ByChance().Replace(item, ""))];

    /// <summary>A client that is told 503 asks again.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (StoreUnavailableException)
            {
                // Asks again.
            }
        }
    }

    [GeneratedRegex("\"finishedAtMs\":[0-9]+|\"commit\":\"[^\"]+\"|commit-[A-Za-z0-9_-]{8}")]
    private static partial Regex ByChance();
}
