using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Satisfaction;

public sealed class SurveyLinkTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task A_link_opens_the_public_route_once_for_its_customer_and_purchase()
    {
        var token = await TokenAsync(purchase: "p1");

        var accepted = Assert.IsType<FeedbackAnswer.Accepted>(await SendAsync(token, csat: 5));
        Assert.IsType<FeedbackAnswer.TokenUsed>(await SendAsync(token, csat: 4));
        Assert.IsType<FeedbackAnswer.TokenUsed>(await SendAsync(token, csat: 5, id: "other"));
        await shop.ListenAsync();

        var stored = (await shop.FeedbackReader.GetAsync(accepted.Id, default))!.Feedback;
        Assert.Equal(("ann", "p1", 5, "survey"), (stored.Customer!.Value.Value, stored.Purchase!.Value.Value, stored.Answers.Csat, stored.Channel));
    }

    [Fact]
    public async Task The_same_content_is_answered_again_even_after_the_link_has_ended()
    {
        var token = await TokenAsync();
        Assert.False(Assert.IsType<FeedbackAnswer.Accepted>(await SendAsync(token, csat: 5)).Replayed);
        Assert.True(Assert.IsType<FeedbackAnswer.Accepted>(await SendAsync(token, csat: 5)).Replayed);
        await shop.ListenAsync();

        shop.Time.Advance(TimeSpan.FromDays(8));

        Assert.True(Assert.IsType<FeedbackAnswer.Accepted>(await SendAsync(token, csat: 5)).Replayed);
        Assert.IsType<FeedbackAnswer.TokenRefused>(await SendAsync(token, csat: 4));
        Assert.Equal(1, (await shop.ReportAsync()).Groups[0].Responses);
    }

    [Fact]
    public async Task A_token_that_was_changed_made_up_or_has_ended_is_refused()
    {
        var token = await TokenAsync();
        foreach (var wrong in (string[])["", "a.b.c", "x", $"{token}x", $"{token[..^1]}{(token[^1] == 'A' ? 'B' : 'A')}", $"9{token}", token[1..],
            $"{token.Split('.')[0]}.9999999999.{token.Split('.')[2]}", new string('a', 4_000), "2026-00-x.1.é"])
        {
            Assert.IsType<FeedbackAnswer.TokenRefused>(await SendAsync(wrong, csat: 5));
        }

        Assert.IsType<FeedbackAnswer.TokenRefused>(await new Shop().Feedback.AcceptAsync(Sent(token, 5), null, default));
        shop.Time.Advance(TimeSpan.FromDays(7));
        Assert.IsType<FeedbackAnswer.TokenRefused>(await SendAsync(token, csat: 5));
        Assert.DoesNotContain(shop.Stored(), static line => line.Contains("feedback-claim", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_customer_or_purchase_than_the_tokens_is_refused_and_the_link_stays_free()
    {
        var token = await TokenAsync(purchase: "p1");

        Assert.IsType<FeedbackAnswer.NotOfToken>(await shop.Feedback.AcceptAsync(
            Sent(token, 5) with { Customer = new CustomerId("bob") }, null, default));
        Assert.IsType<FeedbackAnswer.NotOfToken>(await shop.Feedback.AcceptAsync(
            Sent(token, 5) with { Purchase = new PurchaseId("p2") }, null, default));

        Assert.IsType<FeedbackAnswer.Accepted>(await shop.Feedback.AcceptAsync(
            Sent(token, 5) with { Customer = Shop.Ann, Purchase = new PurchaseId("p1") }, null, default));
    }

    [Fact]
    public async Task An_id_that_is_taken_leaves_the_link_free_for_another()
    {
        await shop.SendAsync("f1", csat: 1);
        var token = await TokenAsync();

        Assert.IsType<FeedbackAnswer.ContentDiffers>(await SendAsync(token, csat: 5, id: "f1"));

        Assert.IsType<FeedbackAnswer.Accepted>(await SendAsync(token, csat: 5, id: "f2"));
    }

    [Fact]
    public async Task A_link_bound_to_an_id_that_another_took_meanwhile_is_free_again()
    {
        var token = await TokenAsync();
        var isFirst = true;
        shop.Tap.OnRequest = async request =>
        {
            // Between the binding of the link and the claim of the id.
            if (!request.StartsWith("commit 1", StringComparison.Ordinal) || !isFirst)
                return;
            isFirst = false;
            await shop.SendAsync("f1", csat: 1);
        };

        Assert.IsType<FeedbackAnswer.ContentDiffers>(await SendAsync(token, csat: 5, id: "f1"));
        shop.Tap.OnRequest = null;

        Assert.IsType<FeedbackAnswer.Accepted>(await SendAsync(token, csat: 5, id: "f2"));
        await shop.ListenAsync();
        Assert.Equal(1, (await shop.ReportAsync()).Groups[0].ResponseRate!.N);
        Assert.Equal(100, (await shop.ReportAsync()).Groups[0].ResponseRate!.Value);
    }

    [Fact]
    public async Task Of_many_contents_with_one_token_at_once_one_is_taken()
    {
        for (var round = 0; round < 40; round++)
        {
            var racing = new Shop();
            var link = await racing.Links.MakeAsync(Shop.Ann, null, TimeSpan.FromDays(7), default);

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
                await racing.Feedback.AcceptAsync(Sent(link.Token, 1 + (i % 4), $"f{i % 4}"), null, default))));
            await racing.ListenAsync();

            Assert.All(answers, static answer => Assert.True(answer is FeedbackAnswer.Accepted or FeedbackAnswer.TokenUsed));
            Assert.Equal(1, (await racing.ReportAsync()).Groups[0].Responses);
            Assert.Single(answers, static answer => answer is FeedbackAnswer.Accepted { Replayed: false });
        }
    }

    [Fact]
    public async Task A_stored_link_does_not_give_its_token_away()
    {
        var token = await TokenAsync();

        var mac = token.Split('.')[2];
        Assert.All(shop.Stored(), line => Assert.DoesNotContain(mac, line, StringComparison.Ordinal));
        Assert.True(Encoding.UTF8.GetByteCount(token) <= 200);
    }

    private async Task<string> TokenAsync(string? purchase = null) => (await shop.Links.MakeAsync(
        Shop.Ann, purchase is null ? null : new PurchaseId(purchase), TimeSpan.FromDays(7), default)).Token;

    private async Task<FeedbackAnswer> SendAsync(string token, int csat, string? id = null) =>
        await shop.Feedback.AcceptAsync(Sent(token, csat, id), null, default);

    private static PublicFeedback Sent(string token, int csat, string? id = null) => new(
        token, id is null ? null : new FeedbackId(id), null, null, null, new Answers(csat, null, null), null);
}
