using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Members;

public sealed class AdjustmentTests
{
    private readonly Shop shop = new(LoyaltyProgram.Default with { Adjustments = new AdjustmentRules(FourEyesAbove: 100, Max: 1_000) });

    [Fact]
    public async Task Up_to_the_limit_one_key_gives_and_takes_at_once()
    {
        await shop.BuyAsync("p1", 10);

        Assert.Equal((AdjustmentStatus.Applied, false), Done(await AskAsync("a1", 100)));
        Assert.Equal((AdjustmentStatus.Applied, false), Done(await AskAsync("a2", -30)));
        Assert.Equal((AdjustmentStatus.Applied, true), Done(await AskAsync("a2", -30)));

        Assert.Equal((80, 0, 0, 0), await shop.PointsAsync());
        Assert.IsType<AdjustmentAnswer.ContentDiffers>(await AskAsync("a2", -31));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Above_the_limit_another_key_decides_and_both_names_are_kept()
    {
        await shop.BuyAsync("p1", 10);

        Assert.Equal((AdjustmentStatus.Pending, false), Done(await AskAsync("a1", -101)));
        Assert.Equal((10, 0, 0, 0), await shop.PointsAsync());
        Assert.Equal("a1", Assert.Single((await shop.PendingAdjustments.ListAsync(10, null, default)).Adjustments).Id.Value);
        foreach (var same in (string[])["desk", "Desk", "DESK"])
            Assert.IsType<AdjustmentAnswer.SameApprover>(await DecideAsync("a1", true, same));
        Assert.Equal((AdjustmentStatus.Applied, false), Done(await DecideAsync("a1", true, "boss")));
        Assert.Equal((AdjustmentStatus.Applied, true), Done(await DecideAsync("a1", true, "boss")));
        Assert.Equal(AdjustmentStatus.Applied, Assert.IsType<AdjustmentAnswer.Decided>(await DecideAsync("a1", false, "boss")).Status);

        Assert.Equal((0, 0, 0, 91), await shop.PointsAsync());
        Assert.Empty((await shop.PendingAdjustments.ListAsync(10, null, default)).Adjustments);
        var kept = (await shop.Adjustments.GetAsync(Shop.Ann, new("a1"), default))!.Stored;
        Assert.Equal(("desk", "boss"), (kept.By, kept.DecidedBy));
        Assert.Equal((AdjustmentStatus.Pending, true), Done(await AskAsync("a1", -101)));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task What_is_rejected_moves_nothing_and_stays_rejected()
    {
        await shop.BuyAsync("p1", 10);
        await AskAsync("a1", 500);

        Assert.Equal((AdjustmentStatus.Rejected, false), Done(await DecideAsync("a1", false, "boss")));

        Assert.IsType<AdjustmentAnswer.Decided>(await DecideAsync("a1", true, "chief"));
        Assert.Equal((10, 0, 0, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task What_is_above_the_most_or_of_nobody_is_refused_and_nothing_is_kept()
    {
        Assert.IsType<AdjustmentAnswer.UnknownCustomer>(await AskAsync("a1", 10));
        await shop.BuyAsync("p1", 10);
        var before = shop.Stored();

        Assert.Equal(1_000, Assert.IsType<AdjustmentAnswer.AboveLimit>(await AskAsync("a1", -1_001)).Max);
        Assert.IsType<AdjustmentAnswer.Unknown>(await DecideAsync("a1", true, "boss"));

        Assert.Equal(before, shop.Stored());
    }

    [Fact]
    public async Task Of_64_approvals_and_rejections_at_once_one_decides()
    {
        await shop.BuyAsync("p1", 10);
        await AskAsync("a1", 500);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    return await DecideAsync("a1", i % 2 == 0, $"key{i}");
                }
                catch (ContendedException)
                {
                    // Told to come back.
                }
            }
        })));

        var won = Assert.Single(answers.OfType<AdjustmentAnswer.Done>());
        Assert.Equal(63, answers.Count(static answer => answer is AdjustmentAnswer.Decided));
        var isApplied = won.Adjustment.Stored.Status == AdjustmentStatus.Applied;
        Assert.Equal((isApplied ? 510 : 10, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Pending_adjustments_of_many_customers_are_listed_page_by_page()
    {
        var names = Enumerable.Range(0, 9).Select(static i => $"c{i}").ToArray();
        foreach (var name in names)
        {
            await shop.BuyAsync("p1", 1, customer: new(name));
            await shop.Adjustments.AskAsync(new(name), new("a"), 200, "Contest", "desk", default);
        }

        var found = new List<string>();
        string? cursor = null;
        do
        {
            (var page, cursor) = await shop.PendingAdjustments.ListAsync(2, cursor, default);
            found.AddRange(page.Select(static one => one.Customer.Value));
        }
        while (cursor is not null);

        Assert.Equal(names, found.Order(StringComparer.Ordinal));
        await Assert.ThrowsAsync<InvalidCursorException>(
            async () => await shop.PendingAdjustments.ListAsync(2, "nonsense", default));
    }

    private async Task<AdjustmentAnswer> AskAsync(string id, long points) =>
        await shop.Adjustments.AskAsync(Shop.Ann, new(id), points, "Booked twice", "desk", default);

    private async Task<AdjustmentAnswer> DecideAsync(string id, bool approves, string by) =>
        await shop.Adjustments.DecideAsync(Shop.Ann, new(id), approves, by, default);

    private static (AdjustmentStatus Status, bool Replayed) Done(AdjustmentAnswer answer) =>
        answer is AdjustmentAnswer.Done done
            ? (done.Adjustment.Stored.Status, done.Replayed)
            : throw new InvalidOperationException($"{answer}");
}
