using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Domain;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Tests.Events;
using Pipeline.Runtime.Tests.Tiers;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Tests.Rewards;

/// <summary>That points have reached a reward is told once a reward and customer.</summary>
public sealed class ReadyRewardTests
{
    private static readonly Reward Mug = Gift("mug", 100);

    [Fact]
    public async Task It_is_told_with_the_commit_that_reaches_the_price_and_with_no_other()
    {
        var shop = Open(Mug, Gift("hat", 150));
        await shop.BuyAsync("p1", 99);
        Assert.Empty(Told(shop));
        await shop.BuyAsync("p2", 1);
        Assert.Equal(["reward-ready:mug"], Told(shop));
        var once = await shop.StoredAsync(NoticeKinds.Of(Shop.Ann, "reward-ready:mug"));
        await shop.BuyAsync("p3", 100);
        Assert.Equal(["reward-ready:hat", "reward-ready:mug"], Told(shop));
        Assert.Equal(once, await shop.StoredAsync(NoticeKinds.Of(Shop.Ann, "reward-ready:mug")));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Points_that_are_spent_and_come_back_tell_nothing_again()
    {
        var shop = Open(Mug);
        await shop.BuyAsync("p1", 100);
        var once = await shop.StoredAsync(NoticeKinds.Of(Shop.Ann, "reward-ready:mug"));
        Assert.IsType<RedemptionAnswer.Done>(await shop.ReserveAsync("r1", "mug"));
        await shop.IssueAsync("r1");
        shop.Time.Advance(TimeSpan.FromDays(2));
        await shop.BuyAsync("p2", 100);
        await NightsAsync(shop, "2026-03-05");
        Assert.Equal(once, await shop.StoredAsync(NoticeKinds.Of(Shop.Ann, "reward-ready:mug")));
    }

    [Fact]
    public async Task Goodwill_reaches_a_reward_as_purchases_do()
    {
        var shop = Open(Mug);
        await shop.Coordinator.DecideAsync(
            Shop.Ann, new LedgerCommand.Grant(new GrantId("g1"), 100, "c1", "Sorry.", shop.Now, "g1"), default);
        Assert.Equal(["reward-ready:mug"], Told(shop));
    }

    [Fact]
    public async Task A_reward_of_a_level_is_told_when_the_level_is_reached()
    {
        var shop = Open(Gift("lounge", 10) with { Tiers = ["Silver"] });
        await shop.BuyAsync("p1", 99);
        Assert.Empty(Told(shop));
        await shop.BuyAsync("p2", 1);
        Assert.Equal(["reward-ready:lounge"], Told(shop));
    }

    [Fact]
    public async Task Pending_points_are_told_by_the_night_after_they_become_active()
    {
        var shop = Open(EarningRules.Default with { PendingDays = 14 }, Mug);
        await shop.BuyAsync("p1", 100);
        await NightsAsync(shop, "2026-03-02");
        Assert.Empty(Told(shop));
        var document = (await shop.Memory.ReadAsync(Shop.Account(), default))!;
        var (account, _) = LedgerMapping.ReadAccount(document.Body);
        Assert.Equal(account.Lots[0].ActiveAt, account.NoticeDueAt);
        await NightsAsync(shop, "2026-03-15");
        Assert.Empty(Told(shop));
        await NightsAsync(shop, "2026-03-16");
        Assert.Equal(["reward-ready:mug"], Told(shop));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_reward_is_told_by_the_night_of_its_first_day_and_not_to_who_has_had_it()
    {
        var shop = Open(Mug with { From = new DateOnly(2026, 3, 10) }, Gift("once", 10) with { PerCustomer = 1 });
        await shop.BuyAsync("p1", 5);
        var count = await StoredCount.LoadAsync(shop.Tap, Shop.Ann, new RewardId("once"), default);
        await shop.Tap.CommitAsync("ann", [count.With(new RewardCount(1, new DateOnly(2026, 1, 1), 1))], default);
        await shop.BuyAsync("p2", 100);
        await NightsAsync(shop, "2026-03-02", "2026-03-09");
        Assert.Empty(Told(shop));
        await NightsAsync(shop, "2026-03-10");
        Assert.Equal(["reward-ready:mug"], Told(shop));
    }

    [Fact]
    public async Task Of_a_long_catalogue_eight_are_told_at_once_and_eight_more_each_night()
    {
        var shop = Open([.. Enumerable.Range(10, 20).Select(static number => Gift($"r{number}", number))]);
        await shop.BuyAsync("p1", 100);
        Assert.Equal(Enumerable.Range(10, 8).Select(static number => $"reward-ready:r{number}"), Told(shop));
        await NightsAsync(shop, "2026-03-02");
        Assert.Equal(16, Told(shop).Count());
        await NightsAsync(shop, "2026-03-03", "2026-03-04");
        Assert.Equal(20, Told(shop).Count());
    }

    [Fact]
    public async Task A_night_that_is_done_again_leaves_what_it_told()
    {
        var shop = Open(Mug with { From = new DateOnly(2026, 3, 10) });
        await shop.BuyAsync("p1", 100);
        await NightsAsync(shop, "2026-03-02", "2026-03-10");
        var once = shop.Stored().Where(static line => line.StartsWith("ann/", StringComparison.Ordinal)).ToList();
        await shop.TamperAsync(
            new DocumentKey(RunKinds.Partition, RunKinds.Run, "nightly:2026-03-10"),
            static text => text[..text.IndexOf(",\"report\":", StringComparison.Ordinal)] + "}");
        Assert.NotNull(await shop.NightAsync(new DateOnly(2026, 3, 10)));
        Assert.Equal(once, shop.Stored().Where(static line => line.StartsWith("ann/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_told_is_looked_up_only_by_a_commit_that_reaches_a_reward()
    {
        var shop = Open(Gift("mug", 50));
        await shop.BuyAsync("p1", 30);
        Assert.Equal(["read account", "commit 2", "settle"], await AppliedAsync("p2", 19));
        Assert.Equal(["read account", "page notice", "commit 3", "settle"], await AppliedAsync("p3", 1));
        Assert.Equal(["read account", "commit 2", "settle"], await AppliedAsync("p4", 40));
        Assert.DoesNotContain("mug", await shop.StoredAsync(Shop.Account()), StringComparison.Ordinal);

        async Task<IReadOnlyList<string>> AppliedAsync(string purchase, long cups)
        {
            await shop.AcceptAsync(purchase, cups);
            shop.Tap.Listen();
            await shop.WorkAsync();
            return [.. shop.Tap.Requests];
        }
    }

    [Fact]
    public async Task Unless_it_is_asked_for_nothing_is_told()
    {
        var shop = new Shop(LoyaltyProgram.Default with { Rewards = [Mug] });
        await shop.BuyAsync("p1", 100);
        await NightsAsync(shop, "2026-03-02");
        Assert.Empty(Told(shop));
    }

    [Fact]
    public async Task It_becomes_an_event()
    {
        var shop = Open(Mug);
        var sink = new Sink();
        var publish = new PublishEvents(
            [sink], new UndeliveredEvents(shop.Tap, shop.Time), shop.Time, NullLogger<PublishEvents>.Instance);
        await shop.BuyAsync("p1", 120);

        await publish.RunAsync(shop.Memory.All().Where(static one => one.Key.Id == "reward-ready:mug"), default);

        var told = Assert.Single(sink.Taken);
        Assert.Equal(("ann/reward-ready:mug", "pipeline.reward.ready", "ann"), (told.Id, told.Type, told.Subject));
        Assert.Equal(
            """{"customerId":"ann","date":"2026-03-01","rewardId":"mug","name":"The mug","points":100,"spendable":120}""",
            JsonDocument.Parse(told.Data).RootElement.GetRawText());
    }

    private static Shop Open(params Reward[] rewards) => Open(EarningRules.Default, rewards);

    private static Shop Open(EarningRules earning, params Reward[] rewards) =>
        new(Programs.WithTiers(notices: new NoticeRules([], null, RewardReady: true)) with
        {
            Earning = earning,
            Rewards = [.. rewards],
        });

    private static Reward Gift(string id, long points) => new(new RewardId(id), $"The {id}", RewardKind.Gift, points);

    private static IEnumerable<string> Told(Shop shop) => shop.Memory.All()
        .Where(static one => one.Key.Kind == NoticeKinds.Notice && one.Key.Id.StartsWith("reward-ready:", StringComparison.Ordinal))
        .Select(static one => one.Key.Id).Order(StringComparer.Ordinal);

    private static async Task NightsAsync(Shop shop, params string[] slots)
    {
        foreach (var slot in slots.Select(static text => DateOnly.ParseExact(text, "yyyy-MM-dd")))
        {
            shop.Time.Advance(new DateTimeOffset(slot, new TimeOnly(2, 0), TimeSpan.Zero) - shop.Now);
            Assert.NotNull((await shop.NightAsync(slot)).Report);
        }
    }
}
