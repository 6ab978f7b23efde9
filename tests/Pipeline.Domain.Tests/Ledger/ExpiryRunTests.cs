using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class ExpiryRunTests
{
    private readonly Shop shop = new(Program(Days(10)));

    [Fact]
    public void A_run_writes_down_each_expiry_at_its_own_instant()
    {
        shop.Buy("a", 10);
        shop.Now = Day(1);
        shop.Buy("b", 20);
        shop.Buy("c", 30);
        shop.Now = Day(15);
        var entries = Assert.IsType<Decision.Accepted>(shop.Expire()).Entries;
        Assert.Equal([(Day(10), -10L, "10 points expired"), (Day(11), -50L, "50 points expired")],
            entries.Select(e => (e.OccurredAt, e.Points, e.Reason)));
        Assert.All(entries, e => Assert.Equal(Day(15), e.RecordedAt));
        Assert.Empty(shop.Account.Lots);
        Assert.Equal(Day(15), shop.Account.ExpiredThrough);
    }

    [Fact]
    public void A_second_run_an_earlier_one_and_one_with_nothing_due_change_nothing()
    {
        shop.Buy("a", 10);
        Assert.IsType<Decision.Nothing>(shop.Expire());
        shop.Now = Day(15);
        shop.Expire();
        var before = shop.Account;
        Assert.IsType<Decision.Nothing>(shop.Expire());
        shop.Now = Day(12);
        Assert.IsType<Decision.Nothing>(shop.Expire());
        Assert.Equal(before, shop.Account);
    }

    [Fact]
    public void A_run_under_a_hold_writes_down_the_free_points_and_the_held_ones_when_the_hold_has_ended()
    {
        shop.Buy("a", 100);
        shop.Now = Day(9, 23);
        shop.Hold("h", 60, seconds: 7200);
        Assert.Equal(Day(10), shop.Account.DueAt);
        shop.Now = Day(10, 0, 30);
        Assert.Equal(-40, First(shop.Expire()).Points);
        Assert.Equal((0, 0, 60, 0), shop.Points);
        Assert.Equal(Day(10, 1), shop.Account.DueAt);
        Assert.IsType<Decision.Nothing>(shop.Expire());
        shop.Now = Day(12);
        var entry = First(shop.Expire());
        Assert.Equal((-60L, Day(10, 1)), (entry.Points, entry.OccurredAt));
        Assert.Null(shop.Account.DueAt);
    }

    [Fact]
    public void A_lot_that_two_holds_reserve_is_due_when_the_first_of_them_ends()
    {
        shop.Buy("a", 100);
        shop.Now = Day(9, 23);
        shop.Hold("long", 60, seconds: 7200);
        shop.Hold("short", 40, seconds: 5400);
        Assert.Equal(Day(10, 0, 30), shop.Account.DueAt);
        shop.Now = Day(10, 0, 45);
        Assert.Equal(-40, First(shop.Expire()).Points);
        Assert.Equal(Day(10, 1), shop.Account.DueAt);
    }

    [Fact]
    public void A_run_also_forgets_holds_that_have_ended()
    {
        shop.Buy("a", 10);
        shop.Now = Day(5);
        shop.Buy("b", 10);
        shop.Now = Day(9);
        shop.Hold("h", 15, seconds: 86_400);
        shop.Now = Day(10, 12);
        shop.Expire();
        Assert.Empty(shop.Account.Holds);
        Assert.Equal("b:10", shop.Lots);
    }

    [Fact]
    public void A_run_writes_50_entries_at_most_and_the_next_goes_on()
    {
        for (var n = 0; n < 120; n++)
        {
            shop.Now = Start.AddMinutes(n);
            shop.Buy($"p{n}", 1);
        }

        shop.Now = Day(30);
        int[] written = [.. Enumerable.Range(0, 3).Select(_ => Assert.IsType<Decision.Accepted>(shop.Expire()).Entries.Length)];
        Assert.Equal([50, 50, 20], written);
        Assert.IsType<Decision.Nothing>(shop.Expire());
        Assert.Equal((0, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_run_goes_past_the_ends_of_many_lots_that_holds_had_kept()
    {
        for (var n = 0; n < 60; n++)
        {
            shop.Now = Start.AddMinutes(n);
            shop.Buy($"p{n}", 1);
        }

        shop.Now = Day(9, 12);
        for (var n = 0; n < 60; n++)
            shop.Hold($"h{n}", 1, seconds: 86_400);
        shop.Now = Day(12);
        Assert.Equal(-60, First(shop.Expire()).Points);
        Assert.IsType<Decision.Nothing>(shop.Expire());
    }

    [Fact]
    public void A_purchase_that_fills_a_lot_again_is_due_again()
    {
        shop.Buy("a", 10);
        Assert.Equal(Day(10), shop.Account.DueAt);
        shop.Now = Day(15);
        shop.Expire();
        Assert.Null(shop.Account.DueAt);
        shop.Buy("b", 10);
        Assert.Equal(Day(25), shop.Account.DueAt);
    }
}
