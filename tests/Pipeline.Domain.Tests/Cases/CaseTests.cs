using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using static Pipeline.Domain.Tests.Answering;

namespace Pipeline.Domain.Tests;

public sealed class CaseTests
{
    private static readonly ZoneCalendar Utc = new("UTC");
    private static readonly CaseRules Rules = CaseRules.Default;

    [Theory]
    [InlineData(1, null, Severity.High, "CSAT 1 is 1 or less.")]
    [InlineData(2, null, Severity.Medium, "CSAT 2 is 2 or less.")]
    [InlineData(null, 4, Severity.Medium, "NPS 4 is 4 or less.")]
    [InlineData(1, 0, Severity.High, "CSAT 1 is 1 or less. NPS 0 is 4 or less.")]
    public void A_low_rating_opens_a_case(int? csat, int? nps, Severity severity, string reasons)
    {
        var triage = Triage.Of(Feedback("f", csat, nps), null, Standing.Unknown, Rules)!;

        Assert.Equal((severity, reasons), (triage.Severity, string.Join(' ', triage.Reasons)));
    }

    [Fact]
    public void What_is_well_needs_no_case()
    {
        Assert.Null(Triage.Of(Feedback("f", 3, 5, 1), null, Standing.Unknown, Rules));
        Assert.Null(Judge("It was ok.", Feeling.Negative, 0.79));
        Assert.Null(Judge("My refund came at once, thank you!", Feeling.Positive));
        Assert.Null(Judge("Unbroken.", Feeling.Neutral));
    }

    [Theory]
    [InlineData("It is awful.", Feeling.Negative, Severity.Medium)]
    [InlineData("I want to be Refunded", Feeling.Neutral, Severity.Medium)]
    [InlineData("My LAWYER will write.", Feeling.Negative, Severity.Critical)]
    [InlineData("我要投诉你们", Feeling.Neutral, Severity.High)]
    [InlineData("请退款", Feeling.Mixed, Severity.Medium)]
    public void A_negative_comment_and_certain_words_open_a_case(string comment, Feeling label, Severity severity) =>
        Assert.Equal(severity, Judge(comment, label)!.Severity);

    [Fact]
    public void An_analyser_that_abstains_opens_no_case() => Assert.Null(Triage.Of(
        Feedback("f", comment: "Hm."), Sense(Feeling.Negative) with { IsAbstention = true }, Standing.Unknown, Rules));

    [Fact]
    public void A_customer_of_high_value_is_answered_sooner_and_for_less()
    {
        var high = Standing.Unknown with { IsHighValue = true };

        Assert.Equal(Severity.Medium, Triage.Of(Feedback("f", csat: 3), null, high, Rules)!.Severity);
        Assert.Equal(Severity.Critical, Triage.Of(Feedback("f", csat: 1), null, high, Rules)!.Severity);
        Assert.Null(Triage.Of(Feedback("f", csat: 4), null, high, Rules));
    }

    [Theory]
    [InlineData("2026-03-06T15:00:00Z", Severity.Critical, "2026-03-09T11:00:00Z")] // Friday 15:00 + 4 h of 9 to 17
    [InlineData("2026-03-07T12:00:00Z", Severity.Critical, "2026-03-09T13:00:00Z")] // Saturday
    [InlineData("2026-03-09T07:00:00Z", Severity.Critical, "2026-03-09T13:00:00Z")]
    [InlineData("2026-03-27T16:00:00Z", Severity.Critical, "2026-03-30T11:00:00Z")] // the clocks go forward on Sunday
    public void A_due_time_counts_the_hours_of_business_in_the_programs_zone(string from, Severity severity, string due)
    {
        var hours = new BusinessHours(
            new TimeOnly(9, 0), new TimeOnly(17, 0),
            [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday]);

        Assert.Equal(
            DateTimeOffset.Parse(due),
            (Rules with { Hours = hours }).DueAt(DateTimeOffset.Parse(from), severity, new ZoneCalendar("Europe/London")));
    }

    [Fact]
    public void A_case_goes_from_open_over_assigned_to_resolved_and_back()
    {
        var file = Opened();
        Assert.Equal((CaseStatus.Open, Severity.Medium, Shop.Start.AddHours(48)), (file.Status, file.Severity, file.DueAt));

        file = Accepted(file, Assign(1));
        Assert.Equal((CaseStatus.Assigned, "grace"), (file.Status, file.Owner));
        file = Accepted(file, new CaseCommand.Contact(Shop.Day(0, 2), "staff", "2", "phone"));
        file = Accepted(file, Resolve(3));
        Assert.Equal(
            (CaseStatus.Resolved, Shop.Day(0, 2), Shop.Day(0, 3)), (file.Status, file.FirstAnswerAt, file.FirstResolvedAt));
        file = Accepted(file, Reopen(4));

        Assert.Equal((CaseStatus.Open, null, Shop.Day(2, 4)), (file.Status, file.Owner, file.DueAt));
        Assert.Equal(Shop.Day(0, 3), Accepted(file, Resolve(9)).FirstResolvedAt);
        Assert.Equivalent(file, CaseFile.Rebuild(file.Feedback, file.Customer, file.Events), strict: true);
    }

