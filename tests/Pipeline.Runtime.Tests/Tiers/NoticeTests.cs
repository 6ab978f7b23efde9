using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Domain;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Tests.Events;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Tests.Tiers;

/// <summary>What is told to customers, once each.</summary>
public sealed class NoticeTests
{
    private static readonly NoticeRules All = new([30, 7], 30, RewardReady: false);

    private readonly Shop shop = new(Programs.WithTiers(notices: All));

    [Fact]
    public async Task A_level_is_told_with_the_commit_that_reaches_it()
    {
        await shop.BuyAsync("p1", 99);
        Assert.Empty(Told());
        await shop.BuyAsync("p2", 1);
        Assert.Equal(["tier-reached:2026-03-01:1"], Told());
        await shop.BuyAsync("p3", 1);
        await shop.BuyAsync("p4", 300);
        Assert.Equal(["tier-reached:2026-03-01:1", "tier-reached:2026-03-01:2"], Told());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Purchases_that_wait_together_tell_only_the_level_that_they_end_in()
    {
        for (var i = 0; i < 40; i++)
            await shop.AcceptAsync($"p{i}", 10);
        await shop.WorkAsync();
        Assert.Equal(["tier-reached:2026-03-01:2"], Told());
    }

    [Fact]
    public async Task A_level_that_is_not_kept_is_told_before_it_drops_and_the_night_it_does()
    {
        await shop.BuyAsync("p1", 120);
        await NightsAsync("2027-11-30", "2027-12-02", "2027-12-03", "2027-12-31", "2028-01-01", "2028-01-02");
        Assert.Equal(
            ["tier-dropped:2028-01-01:0", "tier-reached:2026-03-01:1", "tier-will-drop:2028-01-01:1"],
            Told().Where(static id => id.StartsWith("tier", StringComparison.Ordinal)));
        Assert.Equal(new DateOnly(2028, 1, 1), (await shop.Reader.GetAsync(Shop.Ann, default))!.Tier!.Since);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Points_that_expire_are_told_thirty_and_seven_days_before()
    {
        await shop.BuyAsync("p1", 20);
        await NightsAsync("2026-03-02", "2027-02-28", "2027-03-02", "2027-03-03", "2027-03-24", "2027-03-25", "2027-03-26", "2027-04-01");
        Assert.Equal(["points-expiring:2027-04-01:30", "points-expiring:2027-04-01:7"], Told());
    }

    [Fact]
    public async Task A_night_that_is_done_again_tells_nothing_twice_and_leaves_the_same()
    {
        await shop.BuyAsync("p1", 120);
        await NightsAsync("2027-12-05");
        var once = shop.Stored();
        var slot = new DateOnly(2027, 12, 5);
        await shop.TamperAsync(
            new DocumentKey(Pipeline.Runtime.Nightly.RunKinds.Partition, Pipeline.Runtime.Nightly.RunKinds.Run, "nightly:2027-12-05"),
            static text => text[..text.IndexOf(",\"report\":", StringComparison.Ordinal)] + "}");
        Assert.NotNull(await shop.NightAsync(slot));
        Assert.Equal(
            once.Where(static line => line.StartsWith("ann/", StringComparison.Ordinal)),
            shop.Stored().Where(static line => line.StartsWith("ann/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_night_with_nothing_to_tell_does_not_look_at_the_customer()
    {
        await shop.BuyAsync("p1", 120);
        await NightsAsync("2026-03-02");
        var (account, _) = Pipeline.Runtime.Loyalty.Storage.LedgerMapping.ReadAccount(
            (await shop.Memory.ReadAsync(Shop.Account(), default))!.Body);
        Assert.Equal(new DateTimeOffset(2027, 3, 2, 0, 0, 0, TimeSpan.Zero), account.NoticeDueAt);
        Assert.Equal(account.NightDueAt, (await shop.Memory.ReadAsync(Shop.Account(), default))!.DueAt);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Without_tiers_and_notices_a_night_asks_for_nothing_more()
    {
        var plain = new Shop();
        await plain.BuyAsync("p1", 120);
        plain.Time.Advance(TimeSpan.FromDays(1));
        await plain.NightAsync(new DateOnly(2026, 3, 2));
        Assert.DoesNotContain(plain.Memory.All(), static one => one.Key.Kind == NoticeKinds.Notice);
        Assert.DoesNotContain("\"tell\"", await plain.StoredAsync(Shop.Account()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_become_events_of_their_own_types()
    {
        var sink = new Sink();
        var undelivered = new UndeliveredEvents(shop.Tap, shop.Time);
        var publish = new PublishEvents([sink], undelivered, shop.Time, NullLogger<PublishEvents>.Instance);
        await shop.BuyAsync("p1", 120);
        await NightsAsync("2027-03-05", "2027-12-05", "2028-01-01");

        await publish.RunAsync(shop.Memory.All().Where(static one => one.Key.Kind == NoticeKinds.Notice), default);

        var told = sink.Taken.OrderBy(static one => one.Type, StringComparer.Ordinal).ToList();
        Assert.Equal(
            ["pipeline.points.expiring", "pipeline.tier.dropped", "pipeline.tier.reached", "pipeline.tier.will-drop"],
            told.Select(static one => one.Type));
        Assert.All(told, static one => Assert.Equal(("/pipeline/notices", "ann"), (one.Source, one.Subject)));
        Assert.Equal(
            """{"customerId":"ann","date":"2027-03-05","daysBefore":30,"points":120,"expiresAt":"2027-04-01T00:00:00Z"}""",
            Data(told[0]));
        Assert.Equal("""{"customerId":"ann","date":"2028-01-01","from":"Silver","level":"Basic"}""", Data(told[1]));
        Assert.Equal("""{"customerId":"ann","date":"2026-03-01","from":null,"level":"Silver"}""", Data(told[2]));
        Assert.Equal(
            """{"customerId":"ann","date":"2027-12-05","level":"Silver","to":"Basic","on":"2028-01-01","""
            + """ "keep":{"name":"Silver","missing":100,"from":null,"by":"2027-12-31"}}""".TrimStart(),
            Data(told[3]));

        static string Data(CloudEvent one) => JsonDocument.Parse(one.Data).RootElement.GetRawText();
    }

    private IEnumerable<string> Told() => shop.Memory.All()
        .Where(static one => one.Key.Kind == NoticeKinds.Notice).Select(static one => one.Key.Id)
        .Order(StringComparer.Ordinal);

    private async Task NightsAsync(params string[] slots)
    {
        foreach (var slot in slots.Select(static text => DateOnly.ParseExact(text, "yyyy-MM-dd")))
        {
            shop.Time.Advance(new DateTimeOffset(slot, new TimeOnly(2, 0), TimeSpan.Zero) - shop.Now);
            Assert.NotNull((await shop.NightAsync(slot)).Report);
        }
    }
}
