namespace Pipeline.Domain.Tests;

public sealed class PurchaseRhythmTests
{
    private readonly Shop shop = new();

    private PurchaseRhythm Rhythm => shop.Account.Rhythm!;

    [Fact]
    public void Two_purchases_on_one_day_are_one_purchase_day()
    {
        Buy("a", Shop.Day(0, 9), 100);
        Buy("b", Shop.Day(0, 17), 50);
        Buy("c", Shop.Day(4), 30);

        Assert.Equal((2, 1), (Rhythm.Days, Rhythm.Repeats));
        Assert.Equal(DayNumber(0), Rhythm.FirstDay);
        Assert.Equal(
            [new PurchaseDay(DayNumber(0), 15_000, 2, 2), new PurchaseDay(DayNumber(4), 3_000, 1, 1)], Rhythm.Recent.AsEnumerable());
        Assert.Equal(9_000, Rhythm.MeanDay);
    }

    [Fact]
    public void Days_are_those_of_the_programs_zone()
    {
        var apia = new Shop(Commands.Program(zone: "Pacific/Apia"));
        apia.Now = Shop.Day(0, 9);
        apia.Buy("a", 1); // 22:00 of the first
        apia.Now = Shop.Day(0, 12);
        apia.Buy("b", 1); // 01:00 of the second

        Assert.Equal(2, apia.Account.Rhythm!.Days);
    }

    [Fact]
    public void A_refund_takes_back_the_money_and_not_the_day()
    {
        Buy("a", Shop.Day(0), 100);
        Buy("b", Shop.Day(9), 40);
        shop.Return("r", "a", Commands.Amount(2_500));
        shop.Now = Shop.Day(12);
        shop.Return("s", "b");

        Assert.Equal(2, Rhythm.Days);
        Assert.Equal([7_500, 0], Rhythm.Recent.Select(static day => day.Net));
        Assert.Equal(3_750, Rhythm.MeanDay);
        Assert.Equal(DayNumber(9), Rhythm.FirstReturnDay);
    }

    [Fact]
    public void A_purchase_of_no_value_and_a_refund_without_one_leave_no_trace()
    {
        shop.Buy("free", Commands.Basket("GBP", 0, ("A", 1, 0)));
        shop.Return("r", "unknown");

        Assert.Equal(PurchaseRhythm.None, Rhythm);
    }

    [Fact]
    public void The_main_currency_is_that_of_most_purchases()
    {
        Buy("a", Shop.Day(0), 100);
        Buy("b", Shop.Day(1), 20);
        shop.Now = Shop.Day(2);
        shop.Buy("c", Commands.Basket("JPY", 0, ("A", 1, 9_000)));

        Assert.Equal((2, 12_000L), (Rhythm.Main!.Value.Purchases, Rhythm.Main.Value.Net));
        Assert.Equal("GBP", Rhythm.Main.Value.Currency.Code);
        // 6,000 pence a purchase, one purchase a day.
        Assert.Equal(6_000, Rhythm.MeanDay);
    }

    [Fact]
    public void A_purchase_that_comes_late_among_the_days_that_are_kept_asks_for_no_history()
    {
        for (var day = 0; day < 30; day += 2)
            Buy($"p{day}", Shop.Day(day), 10);
        Buy("late", Shop.Day(9), 10);
        Buy("before-all", Shop.Day(-3), 10);

        Assert.Equal(0, shop.HistoriesRead);
        Assert.Equal((17, DayNumber(-3)), (Rhythm.Days, Rhythm.FirstDay));
        AssertRebuilt();
    }

    [Fact]
    public void A_purchase_that_comes_later_than_days_are_kept_asks_for_the_history_once()
    {
        for (var day = 0; day < 30; day += 2)
            Buy($"p{day}", Shop.Day(day), 10);
        Buy("late", Shop.Day(2, 5), 10);

        Assert.Equal((1, 15), (shop.HistoriesRead, Rhythm.Days));
        AssertRebuilt();
    }

    [Fact]
    public void The_rarest_category_gives_way_to_a_new_one()
    {
        for (var i = 0; i < 7; i++)
        {
            Buy(i, Shop.Day(i), $"c{i}");
            if (i < 5)
                Buy(i + 10, Shop.Day(i, 1), $"c{i}");
        }

        Assert.Equal(
            "c0:2 c1:2 c2:2 c3:2 c4:2 c6:2",
            string.Join(" ", Rhythm.Categories.Select(static one => $"{one.Category}:{one.Purchases}")));
        Assert.True(Rhythm.HasDroppedCategory);
    }