    [Fact]
    public void What_the_status_does_not_allow_is_refused()
    {
        var open = Opened();
        var resolved = Accepted(open, Resolve(1));

        Assert.Equal(CaseProblem.NotResolved, Refused(open, Reopen(2)));
        Assert.Equal(CaseProblem.Resolved, Refused(resolved, Assign(2)));
        Assert.Equal(CaseProblem.Resolved, Refused(resolved, Resolve(2)));
        Assert.Equal(CaseProblem.NoCustomer, Refused(Opened(customer: null), Goodwill(2)));
        Accepted(resolved, Goodwill(2));
        Accepted(resolved, new CaseCommand.Note(Shop.Start, "staff", "2", "Called back."));
    }

    [Fact]
    public void A_request_that_comes_again_is_known_whatever_the_status_is_now()
    {
        var file = Accepted(Accepted(Opened(), Assign(1)), Resolve(2));

        Assert.Same(file, Assert.IsType<CaseDecision.Repeated>(Decide(file, Assign(1))).File);
        Assert.IsType<CaseDecision.Repeated>(Decide(file, Resolve(2)));
    }

    [Fact]
    public void A_case_takes_a_bounded_number_of_events_from_staff()
    {
        var file = Opened();
        while (file.Events.Length < CaseDecider.EventsMax)
            file = Accepted(file, new CaseCommand.Note(Shop.Start, "staff", $"{file.Events.Length}", "Again."));

        Assert.Equal(CaseProblem.Full, Refused(file, new CaseCommand.Note(Shop.Start, "staff", "more", "Again.")));
        Assert.Single(Escalated(file, 48));
    }

    [Fact]
    public void An_overdue_case_is_escalated_step_by_step_and_a_bounded_number_of_times()
    {
        var file = Opened();
        Assert.Empty(Escalated(file, 47));

        file = Accepted(file, new CaseCommand.Escalate(Shop.Start.AddHours(48)));
        Assert.Equal((Severity.High, 1, true), (file.Severity, file.Escalations, file.IsOverdueAt(Shop.Start.AddHours(48))));
        Assert.Empty(Escalated(file, 71));
        file = Accepted(file, new CaseCommand.Escalate(Shop.Start.AddHours(72)));

        Assert.Equal((Severity.Critical, 2), (file.Severity, file.Escalations));
        Assert.Null(CaseDecider.EscalatesAt(file, Rules));
        Assert.Empty(Escalated(file, 10_000));
        Assert.Empty(Escalated(Accepted(Opened(), Resolve(1)), 10_000));
    }

    [Fact]
    public void A_bad_answer_to_the_follow_up_reopens_the_case_and_a_good_one_does_not()
    {
        var resolved = Accepted(Opened(), Resolve(1));

        var good = Accepted(resolved, FollowUp("f-2", csat: 5));
        var bad = Accepted(resolved, FollowUp("f-2", csat: 1));

        Assert.Equal(CaseStatus.Resolved, good.Status);
        Assert.Equal(CaseStatus.Open, bad.Status);
        Assert.IsType<CaseEvent.FollowUpAnswered>(bad.Events[^2]);
        Assert.Equal(bad, Accepted(bad, FollowUp("f-2", csat: 1)));
    }

    [Fact]
    public void A_case_that_an_answer_reopens_is_as_severe_as_that_answer_and_never_less_than_it_was()
    {
        var resolved = Accepted(Opened(), Resolve(1));

        var worse = Accepted(resolved, FollowUp("f-2", csat: 1));
        var angry = Accepted(resolved, FollowUp("f-2", csat: 2, "I will ask my lawyer."));
        var still = Accepted(Accepted(worse, Resolve(30)), FollowUp("f-3", csat: 2));

        Assert.Equal((Severity.High, Shop.Day(2)), (worse.Severity, worse.DueAt));
        Assert.Equal((Severity.Critical, Shop.Day(1, 4)), (angry.Severity, angry.DueAt));
        Assert.Equal((Severity.High, Shop.Day(2)), (still.Severity, still.DueAt));
    }

    [Fact]
    public void No_survey_follows_where_nobody_is_known_who_could_answer_it()
    {
        var link = new FollowUpLink("2026-01-x", Shop.Day(14));
        var resolve = new CaseCommand.Resolve(Shop.Day(0, 1), "staff", "1", "Mended.", link);

        Assert.Equal(link, ((CaseEvent.Resolved)Accepted(Opened(), resolve).Events[^1]).FollowUp);
        Assert.Null(((CaseEvent.Resolved)Accepted(Opened(customer: null), resolve).Events[^1]).FollowUp);
    }

