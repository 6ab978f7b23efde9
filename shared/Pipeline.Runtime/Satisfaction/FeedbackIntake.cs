using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>What intake says of a feedback.</summary>
public abstract record FeedbackAnswer
{
    private FeedbackAnswer()
    {
    }

    /// <summary>Durable and on its way. <paramref name="Replayed"/>: it was so already, with the same content.</summary>
    public sealed record Accepted(FeedbackId Id, bool Replayed) : FeedbackAnswer;

    /// <summary>The id belongs to other content; nothing changed.</summary>
    public sealed record ContentDiffers : FeedbackAnswer;

    /// <summary>The token is not one of ours, or its time is over.</summary>
    public sealed record TokenRefused : FeedbackAnswer;

    /// <summary>The token was used with other content.</summary>
    public sealed record TokenUsed : FeedbackAnswer;

    /// <summary>The body names another customer or purchase than the token is for.</summary>
    public sealed record NotOfToken(string Field) : FeedbackAnswer;
}

/// <summary>
/// A feedback that comes with a token instead of a key. When it was given is when it comes, and its channel is the link's:
/// nobody without a key moves figures of another day or channel.
/// </summary>
/// <param name="Id">Null: the link names it.</param>
public sealed record PublicFeedback(
    string Token,
    FeedbackId? Id,
    CustomerId? Customer,
    PurchaseId? Purchase,
    string? Locale,
    Answers Answers,
    string? Comment);

/// <summary>Accepts feedback: its id is taken, and it is durable in the queue, before it is acknowledged.</summary>
public sealed class FeedbackIntake(IDocumentStore store, IWorkQueue queue, SurveyLinks links, TimeProvider clock)
{
    /// <summary>The channel of a feedback that came by a link.</summary>
    private const string LinkChannel = "survey";

    private readonly FeedbackClaims claims = new(store);

    public ValueTask<FeedbackAnswer> AcceptAsync(
        SentFeedback sent, string? traceParent, CancellationToken cancellation) =>
        AcceptAsync(sent, FeedbackMessages.Seal(sent, clock.GetUtcNow()), traceParent, cancellation);

    /// <summary>
    /// Accepts what a public form sends. The link is bound to the content first; where the id then turns out to belong
    /// to others, the binding is void, and the link may be used with another id.
    /// </summary>
    public async ValueTask<FeedbackAnswer> AcceptAsync(
        PublicFeedback sent, string? traceParent, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await links.OpenAsync(sent.Token, cancellation) is not { } opened)
            return new FeedbackAnswer.TokenRefused();
        if (sent.Customer is { } customer && customer != opened.Customer)
            return new FeedbackAnswer.NotOfToken("customerId");
        if (sent.Purchase is { } purchase && opened.Purchase is { } bought && purchase != bought)
            return new FeedbackAnswer.NotOfToken("purchaseId");

        var feedback = Of(sent, opened);
        var message = FeedbackMessages.Seal(feedback, now);
        if (opened.Link.UsedWith != message.Fingerprint)
        {
            if (opened.HasEndedAt(now))
                return new FeedbackAnswer.TokenRefused();
            if (opened.Link.UsedWith is not null && !await IsVoidAsync(opened.Link, cancellation))
                return new FeedbackAnswer.TokenUsed();
            if (await claims.FindAsync(feedback.Id, cancellation) is { } taken && taken.Fingerprint != message.Fingerprint)
                return new FeedbackAnswer.ContentDiffers();
            if (!await links.UseAsync(opened, feedback.Id, message.Fingerprint, cancellation)
                && (await links.OpenAsync(sent.Token, cancellation))?.Link.UsedWith != message.Fingerprint)
                return new FeedbackAnswer.TokenUsed();
        }

        return await AcceptAsync(feedback, message, traceParent, cancellation);
    }

    private async ValueTask<FeedbackAnswer> AcceptAsync(
        SentFeedback sent, SealedMessage message, string? traceParent, CancellationToken cancellation)
    {
        var claim = await claims.TakeAsync(sent.Id, sent.Customer, message.Fingerprint, cancellation);
        if (claim == ClaimResult.Other)
            return new FeedbackAnswer.ContentDiffers();
        if (claim == ClaimResult.Same && await IsWorkedAsync(sent, cancellation))
            return new FeedbackAnswer.Accepted(sent.Id, Replayed: true);
        // Also where the id was taken before: whoever took it may have ended before sending.
        var done = await queue.SendAsync(
            QueueNames.Feedback, FeedbackMessages.ToQueue(sent, message, traceParent), cancellation);
        return new FeedbackAnswer.Accepted(sent.Id, Replayed: done.Status == SendStatus.Duplicate);
    }

    private async ValueTask<bool> IsWorkedAsync(SentFeedback sent, CancellationToken cancellation) =>
        await store.ReadAsync(
            new DocumentKey(
                FeedbackKinds.OwnerOf(sent.Id, sent.Customer), FeedbackKinds.Feedback, sent.Id.Value),
            cancellation) is not null;

    /// <summary>The id of the feedback that the link was used for turned out to be another's.</summary>
    private async ValueTask<bool> IsVoidAsync(LinkDocument link, CancellationToken cancellation) =>
        await claims.FindAsync(new FeedbackId(link.UsedFor!), cancellation) is { } claim
        && claim.Fingerprint != link.UsedWith;

    private static SentFeedback Of(PublicFeedback sent, OpenedLink opened) => new(
        sent.Id ?? opened.FeedbackId,
        opened.Customer,
        opened.Purchase ?? sent.Purchase,
        SubmittedAt: null,
        LinkChannel,
        sent.Locale,
        sent.Answers,
        sent.Comment,
        opened.Case);
}
