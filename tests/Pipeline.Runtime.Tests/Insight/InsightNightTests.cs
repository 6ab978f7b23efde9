using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Insight;

public sealed class InsightNightTests
{
    private const int Customers = 120;

    private static readonly DateOnly Slot = DateOnly.FromDateTime(Shop.Opening.UtcDateTime).AddDays(401);

    [Fact]
    public async Task A_first_night_fits_models_and_knows_every_customer()
    {
        var shop = await FilledAsync();

        var run = await shop.NightAsync(Slot);

        Assert.Equal(("done", Customers, Customers), (run.Status, run.Report!.Scored, run.Report.Changed));
        var report = (await shop.InsightReports.ReadAsync(Slot, default))!;
        Assert.Equal(Customers, report.Totals[InsightCounters.Customers]);
        Assert.Equal(Customers, Sum(report, InsightCounters.StagePrefix));
        Assert.Equal(Customers, Sum(report, InsightCounters.SegmentPrefix));
        Assert.Equal(Customers, Sum(report, InsightCounters.ChurnPrefix));
        Assert.NotNull((await shop.Models.ReadAsync(run.Report.Model, default))!.Purchases);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task The_counts_of_a_night_are_those_of_its_customers()
    {
        var shop = await FilledAsync();
        for (var day = 0; day < 10; day++)
        {
            await shop.NightAsync(Slot.AddDays(day));
            shop.Time.Advance(TimeSpan.FromHours(5));
            await shop.BuyAsync($"late{day}", 9, customer: new($"c{day * 7}"));
            if (day % 2 == 0)
                await shop.RefundAsync($"back{day}", $"late{day}", 300, customer: new($"c{day * 7}"));
            shop.Time.Advance(TimeSpan.FromHours(19));
        }

        var report = (await shop.InsightReports.ReadAsync(Slot.AddDays(9), default))!;
        var expected = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var document in shop.Memory.All().Where(static one => one.Key.Kind == InsightKinds.Insight))
            InsightCounters.Add(expected, InsightMapping.Read(
                InsightJson.ReadInsight(document).Now), 1);
        // What became of warnings is of all time, and not of the customers as they are.
        Assert.Equal(expected, report.Totals.Where(static one => one.Key is not InsightCounters.WarningsRaised
            && !one.Key.StartsWith(InsightCounters.WarningsEndedPrefix, StringComparison.Ordinal)));
        Assert.Equal(Customers, report.Totals[InsightCounters.Customers]);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task An_ordinary_night_looks_at_those_who_did_something_and_those_whose_scores_have_moved()
    {
        var shop = await FilledAsync();
        await shop.NightAsync(Slot);
        shop.Time.Advance(TimeSpan.FromDays(1));
        var quiet = await shop.NightAsync(Slot.AddDays(1));
        await shop.BuyAsync("more", 50, customer: new("c3"), at: shop.Now.AddHours(-3));
        shop.Time.Advance(TimeSpan.FromDays(1));

        var busy = await shop.NightAsync(Slot.AddDays(2));

        Assert.InRange(quiet.Report!.Scored, 0, Customers / 2);
        Assert.InRange(busy.Report!.Scored, 1, Customers / 2);
        Assert.Contains("c3/insight/insight", string.Join('\n', shop.Stored()), StringComparison.Ordinal);
        Assert.Equal(Slot.AddDays(2).DayNumber, (await InsightAsync(shop, "c3")).Slot);
    }

    [Fact]
    public async Task With_nothing_due_a_night_reads_nobody_and_its_report_says_the_same()
    {
        var shop = new Shop(shards: 2, pageSize: 8);
        for (var i = 0; i < 40; i++)
            await shop.BuyAsync("p1", 10 + i, customer: new($"c{i}"));
        // Silent for so long that the next look is weeks away.
        shop.Time.Advance(TimeSpan.FromDays(300));
        var slot = DateOnly.FromDateTime(shop.Now.UtcDateTime);
        await shop.NightAsync(slot);
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.Runs.PlanAsync(NightlyRuns.NightlyKind, slot.AddDays(1), default);
        shop.Tap.Listen();

        await shop.Pump.DrainAsync(shop.Nightly);

        Assert.DoesNotContain("read account", shop.Tap.Requests);
        Assert.DoesNotContain("read insight", shop.Tap.Requests);
        var (before, after) = ((await shop.InsightReports.ReadAsync(slot, default))!,
            (await shop.InsightReports.ReadAsync(slot.AddDays(1), default))!);
        Assert.Equal(before.Totals, after.Totals);
        Assert.Equal(0, after.Scored);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Killed_and_resumed_at_any_request_every_document_is_the_same(int stride)
    {
        var whole = await FilledAsync();
        await NightsAsync(whole, 2, null);
        var expected = Insights(whole);
        for (var kill = stride; kill < 700; kill += 61)
        {
            var shop = await FilledAsync();
            await NightsAsync(shop, 2, kill);
            Assert.Equal(expected, Insights(shop));
            await shop.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task A_customer_who_moves_is_counted_by_where_from_and_where_to()
    {
        var shop = await FilledAsync();
        await shop.NightAsync(Slot);
        var before = await InsightAsync(shop, "c5");
        shop.Time.Advance(TimeSpan.FromHours(1));
        await shop.BuyAsync("again", 50, customer: new("c5"));
        shop.Time.Advance(TimeSpan.FromDays(1));

        await shop.NightAsync(Slot.AddDays(1));

        var after = await InsightAsync(shop, "c5");
        var report = (await shop.InsightReports.ReadAsync(Slot.AddDays(1), default))!;
        Assert.NotEqual(before.Now.Stage, after.Now.Stage);
        Assert.Equal((before.Now.Stage, Slot.AddDays(1).DayNumber), (after.Before!.Stage, after.Since));
        Assert.NotEmpty(after.Why!);
        Assert.Contains(report.Moves.Keys, name => name.EndsWith($":{before.Now.Stage}:{after.Now.Stage}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slot_that_is_older_than_what_is_known_changes_nothing()
    {
        var shop = await FilledAsync();
        await shop.NightAsync(Slot);
        var before = shop.Memory.All().Where(static one => one.Key.Kind == InsightKinds.Insight).Select(static one => one.Version).ToList();

        var run = await shop.NightAsync(Slot.AddDays(-30));

        Assert.Equal("done", run.Status);
        Assert.Equal(before, shop.Memory.All().Where(static one => one.Key.Kind == InsightKinds.Insight).Select(static one => one.Version));
    }

    [Fact]
    public async Task A_night_that_is_asked_for_again_changes_no_byte()
    {
        var shop = await FilledAsync();
        await shop.NightAsync(Slot);
        var before = shop.Stored();

        await shop.NightAsync(Slot);

        Assert.Equal(before, shop.Stored());
    }

    [Fact]
    public async Task A_customer_who_cannot_be_scored_is_a_dead_letter_with_the_reason_and_the_night_goes_on()
    {
        var shop = await FilledAsync();
        await shop.NightAsync(Slot);
        await shop.TamperAsync(InsightKinds.InsightOf("c7"), static _ => "[1]");
        shop.Time.Advance(TimeSpan.FromDays(7));

        var run = await shop.NightAsync(Slot.AddDays(7));

        Assert.Equal(("done", 1L, Customers - 1L), (run.Status, run.Report!.Failed, run.Report.Scored));
        var letter = Assert.Single(await shop.DeadLettersAsync(QueueNames.Nightly));
        Assert.Contains("c7", letter.Message.MessageId, StringComparison.Ordinal);
        Assert.NotEmpty(letter.Description);
    }

    private static async Task NightsAsync(Shop shop, int nights, int? killAtRequest)
    {
        var requests = 0;
        for (var night = 0; night < nights; night++)
        {
            await shop.Runs.PlanAsync(NightlyRuns.NightlyKind, Slot.AddDays(night), default);
            shop.Tap.OnRequest = _ => ++requests == killAtRequest
                ? throw new StoreUnavailableException("killed")
                : Task.CompletedTask;
            await shop.Pump.DrainAsync(shop.Nightly);
            shop.Tap.OnRequest = null;
            Assert.Equal("done", (await shop.Runs.GetAsync($"nightly:{Slot.AddDays(night):yyyy-MM-dd}", default))!.Status);
            await shop.BuyAsync($"between{night}", 5, customer: new("c8"), at: Shop.Opening.AddDays(401 + night));
            shop.Time.Advance(TimeSpan.FromDays(1));
        }
    }

    private static IReadOnlyList<string> Insights(Shop shop) =>
        [.. shop.Stored().Where(static one => one.StartsWith("~insight/", StringComparison.Ordinal)
            || one.Contains("/insight/insight", StringComparison.Ordinal))];

    private static long Sum(ReportDocument report, string prefix) => report.Totals
        .Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(static one => one.Value);

    private static async Task<InsightDocument> InsightAsync(Shop shop, string customer) => InsightJson.ReadInsight(
        (await shop.Memory.ReadAsync(InsightKinds.InsightOf(customer), default))!);

    /// <summary>Customers with one to five purchases in the first year, at paces of their own.</summary>
    private static async Task<Shop> FilledAsync()
    {
        var shop = new Shop(shards: 2, pageSize: 16);
        for (var i = 0; i < Customers; i++)
            for (var n = 0; n <= i % 5; n++)
                await shop.AcceptAsync(
                    $"p{n}", 5 + (i % 17), customer: new($"c{i}"), at: Shop.Opening.AddDays(-380 + (i % 11 * 9) + (n * (20 + (i % 13)))));
        await shop.WorkAsync();
        shop.Time.Advance(Slot.ToDateTime(new TimeOnly(2, 0)) - shop.Now.UtcDateTime);
        return shop;
    }
}
