using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Tests.Doubles;
using static Pipeline.Runtime.Tests.Campaigns.Promotions;

namespace Pipeline.Runtime.Tests.Campaigns;

public sealed class CampaignTests
{
    [Fact]
    public async Task What_a_purchase_is_given_is_kept_with_its_multiplier_its_cap_and_its_remainder()
    {
        var capped = Of("double", new CampaignEffect.Multiplier(ExactRate.Of(2.5m)), new CampaignCaps(10, null, null, null));
        var shop = new Shop(Program(capped));

        await shop.BuyAsync("p1", 15);

        var awards = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!.Purchase.Awards;
        Assert.Equal(25, awards.Sum(static part => part.Points));
        var part = awards.Single(static part => part.Campaign == "double");
        Assert.Equal((ExactRate.Of(2.5m), new AwardCap(CapKind.Order, 22, 10), 0m), (part.Multiplier, part.Cap, part.Remainder));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task The_first_purchase_is_the_first_that_is_worked()
    {
        var shop = new Shop(Program(Gives("welcome", 50).For(static when => when with { FirstPurchase = true })));

        Assert.Equal(60, (await shop.QuoteAsync(Shop.Cups(10))).Points);
        await shop.BuyAsync("p1", 10);
        Assert.Equal(10, (await shop.QuoteAsync(Shop.Cups(10))).Points);
        await shop.BuyAsync("p2", 10, at: shop.Now.AddDays(-5));

        Assert.Equal(60, (await shop.AwardsAsync("p1")).Values.Sum());
        Assert.Equal(10, (await shop.AwardsAsync("p2")).Values.Sum());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Every_second_order_counts_those_that_wait_together()
    {
        var shop = new Shop(Program(Gives("second", 5).For(static when => when with { EveryOrders = 2 })));
        for (var i = 1; i <= 5; i++)
            await shop.AcceptAsync($"p{i}", 10);

        await shop.WorkAsync();

        Assert.Equal((5 * 10) + (2 * 5), (await shop.PointsAsync()).Spendable);
    }

    [Fact]
    public async Task A_birthday_comes_from_the_profile_and_a_stage_from_the_last_night()
    {
        var shop = new Shop(Program(
            Gives("birthday", 7).For(static when => when with { BirthdayMonth = true }),
            Gives("newcomer", 9).For(static when => when with { Stages = SetOf(LifecycleStage.FirstPurchase) })));
        await shop.BuyAsync("p1", 10);
        Assert.Equal(["base"], (await shop.AwardsAsync("p1")).Keys);

        var profile = new Profile(
            null, null, null, new DateOnly(1990, 3, 15), null, null, ImmutableSortedDictionary<string, string>.Empty);
        await shop.Profiles.PutAsync(Shop.Ann, profile, default);
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.NightAsync(new DateOnly(2026, 3, 2));
        await shop.BuyAsync("p2", 10);

        Assert.Equal(["base", "campaign:birthday", "campaign:newcomer"], (await shop.AwardsAsync("p2")).Keys);
    }

    [Fact]
    public async Task No_customer_passes_the_caps_of_a_customer_and_of_a_day_in_any_number_of_purchases()
    {
        var shop = new Shop(Program(Gives("daily", 40, customer: 150, day: 60)));
        for (var day = 0; day < 4; day++)
            for (var i = 0; i < 3; i++)
                await shop.AcceptAsync($"p{day}-{i}", 1, at: shop.Now.AddDays(-day));
        await shop.WorkAsync();

        Assert.Equal(12 + 150, (await shop.PointsAsync()).Spendable);
        var today = await Task.WhenAll(Enumerable.Range(0, 3).Select(async i => (await shop.AwardsAsync($"p0-{i}"))["campaign:daily"]));
        Assert.Equal([40, 20, 0], today);
        Assert.Equal(0, (await shop.QuoteAsync(Shop.Cups(1))).Parts[^1].Points);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task What_refunds_take_back_fills_neither_a_cap_nor_a_budget_again()
    {
        var shop = new Shop(Program(Gives("hello", 40, budget: 50, customer: 60)));
        await shop.BuyAsync("p1", 1);
        await shop.RefundAsync("r1", "p1");
        await shop.BuyAsync("p2", 1);

        Assert.Equal(10, (await shop.AwardsAsync("p2"))["campaign:hello"]);
        Assert.Equal((50, 0, 2), await shop.BudgetAsync("hello"));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Verify_recounts_what_a_customer_had_of_a_campaign()
    {
        var shop = new Shop(Program(Gives("hello", 40, customer: 60)));
        await shop.BuyAsync("p1", 1);
        await shop.AssertProvenAsync();

        await shop.TamperAsync(
            CampaignKinds.UseOf(Shop.Ann, "hello"), static text => text.Replace("\"p\":40", "\"p\":4", StringComparison.Ordinal));

        var failure = (await shop.Audit.RunAsync(null, default)).Failure;
        Assert.Equal(("ann", "campaign"), (failure?.Customer, failure?.Invariant));
    }

    [Fact]
    public async Task A_budget_gives_what_is_left_of_it_and_then_nothing()
    {
        var shop = new Shop(Program(Gives("hello", 40, budget: 100)));
        Assert.Equal((0, 100, 0), await shop.BudgetAsync("hello"));
        for (var i = 0; i < 4; i++)
            await shop.BuyAsync($"p{i}", 1, customer: new($"c{i}"));

        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
            (await shop.AwardsAsync($"p{i}", new($"c{i}")))["campaign:hello"]));
        Assert.Equal([40, 40, 20, 0], given);
        Assert.Equal((100, 0, 3), await shop.BudgetAsync("hello"));
        Assert.Equal(0, (await shop.QuoteAsync(Shop.Cups(1))).Parts[^1].Points);
    }

    [Theory]
    [InlineData(200, 160)]
    [InlineData(60, 20)]
    [InlineData(30, 0)]
    public async Task A_version_of_the_program_changes_a_budget_and_what_was_given_stays_given(long budget, long left)
    {
        var shop = new Shop(Program(Gives("hello", 40, budget: 100)));
        await shop.BuyAsync("p1", 1);
        var next = Program(Gives("hello", 40, budget: budget)) with { Version = 2 };
        var coordinator = new LedgerCoordinator(
            shop.Memory, new FixedPrograms(new ProgramHistory([shop.Programs.Current, next])));

        await coordinator.DecideAsync(new CustomerId("bob"), Commands.Buy(shop, "p2", 1), default);

        var entry = LedgerMapping.ReadEntry(
            (await shop.Memory.ReadAsync(Shop.Entry("purchase:p2", new CustomerId("bob")), default))!);
        var given = ((Fact.Purchased)entry.Fact).Awards[^1].Points;
        Assert.Equal(Math.Min(40, left), given);
        var state = await new CampaignBudget(shop.Memory, "hello", budget, 2).StateAsync(default);
        Assert.Equal((40 + given, left - given), (state.Issued, state.Left));
    }

    [Fact]
    public async Task A_draw_ends_once_the_ledger_says_what_became_of_it()
    {
        var shop = new Shop(Program(Gives("hello", 40, budget: 100)));
        await shop.BuyAsync("p1", 1);
        Assert.Equal(0, await shop.CampaignSweep.RunAsync(default));

        shop.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(1, await shop.CampaignSweep.RunAsync(default));
        Assert.Equal(0, await shop.CampaignSweep.RunAsync(default));
        Assert.Equal((40, 60, 1), await shop.BudgetAsync("hello"));
    }

    [Fact]
    public async Task A_draw_whose_purchase_is_never_worked_goes_back_after_a_day()
    {
        var shop = new Shop(Program(Gives("hello", 40, budget: 100)));
        var budget = new CampaignBudget(shop.Memory, "hello", 100, 1);
        Assert.Equal(40, await budget.DrawAsync(Shop.Ann, new PurchaseId("p1"), 40, shop.Now, default));

        shop.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await shop.CampaignSweep.RunAsync(default));
        Assert.Equal((40, 60, 1), await shop.BudgetAsync("hello"));
        shop.Time.Advance(TimeSpan.FromHours(25));

        Assert.Equal(1, await shop.CampaignSweep.RunAsync(default));
        Assert.Equal((0, 100, 0), await shop.BudgetAsync("hello"));
    }

    [Fact]
    public async Task A_draw_that_is_asked_for_again_is_found_and_gives_the_same()
    {
        var shop = new Shop(Program(Gives("hello", 40, budget: 100)));
        var budget = new CampaignBudget(shop.Memory, "hello", 100, 1);

        for (var i = 0; i < 3; i++)
            Assert.Equal(40, await budget.DrawAsync(Shop.Ann, new PurchaseId("p1"), 40, shop.Now, default));
        Assert.Equal(60, await budget.DrawAsync(new CustomerId("bob"), new PurchaseId("p1"), 70, shop.Now, default));
        Assert.Equal(60, await budget.DrawAsync(new CustomerId("bob"), new PurchaseId("p1"), 70, shop.Now, default));

        Assert.Equal((100, 0, 2), await shop.BudgetAsync("hello"));
    }

    [Fact]
    public async Task A_purchase_that_is_sent_again_after_its_draw_has_ended_draws_nothing()
    {
        var shop = new Shop(Program(Gives("hello", 40, budget: 100)));
        await shop.BuyAsync("p1", 1);
        shop.Time.Advance(TimeSpan.FromHours(2));
        await shop.CampaignSweep.RunAsync(default);
        var known = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!.Entry;
        Pricing.TryPrice(Shop.Cups(1), out var priced);

        var again = await shop.Coordinator.DecideAsync(
            Shop.Ann,
            new LedgerCommand.Purchase(new("p1"), priced!, null, known.OccurredAt, known.RecordedAt, known.Fingerprint), default);

        Assert.IsType<Decision.Repeated>(again);
        Assert.Equal((40, 60, 1), await shop.BudgetAsync("hello"));
    }
}
