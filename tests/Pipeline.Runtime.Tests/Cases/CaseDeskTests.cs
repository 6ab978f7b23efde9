using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Cases;

public sealed class CaseDeskTests
{
    private static readonly CaseId Case = new("f1");
    private readonly Shop shop = new();

    [Fact]
    public async Task Goodwill_is_in_the_ledger_once_however_often_it_is_asked()
    {
        await shop.BuyAsync("p1", 10);
        await shop.HearAsync("f1", csat: 1);

        Assert.False((await DoneAsync(new CaseRequest.Goodwill(50, "Sorry"), "k")).Replayed);
        Assert.True((await DoneAsync(new CaseRequest.Goodwill(50, "Sorry"), "k")).Replayed);

        Assert.Equal((60, 0, 0, 0), await shop.PointsAsync());
        var entry = (await shop.Reader.LedgerAsync(Shop.Ann, 10, null, default))!.Entries[0];
        Assert.Equal(("grant", 50L, "f1", "Goodwill: Sorry"), (entry.Type, entry.Points, entry.Reference, entry.Reason));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Points_past_64_bits_are_refused_and_the_case_tells_of_none()
    {
        await shop.HearAsync("f1", csat: 1);
        await DoneAsync(new CaseRequest.Goodwill(long.MaxValue, "Much"), "k1");

        Assert.IsType<CaseAnswer.PointsRefused>(await AskAsync(new CaseRequest.Goodwill(1, "More"), "k2"));
        Assert.Single((await shop.Cases.GetAsync(Case, default))!.Events.OfType<CaseEvent.GoodwillGiven>());
    }

    [Fact]
    public async Task Goodwill_is_no_way_around_the_second_key_of_an_adjustment()
    {
        var strict = new Shop(LoyaltyProgram.Default with { Adjustments = new AdjustmentRules(FourEyesAbove: 50, Max: 1_000) });
        await strict.BuyAsync("p1", 10);
        await strict.HearAsync("f1", csat: 1);

        var above = await strict.Cases.AskAsync(Case, new CaseRequest.Goodwill(51, "Sorry"), "staff", "k1", default);
        var within = await strict.Cases.AskAsync(Case, new CaseRequest.Goodwill(50, "Sorry"), "staff", "k2", default);

        Assert.Equal(new CaseAnswer.AboveLimit(50), above);
        Assert.Single(Assert.IsType<CaseAnswer.Done>(within).File.Events.OfType<CaseEvent.GoodwillGiven>());
        Assert.Equal((60, 0, 0, 0), await strict.PointsAsync());
        await strict.AssertProvenAsync();
    }

    [Fact]
    public async Task Where_the_case_fills_up_meanwhile_no_points_are_given()
    {
        await shop.HearAsync("f1", csat: 1);
        for (var i = 2; i < CaseDecider.EventsMax; i++)
            await DoneAsync(new CaseRequest.Note("Hm"), $"n{i}");
        var isFirst = true;
        shop.Tap.OnRequest = async request =>
        {
            if (!isFirst || !request.StartsWith("commit 3", StringComparison.Ordinal))
                return;
            isFirst = false;
            await DoneAsync(new CaseRequest.Note("The last one."), "n");
        };

        var refused = Assert.IsType<CaseAnswer.Refused>(await AskAsync(new CaseRequest.Goodwill(50, "Sorry"), "k"));

        Assert.False(isFirst);
        Assert.Equal(CaseProblem.Full, refused.Problem);
        Assert.DoesNotContain(shop.Stored(), static line => line.Contains("grant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_process_dies_in_between_there_are_neither_points_nor_event_and_then_both_once()
    {
        await shop.BuyAsync("p1", 10);
        await shop.HearAsync("f1", csat: 1);
        shop.Tap.OnRequest = static request => request.StartsWith("commit", StringComparison.Ordinal)
            ? throw new StoreUnavailableException("The process dies.")
            : Task.CompletedTask;
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await AskAsync(new CaseRequest.Goodwill(50, "Sorry"), "k"));
        shop.Tap.OnRequest = null;
        Assert.Equal((10, 0, 0, 0), await shop.PointsAsync());
        Assert.Single((await shop.Cases.GetAsync(Case, default))!.Events);

        Assert.False((await DoneAsync(new CaseRequest.Goodwill(50, "Sorry"), "k")).Replayed);
        Assert.True((await DoneAsync(new CaseRequest.Goodwill(50, "Sorry"), "k")).Replayed);

        Assert.Equal((60, 0, 0, 0), await shop.PointsAsync());
        Assert.Single((await shop.Cases.GetAsync(Case, default))!.Events.OfType<CaseEvent.GoodwillGiven>());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task The_survey_after_a_resolution_is_about_the_purchase_of_the_case()
    {
        await shop.BuyAsync("p1", 10);
        await shop.HearAsync("f1", csat: 1, purchase: "p1");
        var resolved = (await DoneAsync(new CaseRequest.Resolve("Sent a new one."), "k")).File;
        var followUp = ((CaseEvent.Resolved)resolved.Events[^1]).FollowUp!.Value;

        await AnswerAsync(await shop.Links.LinkAsync(followUp.LinkId, followUp.ExpiresAt, default), csat: 5, "g1");

        var stored = (await shop.FeedbackReader.GetAsync(new FeedbackId("g1"), default))!;
        Assert.Equal(new PurchaseId("p1"), stored.Feedback.Purchase);
        Assert.Equal(2, (await shop.ReportAsync(ReportBy.Product)).Groups.Single(static group => group.Key == "cup").Responses);
    }

    [Fact]
    public async Task An_unknown_case_is_unknown()
    {
        await shop.HearAsync("f1", csat: 5);

        Assert.IsType<CaseAnswer.Unknown>(await AskAsync(new CaseRequest.Note("Hm"), "k"));
        Assert.Null(await shop.Cases.GetAsync(new CaseId("never"), default));
    }

    [Fact]
    public async Task A_resolution_brings_a_survey_whose_answer_reaches_the_case()
    {
        await shop.HearAsync("f1", csat: 1);
        shop.Time.Advance(TimeSpan.FromHours(3));
        var resolved = (await DoneAsync(new CaseRequest.Resolve("Sent a new one."), "k")).File;
        var followUp = ((CaseEvent.Resolved)resolved.Events[^1]).FollowUp!.Value;
        var link = await shop.Links.LinkAsync(followUp.LinkId, followUp.ExpiresAt, default);

        await AnswerAsync(link, csat: 5, "g1");

        var answered = (await shop.Cases.GetAsync(Case, default))!;
        Assert.Equal(CaseStatus.Resolved, answered.Status);
        Assert.Equal(new FeedbackId("g1"), ((CaseEvent.FollowUpAnswered)answered.Events[^1]).Feedback);
        var stored = (await shop.FeedbackReader.GetAsync(new FeedbackId("g1"), default))!;
        Assert.Equal((Case, Case, false), (stored.Case!.Value, stored.Feedback.FollowsUp!.Value, stored.OpensCase));
        var report = await shop.ReportAsync();
        Assert.Equal(new ReportedCases(1, 1, 10_800, 1, 10_800), report.Cases);
        Assert.Equal((100m, 1L), (report.Groups[0].ResponseRate!.Value, report.Groups[0].ResponseRate!.N));
    }

    [Fact]
    public async Task A_bad_answer_to_the_survey_reopens_the_case_and_opens_no_other()
    {
        await shop.HearAsync("f1", csat: 1);
        var resolved = (await DoneAsync(new CaseRequest.Resolve("Done."), "k")).File;
        var followUp = ((CaseEvent.Resolved)resolved.Events[^1]).FollowUp!.Value;

        await AnswerAsync(await shop.Links.LinkAsync(followUp.LinkId, followUp.ExpiresAt, default), csat: 1, "g1");

        Assert.Equal(CaseStatus.Open, (await shop.Cases.GetAsync(Case, default))!.Status);
        Assert.Null(await shop.Cases.GetAsync(new CaseId("g1"), default));
        Assert.Equal(1, (await shop.ReportAsync()).Cases.Opened);
    }

    [Fact]
    public async Task A_worse_answer_makes_the_case_more_severe_also_where_it_is_read_again()
    {
        await shop.HearAsync("f1", csat: 2);
        var resolved = (await DoneAsync(new CaseRequest.Resolve("Done."), "k")).File;
        var followUp = ((CaseEvent.Resolved)resolved.Events[^1]).FollowUp!.Value;

        await AnswerAsync(await shop.Links.LinkAsync(followUp.LinkId, followUp.ExpiresAt, default), csat: 1, "g1");

        var file = (await shop.Cases.GetAsync(Case, default))!;
        Assert.Equal((Severity.Medium, Severity.High), (resolved.Severity, file.Severity));
        Assert.Equal(TimeSpan.FromHours(24), file.DueAt - file.Events[^1].At);
    }

    [Fact]
    public async Task A_case_of_nobody_known_is_resolved_and_its_times_are_reported()
    {
        await shop.HearAsync("f1", csat: 1, customer: "");
        shop.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(CaseStatus.Resolved, (await DoneAsync(new CaseRequest.Resolve("Mended."), "k")).File.Status);

        Assert.Equal(new ReportedCases(1, 1, 3_600, 1, 3_600), (await shop.ReportAsync()).Cases);
        Assert.Equal(0, (await shop.ReportAsync()).Groups[0].ResponseRate!.N);
    }

    [Fact]
    public async Task A_contact_is_the_first_answer_and_its_time_is_reported()
    {
        await shop.HearAsync("f1", csat: 1);
        shop.Time.Advance(TimeSpan.FromMinutes(30));
        await DoneAsync(new CaseRequest.Contact("phone"), "k1");
        shop.Time.Advance(TimeSpan.FromMinutes(30));
        await DoneAsync(new CaseRequest.Contact("phone"), "k2");

        Assert.Equal(new ReportedCases(1, 1, 1_800, 0, null), (await shop.ReportAsync()).Cases);
    }

    [Fact]
    public async Task The_sweep_escalates_what_is_overdue_and_nothing_twice()
    {
        await shop.HearAsync("f1", csat: 2);
        await shop.HearAsync("f2", csat: 2, customer: "");
        Assert.Equal(0, await shop.CaseSweep.RunAsync(default));
        shop.Time.Advance(TimeSpan.FromHours(48));

        Assert.Equal(2, await shop.CaseSweep.RunAsync(default));
        Assert.Equal(0, await shop.CaseSweep.RunAsync(default));
        shop.Time.Advance(TimeSpan.FromDays(100));
        Assert.Equal(2, await shop.CaseSweep.RunAsync(default));
        Assert.Equal(0, await shop.CaseSweep.RunAsync(default));

        Assert.Equal((Severity.Critical, 2), ((await shop.Cases.GetAsync(Case, default))! is var file ? (file.Severity, file.Escalations) : default));
    }

    [Fact]
    public async Task What_a_crash_left_undone_the_sweep_does()
    {
        await shop.HearAsync("f1", csat: 1);
        shop.Tap.OnRequest = static request => request == "page tally"
            ? throw new StoreUnavailableException("The process dies after the case's commit.")
            : Task.CompletedTask;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await AskAsync(new CaseRequest.Resolve("Done."), "k"));
        shop.Tap.OnRequest = null;
        Assert.Equal(0, (await shop.ReportAsync()).Cases.Resolved);

        await shop.CaseSweep.RunAsync(default);

        Assert.Equal(1, (await shop.ReportAsync()).Cases.Resolved);
        Assert.Equal(1, (await shop.ReportAsync()).Groups[0].ResponseRate!.N);
        var stored = CaseMapping.Read((await shop.Memory.ReadAsync(CaseKinds.KeyOf("ann", Case), default))!);
        Assert.Equal((false, null), (stored.IsPending, stored.Due));
    }

    [Fact]
    public async Task Cases_are_listed_by_status_page_by_page_until_there_is_no_more()
    {
        for (var i = 0; i < 23; i++)
            await shop.HearAsync($"f{i}", csat: 1 + (i % 2), customer: i % 3 == 0 ? "" : $"c{i}");
        await AskAsync(new CaseRequest.Assign("grace"), "k", "f1");
        await AskAsync(new CaseRequest.Resolve("Done."), "k", "f2");

        Assert.Equal(21, (await AllAsync(CaseStatus.Open)).Count);
        Assert.Equal(["f1"], await AllAsync(CaseStatus.Assigned));
        Assert.Equal(["f2"], await AllAsync(CaseStatus.Resolved));
        Assert.Equal(23, (await AllAsync(null)).Distinct().Count());
        var (page, _) = await shop.CaseReader.ListAsync(CaseStatus.Open, 200, null, default);
        Assert.Equal(page.OrderBy(static file => file.DueAt).Select(static file => file.DueAt), page.Select(static file => file.DueAt));
    }

    [Fact]
    public async Task Many_at_once_on_one_case_lose_no_event()
    {
        await shop.HearAsync("f1", csat: 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => AskAsync(new CaseRequest.Goodwill(10, "Sorry"), $"k{i}"))));

        Assert.All(answers, static answer => Assert.IsType<CaseAnswer.Done>(answer));
        Assert.Equal((80, 0, 0, 0), await shop.PointsAsync());
        Assert.Equal(9, (await shop.Cases.GetAsync(Case, default))!.Events.Length);
    }

    [Fact]
    public async Task Rules_of_a_new_version_hold_and_are_kept_and_an_old_version_stays_as_it_was()
    {
        var rules = CaseRules.Default with { Version = 2, Ratings = [new RatingRule(Question.Csat, 4, Severity.Low)] };
        Assert.Equal(CaseRules.Default, await CaseRulesStore.LoadAsync(shop.Memory, null, default));
        Assert.Equal(rules, await CaseRulesStore.LoadAsync(shop.Memory, rules, default));
        Assert.Equal(rules, await CaseRulesStore.LoadAsync(shop.Memory, null, default));

        await Assert.ThrowsAsync<CaseRulesConflictException>(async () =>
            await CaseRulesStore.LoadAsync(shop.Memory, CaseRules.Default, default));
        await Assert.ThrowsAsync<CaseRulesConflictException>(async () =>
            await CaseRulesStore.LoadAsync(shop.Memory, rules with { FollowUpDays = 1 }, default));

        var first = new Shop();
        var own = rules with { Version = 1 };
        Assert.Equal(own, await CaseRulesStore.LoadAsync(first.Memory, own, default));
        Assert.NotEqual(own.Version, CaseRules.Default.Version);

        var strict = new Shop(rules: rules);
        Assert.Equal(2, (await strict.Cases.GetAsync((await strict.HearAsync("f1", csat: 4)).Case!.Value, default))!.RulesVersion);
    }

    private async Task<List<string>> AllAsync(CaseStatus? status)
    {
        var all = new List<string>();
        string? cursor = null;
        do
        {
            var (cases, next) = await shop.CaseReader.ListAsync(status, 2, cursor, default);
            Assert.True(cases.Count <= 2);
            all.AddRange(cases.Select(static file => file.Id.Value));
            cursor = next;
        }
        while (cursor is not null);
        return all;
    }

    private async Task AnswerAsync(SurveyLink link, int csat, string id)
    {
        Assert.IsType<FeedbackAnswer.Accepted>(await shop.Feedback.AcceptAsync(
            new PublicFeedback(link.Token, new FeedbackId(id), null, null, null, new Answers(csat, null, null), null),
            null, default));
        await shop.ListenAsync();
    }

    private async Task<CaseAnswer> AskAsync(CaseRequest request, string key, string id = "f1") =>
        await shop.Cases.AskAsync(new CaseId(id), request, "staff", key, default);

    private async Task<CaseAnswer.Done> DoneAsync(CaseRequest request, string key) =>
        Assert.IsType<CaseAnswer.Done>(await AskAsync(request, key));
}
