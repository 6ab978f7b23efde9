using Pipeline.Domain;
using Pipeline.Runtime.Tests.Campaigns;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Tests.Rewards;

namespace Pipeline.Runtime.Tests.Loyalty;

/// <summary>What each use case asks of the store and the queue: a change here is a change of the bill.</summary>
public sealed class CostTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task A_purchase_of_a_known_customer_is_one_read_and_one_commit_of_two()
    {
        await shop.BuyAsync("p1", 10);

        Assert.Equal(["read entry", "send purchases"], await AskedAsync(() => shop.AcceptAsync("p2", 10)));
        Assert.Equal(["read account", "commit 2", "settle"], await AskedAsync(shop.WorkAsync));
    }

    [Fact]
    public async Task A_first_purchase_costs_no_more()
    {
        await shop.AcceptAsync("p1", 10);

        Assert.Equal(["read account", "commit 2", "settle"], await AskedAsync(shop.WorkAsync));
    }

    [Fact]
    public async Task Campaigns_without_caps_cost_nothing_a_cap_for_each_customer_a_document_and_a_budget_a_draw()
    {
        Assert.Equal(["read account", "commit 2", "settle"], await AppliedAsync(Promotions.Gives("plain", 5)));
        Assert.Equal(
            ["read account", "read campaign-use", "commit 3", "settle"], await AppliedAsync(Promotions.Gives("capped", 5, customer: 99)));
        Assert.Equal(
            ["read account", "read entry", "read allowance", "commit 2", "commit 2", "settle"],
            await AppliedAsync(Promotions.Gives("budget", 5, budget: 999)));
        Assert.Equal(
            ["read account", "read entry", "read allowance", "page allowance", "read campaign-draw", "commit 2", "settle"],
            await AppliedAsync(Promotions.Gives("used-up", 5, budget: 5)));
        Assert.Equal(
            ["read account", "read insight", "commit 2", "settle"],
            await AppliedAsync(Promotions.Gives("stage", 5).For(static when => when with
            {
                Stages = Promotions.SetOf(LifecycleStage.Loyal),
            })));

        static async Task<IReadOnlyList<string>> AppliedAsync(Campaign campaign)
        {
            var shop = new Shop(Promotions.Program(campaign));
            await shop.BuyAsync("p1", 10);
            await shop.AcceptAsync("p2", 10);
            shop.Tap.Listen();
            await shop.WorkAsync();
            return shop.Tap.Requests;
        }
    }

    [Fact]
    public async Task Forty_purchases_that_wait_together_are_one_read_and_one_commit()
    {
        for (var i = 0; i < 40; i++)
            await shop.AcceptAsync($"p{i}", 10);

        Assert.Equal(["read account", "commit 41", "settle"], await AskedAsync(shop.WorkAsync));
    }

    [Fact]
    public async Task A_purchase_that_comes_again_is_told_by_one_refused_commit()
    {
        await shop.BuyAsync("p1", 10);
        var known = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!.Entry;
        Pricing.TryPrice(Shop.Cups(10), out var priced);
        var command = new LedgerCommand.Purchase(
            new PurchaseId("p1"), priced!, null, known.OccurredAt, known.RecordedAt, known.Fingerprint);

        Assert.Equal(
            ["read account", "commit 2", "read account", "read entry"],
            await AskedAsync(async () => await shop.Coordinator.DecideAsync(Shop.Ann, command, default)));
    }

    [Fact]
    public async Task A_refund_reads_its_purchase_and_its_refunds_and_commits_three()
    {
        await shop.BuyAsync("p1", 10);
        shop.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(
            ["read entry", "read entry", "read refunds", "send purchases"],
            await AskedAsync(() => shop.AcceptRefundAsync("r1", "p1", 100)));

        Assert.Equal(
            ["read account", "read entry", "read refunds", "commit 3", "settle"], await AskedAsync(shop.WorkAsync));
    }

    [Fact]
    public async Task A_hold_a_capture_and_a_release_are_one_read_and_one_commit_of_two_each()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h0", 1);
        shop.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["read account", "commit 2"], await AskedAsync(() => shop.HoldAsync("h1", 10)));
        Assert.Equal(["read account", "commit 2"], await AskedAsync(() => shop.CaptureAsync("h1")));
        Assert.Equal(["read account", "commit 2"], await AskedAsync(() => shop.ReleaseAsync("h0")));
    }

    [Fact]
    public async Task A_purchase_with_a_hold_is_one_read_and_one_commit_of_three()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 10);
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        await shop.AcceptAsync("p2", 10, hold: "h1");

        Assert.Equal(["read account", "commit 3", "settle"], await AskedAsync(shop.WorkAsync));
    }

    [Fact]
    public async Task A_purchase_that_comes_late_behind_a_capture_reads_the_history_once()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 10);
        await shop.CaptureAsync("h1");
        await shop.AcceptAsync("p2", 10, at: Shop.Opening.AddDays(-1));
        await shop.AcceptAsync("p3", 10, at: Shop.Opening.AddDays(-2));

        Assert.Equal(["read account", "page entry", "commit 3", "settle"], await AskedAsync(shop.WorkAsync));
    }

    [Fact]
    public async Task A_quote_and_a_balance_are_one_read()
    {
        await shop.BuyAsync("p1", 100);

        Assert.Equal(
            ["read account"], await AskedAsync(async () => await shop.Quotes.QuoteAsync(Shop.Ann, Shop.Cups(1), default)));
        Assert.Equal(["read account"], await AskedAsync(() => shop.PointsAsync()));
    }

    [Fact]
    public async Task A_feedback_is_a_commit_and_a_message_and_then_two_reads_and_two_commits()
    {
        await shop.HearAsync("f0", csat: 5);

        Assert.Equal(["commit 1", "send feedback"], await AskedAsync(() => shop.SendAsync("f1", csat: 5, comment: "good")));
        Assert.Equal(
            ["read satisfaction", "read account", "commit 2", "page tally", "commit 2", "settle"], await AskedAsync(shop.ListenAsync));
    }

    [Fact]
    public async Task A_feedback_on_a_purchase_that_opens_a_case_reads_the_purchase_and_writes_the_case_and_the_account_too()
    {
        await shop.BuyAsync("p1", 10);
        await shop.SendAsync("f1", csat: 1, purchase: "p1");

        Assert.Equal(
            ["read satisfaction", "read account", "read entry", "commit 4", "page tally", "commit 2", "settle"],
            await AskedAsync(shop.ListenAsync));
    }

    [Fact]
    public async Task Forty_feedback_of_a_customer_that_wait_together_are_one_analysis_and_two_commits()
    {
        for (var i = 0; i < 40; i++)
            await shop.SendAsync($"f{i}", csat: 5, comment: "good");

        Assert.Equal(
            ["read satisfaction", "read account", "commit 41", "page tally", "commit 41", "settle"], await AskedAsync(shop.ListenAsync));
        Assert.Equal([40], shop.Analyser.Calls);
    }

    [Fact]
    public async Task Reading_a_feedback_is_three_reads_and_a_case_two()
    {
        await shop.HearAsync("f1", csat: 1);

        Assert.Equal(
            ["read feedback-claim", "read feedback", "read counted"],
            await AskedAsync(async () => await shop.FeedbackReader.GetAsync(new FeedbackId("f1"), default)));
        Assert.Equal(
            ["read feedback-claim", "read case"],
            await AskedAsync(async () => await shop.Cases.GetAsync(new CaseId("f1"), default)));
    }

    [Fact]
    public async Task A_reward_is_two_reads_and_a_commit_and_its_stock_and_its_code_a_page_and_a_commit_each()
    {
        var shop = await RewardShop.OpenAsync("A-1", "A-2");
        await shop.ReserveAsync("r0", "gala");
        await shop.CancelAsync("r0");

        Assert.Equal(
            ["read redemption", "read account", "read account", "commit 4"],
            await AskedAsync(shop, () => shop.ReserveAsync("r1", "off")));
        Assert.Equal(
            [
                "read redemption", "read account", "page reward-stock", "commit 2", "page pool-free", "commit 3",
                "read account", "commit 4",
            ],
            await AskedAsync(shop, () => shop.ReserveAsync("r2", "gala")));
        Assert.Equal(
            ["read redemption", "read account", "commit 4"], await AskedAsync(shop, () => shop.IssueAsync("r2")));
        Assert.Equal(["read redemption", "commit 2"], await AskedAsync(shop, () => shop.FulfilAsync("r2")));
    }

    private static async Task<IReadOnlyList<string>> AskedAsync(Shop shop, Func<Task> act)
    {
        shop.Tap.Listen();
        await act();
        return shop.Tap.Requests;
    }

    private async Task<IReadOnlyList<string>> AskedAsync(Func<Task> act)
    {
        shop.Tap.Listen();
        await act();
        return shop.Tap.Requests;
    }
}