    [Fact]
    public void Rules_are_read_back_as_they_were_written()
    {
        var rules = Rules with
        {
            Version = 7,
            Negative = null,
            Hours = new BusinessHours(new TimeOnly(9, 30), new TimeOnly(18, 0), [DayOfWeek.Monday, DayOfWeek.Sunday]),
        };

        Assert.Equal(rules, CaseRulesDocument.Parse(CaseRulesDocument.Write(rules)).Rules);
        Assert.Equal(Rules with { Version = 1 }, CaseRulesDocument.Parse("""{ "version": 1 }"""u8).Rules);
    }

    [Fact]
    public void The_guide_shows_the_rules_that_hold_by_default()
    {
        var guide = File.ReadAllText(Path.Combine(Root(), "docs", "cases.md"));
        var example = guide[(guide.IndexOf("```json", StringComparison.Ordinal) + 7)..];

        var parse = CaseRulesDocument.Parse(Encoding.UTF8.GetBytes(example[..example.IndexOf("```", StringComparison.Ordinal)]));

        Assert.Equal(Rules with { Version = 1 }, parse.Rules);
    }

    [Theory]
    [InlineData("""{}""", "/version")]
    [InlineData("""{ "version": 0 }""", "/version")]
    [InlineData("""{ "version": 1, "word": [] }""", "/word")]
    [InlineData("""{ "version": 1, "words": [ { "word": " " } ] }""", "/words/0/word")]
    [InlineData("""{ "version": 1, "words": { } }""", "/words")]
    [InlineData("""{ "version": 1, "ratings": [ { "answer": "stars", "atMost": 2 } ] }""", "/ratings/0/answer")]
    [InlineData("""{ "version": 1, "ratings": [ { "answer": "csat" } ] }""", "/ratings/0/atMost")]
    [InlineData("""{ "version": 1, "negative": { "confidencePercent": 101 } }""", "/negative/confidencePercent")]
    [InlineData("""{ "version": 1, "dueHours": { "high": 0 } }""", "/dueHours/high")]
    [InlineData("""{ "version": 1, "businessHours": { "opens": "9", "closes": "17:00", "days": ["mon"] } }""", "/businessHours/opens")]
    [InlineData("""{ "version": 1, "businessHours": { "opens": "18:00", "closes": "17:00", "days": ["mon"] } }""", "/businessHours/closes")]
    [InlineData("""{ "version": 1, "businessHours": { "opens": "09:00", "closes": "17:00", "days": ["Monday"] } }""", "/businessHours/days")]
    public void Wrong_rules_are_told_with_their_place(string json, string at)
    {
        var parse = CaseRulesDocument.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Null(parse.Rules);
        Assert.Contains(parse.Errors.Keys, place => place.StartsWith(at, StringComparison.Ordinal));
    }

    private static string Root([CallerFilePath] string here = "")
    {
        var folder = Directory.GetParent(here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Pipeline.sln is not above the tests.");
    }

    private static Triage? Judge(string comment, Feeling label, double confidence = 0.8) =>
        Triage.Of(Feedback("f", comment: comment), Sense(label, confidence), Standing.Unknown, Rules);

    private static CaseFile Opened(string? customer = "ann")
    {
        var feedback = Feedback("f-1", csat: 2, customer: customer);
        return CaseDecider.Open(feedback, Triage.Of(feedback, null, Standing.Unknown, Rules)!, Rules, Utc);
    }

    private static CaseCommand.Assign Assign(int hour) => new(Shop.Day(0, hour), "staff", $"{hour}", "grace");

    private static CaseCommand.Resolve Resolve(int hour) => new(Shop.Day(0, hour), "staff", $"{hour}", "Sent a new cup.", null);

    private static CaseCommand.Reopen Reopen(int hour) => new(Shop.Day(0, hour), "staff", $"{hour}", "It broke too.");

    private static CaseCommand.GiveGoodwill Goodwill(int hour) =>
        new(Shop.Day(0, hour), "staff", $"{hour}", 100, "Sorry", new GrantId("g"));

    private static CaseCommand.AnswerFollowUp FollowUp(string id, int csat, string? comment = null) => new(
        Shop.Day(1), new FeedbackId(id), new Answers(csat, null, null),
        Triage.Of(Feedback(id, csat, comment: comment), null, Standing.Unknown, Rules));

    private static CaseDecision Decide(CaseFile file, CaseCommand command) => CaseDecider.Decide(file, command, Rules, Utc);

    private static CaseFile Accepted(CaseFile file, CaseCommand command) =>
        Assert.IsType<CaseDecision.Accepted>(Decide(file, command)).File;

    private static CaseProblem Refused(CaseFile file, CaseCommand command) =>
        Assert.IsType<CaseDecision.Refused>(Decide(file, command)).Problem;

    private static ImmutableArray<CaseEvent> Escalated(CaseFile file, int hours) =>
        Assert.IsType<CaseDecision.Accepted>(Decide(file, new CaseCommand.Escalate(Shop.Start.AddHours(hours)))).Events;
}
