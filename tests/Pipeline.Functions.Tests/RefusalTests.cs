using Pipeline.Domain;
using Pipeline.Functions.Purchases;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Functions.Tests;

/// <summary>What the ledger refuses is kept there, and its message is done; what it has no room for yet waits.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private static readonly CustomerId Ann = new("ann");
    private Cloud cloud = null!;
    private SessionQueue queue = null!;

    public async Task InitializeAsync()
    {
        cloud = await Cloud.StartAsync();
        queue = new SessionQueue(
            cloud, (message, actions) => cloud.New<ApplyPurchase>().RunAsync(message, actions, default));
    }

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task A_purchase_whose_points_pass_64_bits_is_kept_as_rejected_and_completed_however_often_it_comes()
    {
        await BuyYenAsync("a", long.MaxValue);
        await BuyYenAsync("b", 1);
        await queue.DrainAsync();
        cloud.Time.Advance(TimeSpan.FromMinutes(11));
        await BuyYenAsync("b", 1);
        await queue.DrainAsync();

        var bought = (await cloud.Get<CustomerReader>().PurchaseAsync(Ann, new("b"), default))!;
        Assert.Equal(Reason.PointsOverflow, bought.Purchase.Rejection);
        Assert.Equal(long.MaxValue, await cloud.PointsAsync());
        Assert.Empty(queue.DeadLetters);
    }

    [Fact]
    public async Task A_refund_whose_deficit_passes_64_bits_is_kept_as_rejected_and_completed()
    {
        foreach (var id in new[] { "a", "b" })
        {
            await BuyYenAsync(id, long.MaxValue);
            await queue.DrainAsync();
            cloud.Time.Advance(TimeSpan.FromMinutes(1));
            await cloud.Get<Runtime.Loyalty.Checkout>().HoldAsync(Ann, new(id), long.MaxValue, 60, default);
            await cloud.Get<Runtime.Loyalty.Checkout>().CaptureAsync(Ann, new(id), default);
            cloud.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await RefundAsync("r", "a", new RefundScope.Whole());
        await RefundAsync("s", "b", new RefundScope.Whole());
        await queue.DrainAsync();

        Assert.Equal(new RefundOutcome.Rejected(Reason.PointsOverflow), await OutcomeAsync("s"));
        Assert.IsType<RefundOutcome.Applied>(await OutcomeAsync("r"));
        Assert.Empty(queue.DeadLetters);
    }

    [Fact]
    public async Task A_refund_that_finds_no_room_waits_while_its_session_goes_on_and_is_applied_when_its_purchase_comes()
    {
        await TooManyAsync();
        await Received.PurchaseAsync(cloud, purchase: "other");
        await WorkWhatIsDueAsync();
        Assert.Equal(10, await cloud.PointsAsync());
        Assert.Null(await OutcomeAsync("r50"));

        await Received.PurchaseAsync(cloud, purchase: "late", cups: 100);
        await queue.DrainAsync();

        Assert.IsType<RefundOutcome.Applied>(await OutcomeAsync("r50"));
        Assert.Equal(10 + 100 - 51, await cloud.PointsAsync());
        Assert.Empty(queue.DeadLetters);
    }

    [Fact]
    public async Task A_refund_that_finds_no_room_for_a_day_is_a_dead_letter_with_its_reason_and_the_others_wait_on()
    {
        await TooManyAsync();
        var accepted = cloud.Time.GetUtcNow();

        await queue.DrainAsync();

        var (letter, reason, description) = Assert.Single(queue.DeadLetters);
        Assert.Equal("ann/refund:r50", letter.ApplicationProperties[ServiceBus.WorkMessages.NaturalKey]);
        Assert.Equal(nameof(Reason.TooManyRefunds), reason);
        Assert.Contains("After 100 waits", description);
        Assert.True(cloud.Time.GetUtcNow() - accepted > TimeSpan.FromDays(1));
        Assert.IsType<RefundOutcome.Waiting>(await OutcomeAsync("r49"));
    }

    private async Task TooManyAsync()
    {
        for (var i = 0; i <= Ledger.WaitingPerPurchaseMax; i++)
            await RefundAsync($"r{i:D2}", "late", new RefundScope.ByAmount(100));
    }

    private async Task WorkWhatIsDueAsync()
    {
        while (await queue.RoundAsync())
        {
            // The clock stands still.
        }
    }

    private async Task BuyYenAsync(string purchase, long points)
    {
        Assert.True(Currency.TryParse("JPY", out var yen));
        var basket = new Basket(yen, "web", [new BasketLine("a", null, null, 1, points)], 0, 0, 0);
        Assert.IsType<IntakeAnswer.Accepted>(await cloud.Get<PurchaseIntake>().AcceptAsync(
            Ann, new(purchase), basket, null, new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), null, default));
    }

    private async Task RefundAsync(string refund, string purchase, RefundScope scope) =>
        Assert.IsType<IntakeAnswer.Accepted>(await cloud.Get<PurchaseIntake>().AcceptRefundAsync(
            Ann, new(refund), new(purchase), scope, cloud.Time.GetUtcNow(), null, default));

    private async Task<RefundOutcome?> OutcomeAsync(string refund) =>
        (await cloud.Get<CustomerReader>().RefundAsync(Ann, new(refund), default))?.Outcome;
}
