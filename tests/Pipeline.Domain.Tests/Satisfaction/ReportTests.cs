using static Pipeline.Domain.Tests.Answering;

namespace Pipeline.Domain.Tests;

public sealed class ReportTests
{
    private static readonly DateOnly Friday = new(2027, 1, 1);

    [Fact]
    public void Without_grouping_there_is_one_group_even_of_nothing()
    {
        var group = Assert.Single(SatisfactionReport.Of([], ReportBy.Nothing).Groups);

        Assert.Equal(("all", 0L, null), (group.Key, group.Responses, group.Nps.Value));
        Assert.Null(group.Verdicts);
    }

    [Theory]
    [InlineData(ReportBy.Day, "2027-01-01 2027-01-04")]
    [InlineData(ReportBy.Week, "2026-W53 2027-W01")]
    [InlineData(ReportBy.Month, "2027-01")]
    [InlineData(ReportBy.Channel, "email unknown")]
    [InlineData(ReportBy.Tier, "gold")]
    [InlineData(ReportBy.Stage, "new")]
    [InlineData(ReportBy.Product, "a b")]
    [InlineData(ReportBy.Aspect, "delivery support")]
    public void Groups_are_those_of_the_feedback_in_order(ReportBy by, string keys)
    {
        var sense = Sense(
            Feeling.Mixed, 0.9, new AspectSense("delivery", Feeling.Negative), new AspectSense("support", Feeling.Positive));
        var first = SatisfactionTally.Of(
            Feedback("f-1", csat: 5), sense, new Placing(Friday, "gold", "new", ["a", "b"]), opensCase: false);
        var second = SatisfactionTally.Of(
            Feedback("f-2", csat: 1, channel: null), null, new Placing(Friday, "gold", "new", ["a"]), opensCase: true);

        var report = SatisfactionReport.Of([(Friday, first), (Friday.AddDays(3), second)], by);

        Assert.Equal(keys, string.Join(' ', report.Groups.Select(static group => group.Key)));
        Assert.Equal(1, report.Cases.Opened);
    }

    [Fact]
    public void An_aspect_has_the_label_of_what_is_said_of_it()
    {
        var sense = Sense(
            Feeling.Mixed, 0.9, new AspectSense("delivery", Feeling.Negative), new AspectSense("support", Feeling.Positive));
        var tally = SatisfactionTally.Of(
            Feedback("f"), sense, new Placing(Friday, "none", "unknown", []), opensCase: false);

        var groups = SatisfactionReport.Of([(Friday, tally)], ReportBy.Aspect).Groups;

        Assert.Equal([0m, 100m], groups.Select(static group => group.Sentiment.Value!.Value));
    }

    [Fact]
    public void A_group_that_differs_by_chance_is_not_distinguishable()
    {
        // Ten channels that answer alike, with ten answers each: some look better, none is.
        var random = new Random(Scripts.FirstSeed);
        var days = Enumerable.Range(0, 100).Select(i => TallyOf($"c{i % 10}", random.Next(1, 6))).ToList();

        var report = SatisfactionReport.Of(days, ReportBy.Channel);

        Assert.All(report.Groups, static group => Assert.Equal(Verdict.NotDistinguishable, group.Verdicts!.Value.Csat));
        Assert.True(report.Groups.Select(static group => group.Csat.Value).Distinct().Count() > 1);
        Assert.All(report.Groups, static group => Assert.Null(group.Verdicts!.Value.Nps));
    }

    [Fact]
    public void Two_single_answers_prove_nothing_however_far_apart_they_are()
    {
        var days = new[] { TallyOf("a", 5, nps: 10, ces: 7), TallyOf("b", 1, nps: 0, ces: 1) };

        var verdicts = SatisfactionReport.Of(days, ReportBy.Channel).Groups[0].Verdicts!.Value;

        Assert.Equal(
            (Verdict.NotDistinguishable, Verdict.NotDistinguishable, Verdict.NotDistinguishable, Verdict.NotDistinguishable),
            (verdicts.Csat, verdicts.Nps, verdicts.Ces, verdicts.CesMean));
    }

    [Fact]
    public void A_group_that_is_worse_for_sure_is_said_so()
    {
        var days = Enumerable.Range(0, 100)
            .Select(static i => i < 50 ? TallyOf("shop", 4 + (i % 2), 9, 6) : TallyOf("app", 1 + (i % 2), 3, 2)).ToList();

        var groups = SatisfactionReport.Of(days, ReportBy.Channel).Groups;

        Assert.Equal(new GroupVerdicts(Verdict.Below, Verdict.Below, Verdict.Below, Verdict.Below, null), groups[0].Verdicts);
        Assert.Equal(new GroupVerdicts(Verdict.Above, Verdict.Above, Verdict.Above, Verdict.Above, null), groups[1].Verdicts);
    }

    [Fact]
    public void More_groups_than_a_report_takes_are_counted_and_those_with_the_fewest_answers_left_out()
    {
        var days = Enumerable.Range(0, SatisfactionReport.GroupsMax + 5).Select(static i => TallyOf($"c{i}", 5))
            .Append(TallyOf("c2004", 5)).ToList();

        var report = SatisfactionReport.Of(days, ReportBy.Channel);

        Assert.Equal((SatisfactionReport.GroupsMax, 5), (report.Groups.Length, report.GroupsLeftOut));
        Assert.Contains(report.Groups, static group => group is { Key: "c2004", Responses: 2 });
    }

    [Fact]
    public void The_summary_of_a_customer_is_the_same_in_every_order()
    {
        for (var i = 0; i < 200 * Scripts.Chaos; i++)
        {
            var random = new Random(Scripts.FirstSeed + i);
            var feedback = Enumerable.Range(0, 9).Select(n => (
                Feedback($"f{n}", random.Next(3) == 0 ? null : random.Next(1, 6), random.Next(2) == 0 ? null : random.Next(11),
                    at: Shop.Day(random.Next(4))),
                (Feeling?)random.Next(4))).ToArray();
            var expected = Fold(feedback);

            random.Shuffle(feedback);

            Assert.Equal(expected, Fold(feedback));
        }
    }

    private static CustomerSatisfaction Fold(IEnumerable<(Feedback Feedback, Feeling? Label)> feedback) =>
        feedback.Aggregate(CustomerSatisfaction.New, static (known, one) => known.With(one.Feedback, one.Label));

    private static (DateOnly, SatisfactionTally) TallyOf(string channel, int csat, int? nps = null, int? ces = null) => (
        Friday,
        SatisfactionTally.Of(
            Feedback("f", csat, nps, ces, channel: channel), null, new Placing(Friday, "none", "unknown", []), opensCase: false));
}
