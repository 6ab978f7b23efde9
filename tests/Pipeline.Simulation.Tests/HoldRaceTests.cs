using System.Globalization;
using Pipeline.Simulation.Tests.Support;

namespace Pipeline.Simulation.Tests;

/// <summary>Checkouts that want the same points at the same moment.</summary>
public sealed class HoldRaceTests(OneHost host) : IClassFixture<OneHost>
{
    private const int Points = 100;

    [Fact]
    public async Task Of_two_holds_on_the_whole_balance_exactly_one_is_granted()
    {
        using var limit = Chaos.Deadline();
        using var api = host.Served.Client();
        await Parallel.ForAsync(0, 8, limit.Token, async (i, _) =>
        {
            var customer = await CustomerAsync(api, $"two-{i}", limit.Token);
            for (var round = 0; round < Chaos.Times(30); round++)
            {
                string[] holds = [$"a{round}", $"b{round}"];
                var acts = holds.Select(hold => Act.Hold(customer, hold, Points));
                var answers = await AtOnceAsync(acts, api, limit.Token);
                Assert.Equal([201, 422], answers.Select(static answer => answer.Status).Order());
                var refused = answers.Single(static answer => !answer.IsWell);
                Assert.Contains("insufficient-points", refused.Body, StringComparison.Ordinal);
                var granted = answers[0].IsWell ? holds[0] : holds[1];
                Assert.Equal(new Sums(0, 0, Points, 0), await api.BalanceAsync(customer, limit.Token));
                await api.WellAsync(Act.Release(customer, granted), limit.Token);
            }

            Assert.Equal(new Sums(Points, 0, 0, 0), await api.BalanceAsync(customer, limit.Token));
        });
    }

    [Fact]
    public async Task Of_many_holds_that_together_pass_the_balance_as_many_are_granted_as_it_covers()
    {
        using var limit = Chaos.Deadline();
        using var api = host.Served.Client();
        for (var round = 0; round < Chaos.Times(10); round++)
        {
            var customer = await CustomerAsync(api, $"many-{round}", limit.Token);
            var answers = await AtOnceAsync(
                Enumerable.Range(0, 12).Select(i => Act.Hold(customer, $"h{i}", 30)), api, limit.Token);
            Assert.Equal(3, answers.Count(static answer => answer.Status == 201));
            Assert.Equal(9, answers.Count(static answer => answer.Status == 422));
            Assert.Equal(new Sums(10, 0, 90, 0), await api.BalanceAsync(customer, limit.Token));
        }
    }

    [Fact]
    public async Task A_hold_that_is_captured_and_released_at_once_ends_in_one_of_both_ways()
    {
        using var limit = Chaos.Deadline();
        using var api = host.Served.Client();
        for (var round = 0; round < Chaos.Times(20); round++)
        {
            var customer = await CustomerAsync(api, $"ends-{round}", limit.Token);
            var hold = Act.Hold(customer, "h", 40);
            var held = await AtOnceAsync([hold, hold], api, limit.Token);
            Assert.Equal(201, held[0].Status);
            Assert.Equal(held[0], held[1]);

            var (capture, release) = (Act.Capture(customer, "h"), Act.Release(customer, "h"));
            var ended = await AtOnceAsync([capture, release, capture, release], api, limit.Token);
            Assert.Equal([200, 200, 409, 409], ended.Select(static answer => answer.Status).Order());
            Assert.Equal(ended[0], ended[2]);
            Assert.Equal(ended[1], ended[3]);
            var isCaptured = ended[0].IsWell;
            var (refused, why) = isCaptured ? (ended[1], "hold-captured") : (ended[0], "hold-released");
            Assert.Contains(why, refused.Body, StringComparison.Ordinal);
            Assert.Equal(
                new Sums(isCaptured ? Points - 40 : Points, 0, 0, 0), await api.BalanceAsync(customer, limit.Token));
        }
    }

    private static async Task<Answer[]> AtOnceAsync(IEnumerable<Act> acts, Api api, CancellationToken deadline)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = acts.Select(act => Task.Run(async () =>
        {
            await start.Task;
            return await api.UntilAnsweredAsync(act, deadline);
        })).ToArray();
        start.SetResult();
        return await Task.WhenAll(sent);
    }

    /// <summary>A customer who has <see cref="Points"/>.</summary>
    private static async Task<string> CustomerAsync(Api api, string customer, CancellationToken deadline)
    {
        await api.WellAsync(
            Act.Purchase(string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {"purchaseId":"p","customerId":"{{customer}}","occurredAt":"2026-01-05T10:00:00Z","currency":"GBP",
                "lines":[{"sku":"mug","quantity":{{Points}},"unitPrice":100}]}
                """)),
            deadline);
        await api.AppearsAsync($"/v1/customers/{customer}/purchases/p", deadline);
        return customer;
    }
}