    [Fact]
    public void Any_order_of_arrival_ends_in_the_rhythm_that_the_entries_fold_to()
    {
        for (var i = 0; i < 60 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 700_000 + i;
            var random = new Random(seed);
            var commands = Enumerable.Range(0, 40).Select(n => Any(n, random)).ToList();
            string? expected = null;
            for (var order = 0; order < 4; order++)
            {
                var ordered = new Shop { Now = Shop.Day(200) };
                foreach (var command in order == 0 ? commands : [.. commands.OrderBy(_ => random.Next())])
                    ordered.Send(command);
                var rebuilt = History.Rebuild(ordered.Entries, ordered.Programs, ordered.Account.ExpiredThrough);
                Assert.True(rebuilt.Equals(ordered.Account), $"PIPELINE_SEED={seed}");
                var state = Describe(ordered.Account.Rhythm!);
                Assert.True((expected ??= state) == state, $"PIPELINE_SEED={seed}: {expected} is not {state}");
            }
        }
    }

    [Fact]
    public void What_the_entries_did_adds_up_to_the_balance()
    {
        Buy("a", Shop.Day(0), 100);
        shop.Hold("h", 30);
        shop.Capture("h");
        shop.Now = Shop.Day(1);
        shop.Return("r", "a", Commands.Amount(2_000));
        shop.Now = Shop.Day(500);
        shop.Expire();

        Assert.Equal(new PointFlows(100, 30, 50, 20), shop.Account.Flows);
        Assert.Equal(shop.Balance.Total, shop.Account.Flows.Total);
    }

    [Fact]
    public void A_night_has_to_look_from_the_earliest_fact_on()
    {
        Buy("a", Shop.Day(5), 10);
        Buy("late", Shop.Day(3), 10);
        Buy("b", Shop.Day(7), 10);

        Assert.Equal(Shop.Day(3), shop.Account.InsightDueAt);
        Assert.Equal(Shop.Day(3), shop.Account.NightDueAt);
    }

    private void Buy(string id, DateTimeOffset at, long pounds)
    {
        shop.Now = at > shop.Now ? at : shop.Now;
        Assert.IsType<Decision.Accepted>(shop.Buy(id, pounds, at));
    }

    private void Buy(int id, DateTimeOffset at, string category)
    {
        shop.Now = at;
        Assert.IsType<Decision.Accepted>(shop.Send(shop.Bought($"p{id}", Basket(1_000, category))));
    }

    private void AssertRebuilt() => Assert.Equal(
        shop.Account, History.Rebuild(shop.Entries, shop.Programs, shop.Account.ExpiredThrough));

    private static LedgerCommand Any(int n, Random random)
    {
        var at = Shop.Day(random.Next(60), random.Next(24));
        var recorded = at.AddMinutes(random.Next(3));
        return random.Next(5) == 0
            ? new LedgerCommand.Refund(
                new RefundId($"r{n}"), new PurchaseId($"p{random.Next(40)}"), Commands.Amount(random.Next(1, 900)), at,
                recorded, $"{n}")
            : new LedgerCommand.Purchase(
                new PurchaseId($"p{n}"), Basket(random.Next(3) * 450, $"c{random.Next(n % 2 == 0 ? 4 : 9)}"), null, at,
                recorded, $"{n}");
    }

    private static PricedBasket Basket(long pence, string category)
    {
        Assert.True(Currency.TryParse("GBP", out var pounds));
        var basket = new Basket(pounds, null, [new BasketLine("A", null, category, 1, pence)], 0, 0, 0);
        Assert.Equal(BasketProblem.None, Pricing.TryPrice(basket, out var priced));
        return priced!;
    }

    private static string Describe(PurchaseRhythm rhythm) =>
        $"{rhythm.Days} since {rhythm.FirstDay}: {string.Join(" ", rhythm.Recent)} {string.Join(" ", rhythm.Spend)} "
        + $"{string.Join(" ", rhythm.Categories)} {rhythm.Lines} {rhythm.Units} {rhythm.FirstReturnDay}";

    private static int DayNumber(int day) => DateOnly.FromDateTime(Shop.Day(day).UtcDateTime).DayNumber;
}
