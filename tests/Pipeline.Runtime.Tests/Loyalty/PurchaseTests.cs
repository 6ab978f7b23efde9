using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class PurchaseTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task An_accepted_purchase_is_worked_and_its_points_are_spendable()
    {
        Assert.Equal(new IntakeAnswer.Accepted(Replayed: false), await shop.AcceptAsync("p1", 120));
        Assert.Null(await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default));

        await shop.WorkAsync();

        var view = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!;
        Assert.Equal(120, view.Purchase.Points);
        Assert.Equal((120, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_repetition_is_replayed_while_it_waits_and_after_it_was_worked()
    {
        await shop.AcceptAsync("p1", 120);
        Assert.Equal(new IntakeAnswer.Accepted(Replayed: true), await shop.AcceptAsync("p1", 120));
        await shop.WorkAsync();
        Assert.Equal(new IntakeAnswer.Accepted(Replayed: true), await shop.AcceptAsync("p1", 120));

        await shop.WorkAsync();

        Assert.Equal((120, 0, 0, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task Other_content_under_a_known_id_is_refused_while_it_waits_and_after_it_was_worked()
    {
        await shop.AcceptAsync("p1", 120);
        Assert.IsType<IntakeAnswer.ContentDiffers>(await shop.AcceptAsync("p1", 121));
        await shop.WorkAsync();
        Assert.IsType<IntakeAnswer.ContentDiffers>(await shop.AcceptAsync("p1", 121));

        await shop.WorkAsync();

        Assert.Equal((120, 0, 0, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task Every_field_of_a_purchase_is_part_of_its_content()
    {
        var line = new BasketLine("cup", "Cup", "home", 2, 100);
        var basket = Shop.Basket("GBP", line);
        await SendAsync(basket);

        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(Shop.Basket("EUR", line)));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(basket with { Channel = "shop" }));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(basket with { Discount = 1 }));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(basket with { Shipping = 1 }));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(basket with { Tax = 1 }));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(Shop.Basket("GBP", line with { Sku = "mug" })));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(Shop.Basket("GBP", line with { Name = "Mug" })));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(Shop.Basket("GBP", line with { Category = null })));
        Assert.IsType<IntakeAnswer.ContentDiffers>(
            await SendAsync(Shop.Basket("GBP", line with { Quantity = 1, UnitPrice = 200 })));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(basket, hold: "h1"));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await SendAsync(basket, at: Shop.Opening.AddMilliseconds(1)));
        Assert.Equal(new IntakeAnswer.Accepted(Replayed: true), await SendAsync(basket));
    }

    [Fact]
    public async Task What_cannot_earn_is_refused_at_once_and_nothing_is_queued()
    {
        var line = new BasketLine("cup", null, null, 1, 100);
        var narrow = LoyaltyProgram.Default with
        {
            Earning = LoyaltyProgram.Default.Earning with
            {
                Rates = LoyaltyProgram.Default.Earning.Rates with { Default = null },
            },
        };

        Assert.Equal(
            new IntakeAnswer.Refused(IntakeProblem.DiscountAboveGoods),
            await SendAsync(Shop.Basket("GBP", line) with { Discount = 101 }));
        Assert.Equal(
            new IntakeAnswer.Refused(IntakeProblem.TotalOverflows),
            await SendAsync(Shop.Basket("GBP", line) with { Tax = long.MaxValue }));
        Assert.Equal(
            new IntakeAnswer.Refused(IntakeProblem.UnknownCurrency), await new Shop(narrow).AcceptAsync("p1", 1));
        Assert.Null(shop.Queue.TryReceive(QueueNames.Purchases, 1));
    }

    [Fact]
    public async Task A_full_queue_is_told_and_nothing_is_acknowledged()
    {
        var full = new MemoryQueue(shop.Time, messagesMax: 1);
        var intake = new PurchaseIntake(shop.Memory, full, shop.Programs, shop.Time);
        await intake.AcceptAsync(Shop.Ann, new("p1"), Shop.Cups(1), null, shop.Now, null, default);

        await Assert.ThrowsAsync<QueueFullException>(async () =>
            await intake.AcceptAsync(Shop.Ann, new("p2"), Shop.Cups(1), null, shop.Now, null, default));
    }

    [Fact]
    public async Task The_trace_of_the_request_travels_with_the_message()
    {
        await shop.Intake.AcceptAsync(Shop.Ann, new("p1"), Shop.Cups(1), null, shop.Now, "00-trace-span-01", default);

        Assert.Equal("00-trace-span-01", shop.Queue.TryReceive(QueueNames.Purchases, 1)!.Messages[0].Message.TraceParent);
    }

    [Fact]
    public async Task A_purchase_is_stamped_when_it_is_accepted_and_not_when_it_is_worked()
    {
        await shop.AcceptAsync("p1", 10, at: Shop.Opening.AddHours(-3));
        shop.Time.Advance(TimeSpan.FromHours(1));
        await shop.WorkAsync();

        var entry = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!.Entry;

        Assert.Equal(Shop.Opening.AddHours(-3), entry.OccurredAt);
        Assert.Equal(Shop.Opening, entry.RecordedAt);
    }

    private async Task<IntakeAnswer> SendAsync(Basket basket, string? hold = null, DateTimeOffset? at = null) =>
        await shop.Intake.AcceptAsync(
            Shop.Ann, new("p1"), basket, hold is null ? null : new HoldId(hold), at ?? Shop.Opening, null, default);
}
