using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Satisfaction.Storage;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Satisfaction;

public sealed class SatisfactionAuditTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task What_the_use_cases_wrote_is_recounted_to_the_same()
    {
        await FillAsync();

        Assert.Equal(new SatisfactionAuditResult(5, 2, 3, 0, null), await AuditAsync());
    }

    [Fact]
    public async Task An_empty_store_holds() => Assert.Equal(new SatisfactionAuditResult(0, 0, 0, 0, null), await AuditAsync());

    [Theory]
    [InlineData("\"n\":3,\"csat\"", "\"n\":4,\"csat\"", "4 responses, 3 are stored")]
    [InlineData("\"sum\":8", "\"sum\":9", "does not end in the summary")]
    [InlineData("\"last\":\"f3\"", "\"last\":\"f2\"", "does not end in the summary")]
    [InlineData("\"labels\":[1,", "\"labels\":[2,", "does not end in the summary")]
    [InlineData("\"labels\":[1,", "\"label\":[2,", "readable")]
    public async Task A_summary_that_was_changed_is_told_with_its_customer(string text, string changed, string expected)
    {
        await FillAsync();
        await shop.TamperAsync(FeedbackKinds.SummaryOf(Shop.Ann), body => body.Replace(text, changed, StringComparison.Ordinal));

        var failure = (await AuditAsync()).Failure!;

        Assert.Equal("ann", failure.Customer);
        Assert.Contains(expected, $"{failure.Invariant}: {failure.Detail}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_summary_that_is_gone_is_told_with_its_customer()
    {
        await FillAsync();
        await shop.Memory.CommitAsync("bob", [new Write.Delete(FeedbackKinds.Summary, FeedbackKinds.SummaryId)], default);

        Assert.Equal(("bob", "summary"), ((await AuditAsync()).Failure is { } failure ? (failure.Customer, failure.Invariant) : default));
    }

    [Fact]
    public async Task A_tally_that_was_changed_is_told_with_its_day_and_group()
    {
        await FillAsync();
        var tally = shop.Memory.All().First(static one => one.Key.Kind == SatisfactionBook.TallyKind
            && System.Text.Encoding.UTF8.GetString(one.Body.Span).Contains("\"cemail\":[0,1", StringComparison.Ordinal));
        await shop.TamperAsync(tally.Key, static body => body.Replace("\"cemail\":[0,1", "\"cemail\":[0,2", StringComparison.Ordinal));

        var failure = (await AuditAsync()).Failure!;

        Assert.Equal((null, "tally"), (failure.Customer, failure.Invariant));
        Assert.StartsWith($"{tally.Key.Id[..10]}, channel 'email': ", failure.Detail, StringComparison.Ordinal);
        Assert.EndsWith("are stored", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feedback_that_was_changed_or_taken_away_is_missed_in_the_tally()
    {
        await FillAsync();
        await shop.TamperAsync(
            new DocumentKey(FeedbackKinds.PartitionOf(new FeedbackId("f5")), FeedbackKinds.Feedback, "f5"),
            static body => body.Replace("\"csat\":4", "\"csat\":5", StringComparison.Ordinal));
        Assert.Equal("2026-03-03, all: the counts are not those of the stored feedback", (await AuditAsync()).Failure!.Detail);

        await shop.Memory.CommitAsync(
            FeedbackKinds.PartitionOf(new FeedbackId("f5")), [new Write.Delete(FeedbackKinds.Feedback, "f5")], default);
        Assert.Equal("2026-03-03, all: 1 responses are counted, 0 are stored", (await AuditAsync()).Failure!.Detail);
    }

    [Fact]
    public async Task A_link_that_was_used_behind_the_count_is_told()
    {
        var link = await shop.Links.MakeAsync(Shop.Ann, null, TimeSpan.FromDays(1), default);
        Assert.NotNull(await shop.Links.OpenAsync(link.Token, default));
        Assert.Null((await AuditAsync()).Failure);
        var document = shop.Memory.All().Single(static one => one.Key.Kind == SurveyLinks.Kind);

        await shop.TamperAsync(document.Key, static body => body.Replace("\"to\"", "\"fp\":\"x\",\"to\"", StringComparison.Ordinal));

        Assert.Equal("2026-03-01, all: 0 of 1 links are counted, 1 of 1 are stored", (await AuditAsync()).Failure!.Detail);
    }

    [Fact]
    public async Task A_case_that_was_resolved_behind_the_count_is_told()
    {
        await FillAsync();
        await shop.TamperAsync(
            CaseKinds.KeyOf("ann", new CaseId("f1")),
            static body => body.Replace("\"type\":\"resolve\"", "\"type\":\"note\"", StringComparison.Ordinal));

        Assert.Equal("cases", (await AuditAsync()).Failure!.Invariant);
    }

    [Fact]
    public async Task What_a_crash_left_uncounted_is_told_and_no_failure()
    {
        await shop.SendAsync("f1", csat: 2);
        shop.Tap.OnRequest = static request => request == "page tally"
            ? throw new StoreUnavailableException("The process dies before the count.")
            : Task.CompletedTask;
        await shop.ListenAsync();
        shop.Tap.OnRequest = null;

        Assert.Equal(new SatisfactionAuditResult(0, 1, 0, 1, null), await AuditAsync());
    }

    /// <summary>Five feedback of three days and two customers and nobody; a case is resolved.</summary>
    private async Task FillAsync()
    {
        await shop.BuyAsync("p1", 10);
        await shop.HearAsync("f1", csat: 1, comment: "It came late.", purchase: "p1");
        await shop.HearAsync("f2", csat: 4, comment: "The quality is good.");
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.HearAsync("f3", csat: 3, nps: 10);
        await shop.HearAsync("f4", ces: 7, customer: "bob", channel: "web");
        await shop.Cases.AskAsync(new CaseId("f1"), new CaseRequest.Resolve("Done."), "staff", "k", default);
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.HearAsync("f5", csat: 4, customer: "");
    }

    private async Task<SatisfactionAuditResult> AuditAsync() =>
        await new SatisfactionAudit(shop.Memory, shop.Programs).RunAsync(null, default);
}
