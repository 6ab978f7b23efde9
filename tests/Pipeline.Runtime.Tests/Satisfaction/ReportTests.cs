using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Satisfaction.Storage;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Satisfaction;

public sealed class ReportTests
{
    private readonly Shop shop = new(Domain.LoyaltyProgram.Default with { TimeZone = "Asia/Shanghai" });

    [Theory]
    [InlineData(ReportBy.Nothing)]
    [InlineData(ReportBy.Day)]
    [InlineData(ReportBy.Week)]
    [InlineData(ReportBy.Month)]
    [InlineData(ReportBy.Channel)]
    [InlineData(ReportBy.Tier)]
    [InlineData(ReportBy.Stage)]
    [InlineData(ReportBy.Product)]
    [InlineData(ReportBy.Aspect)]
    public async Task A_report_equals_the_recount_of_all_stored_feedback(ReportBy by)
    {
        var random = new Random(7);
        await shop.BuyAsync("p1", 3);
        shop.Standings.Set("c1", new Standing("gold", "loyal", IsHighValue: true));
        for (var i = 0; i < 300; i++)
        {
            await shop.SendAsync(
                $"f{i}", random.Next(2) == 0 ? null : random.Next(1, 6), random.Next(2) == 0 ? null : random.Next(11),
                random.Next(1, 8), random.Next(2) == 0 ? null : "late but kind", random.Next(3) == 0 ? "ann" : $"c{random.Next(9)}",
                random.Next(2) == 0 ? null : "p1", Shop.Opening.AddHours(-random.Next(2_000)), $"ch{random.Next(4)}");
        }

        await shop.ListenAsync();

        var (from, to) = (new DateOnly(2025, 12, 20), new DateOnly(2026, 2, 20));
        var reported = (await shop.Reports.ReadAsync(from, to, by, default)).Report;
        var stored = shop.Memory.All().Where(static one => one.Key.Kind == FeedbackKinds.Feedback)
            .Select(FeedbackMapping.ReadFeedback)
            .Where(one => one.Placing.Day >= from && one.Placing.Day <= to)
            .ToList();
        Assert.Equal(300, shop.Memory.All().Count(static one => one.Key.Kind == FeedbackKinds.Feedback));
        var recounted = SatisfactionReport.Of(stored.Select(static one => (one.Placing.Day, one.Tally)), by);
        Assert.Equal(recounted.Groups.ToArray(), reported.Groups.ToArray());
        Assert.Equal(stored.Count(static one => one.OpensCase), reported.Cases.Opened);
        if (by is not (ReportBy.Product or ReportBy.Aspect))
            Assert.Equal(stored.Count, reported.Groups.Sum(static group => group.Responses));
    }

    [Fact]
    public async Task Days_are_those_of_the_programs_zone_and_both_ends_count()
    {
        await shop.HearAsync("f1", csat: 5, at: DateTimeOffset.Parse("2026-02-01T15:59:59Z"));
        await shop.HearAsync("f2", csat: 5, at: DateTimeOffset.Parse("2026-02-01T16:00:00Z"));

        var first = await shop.Reports.ReadAsync(new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 1), ReportBy.Day, default);
        var both = await shop.Reports.ReadAsync(new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 2), ReportBy.Day, default);

        Assert.Equal(["2026-02-01"], first.Report.Groups.Select(static group => group.Key));
        Assert.Equal(["2026-02-01", "2026-02-02"], both.Report.Groups.Select(static group => group.Key));
    }

    [Fact]
    public async Task A_day_with_more_products_than_one_document_takes_is_counted_in_several()
    {
        for (var i = 0; i < 60; i++)
        {
            var lines = Enumerable.Range(0, 100).Select(n => new BasketLine($"sku-{i}-{n}", null, null, 1, 100)).ToArray();
            await shop.Intake.AcceptAsync(
                Shop.Ann, new PurchaseId($"p{i}"), Shop.Basket("GBP", lines), null, shop.Now, null, default);
            await shop.SendAsync($"f{i}", csat: 5, purchase: $"p{i}");
        }

        await shop.WorkAsync();
        shop.Pump.MessagesPerLease = 3;
        await shop.ListenAsync();

        var tallies = shop.Memory.All().Where(static one => one.Key.Kind == "tally").ToList();
        Assert.True(tallies.Count > 5);
        Assert.All(tallies, static one => Assert.InRange(one.Body.Length, 1, 64 * 1024));
        var report = await shop.ReportAsync(ReportBy.Product);
        Assert.Equal(SatisfactionReport.GroupsMax, report.Groups.Length);
        Assert.Equal((60 * 100) - SatisfactionReport.GroupsMax, report.GroupsLeftOut);
        Assert.Equal(60, (await shop.ReportAsync()).Groups[0].Responses);
    }

    [Fact]
    public async Task A_year_costs_its_slots_and_not_its_feedback()
    {
        for (var i = 0; i < 40; i++)
            await shop.HearAsync($"f{i}", csat: 5, customer: $"c{i}", at: Shop.Opening.AddDays(-i));
        shop.Tap.Listen();

        await shop.ReportAsync();

        Assert.Equal(Enumerable.Repeat("page tally", 16), shop.Tap.Requests);
    }

    [Fact]
    public async Task The_response_rate_is_that_of_the_links_made_in_range()
    {
        var first = await shop.Links.MakeAsync(Shop.Ann, null, TimeSpan.FromDays(7), default);
        await shop.Links.MakeAsync(Shop.Ann, null, TimeSpan.FromDays(7), default);
        shop.Time.Advance(TimeSpan.FromDays(3));
        await shop.Feedback.AcceptAsync(
            new PublicFeedback(first.Token, null, null, null, null, new Answers(5, null, null), null), null, default);
        await shop.ListenAsync();

        var days = (await shop.ReportAsync(ReportBy.Day)).Groups;

        Assert.Equal([("2026-03-01", 50m, 2L), ("2026-03-04", null, 0L)], days.Select(
            static day => (day.Key, day.ResponseRate!.Value, day.ResponseRate.N)));
        Assert.Null((await shop.ReportAsync(ReportBy.Channel)).Groups[0].ResponseRate);
    }

    [Theory]
    [InlineData(SatisfactionReport.GroupsMax, null)]
    [InlineData(SatisfactionReport.GroupsMax + 3, ",groupsLeftOut,,3,,,,,")]
    public void The_table_says_how_many_groups_it_leaves_out(int products, string? expected)
    {
        var tally = new SatisfactionTally();
        for (var i = 0; i < products; i++)
            tally.Add(new TallyKey(Dimension.Product, $"sku-{i:D5}"), SatisfactionCounts.OfFeedback(new Answers(5, null, null), null));
        var day = new DateOnly(2026, 3, 1);
        var report = new DatedReport(Shop.Opening, day, day, ReportBy.Product, SatisfactionReport.Of([(day, tally)], ReportBy.Product));

        var lines = Encoding.UTF8.GetString(SatisfactionReportJson.Csv(report)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        var metrics = lines.Where(static line => line.StartsWith("sku-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(SatisfactionReport.GroupsMax * 5, metrics.Length);
        Assert.Equal(expected, lines.Skip(1).Except(metrics).SingleOrDefault());
        Assert.All(lines, static line => Assert.Equal(8, line.Count(static unit => unit == ',')));
    }
}
