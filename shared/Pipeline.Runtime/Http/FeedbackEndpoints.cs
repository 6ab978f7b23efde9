using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Http;

/// <summary>Feedback, and the links by which it comes without a key.</summary>
public sealed class FeedbackEndpoints(
    FeedbackIntake intake, FeedbackReader reader, SurveyLinks links, HttpOptions options, TimeProvider clock)
{
    /// <summary>A field of the public form that no person sees: whoever fills it in is answered, and not heard.</summary>
    internal static ReadOnlySpan<byte> Honeypot => "website"u8;

    /// <summary>POST /v1/feedback.</summary>
    public async Task<IResult> PostAsync(HttpRequest request)
    {
        if (!FeedbackInput.TryRead(ApiCall.Of(request), clock.GetUtcNow(), out var input, out var refusal))
            return refusal;
        if (input.IsBot)
            return Accepted(input.Id?.Value ?? "survey", isReplayed: false);
        var (trace, cancellation) = (ApiCall.TraceParentOf(request), request.HttpContext.RequestAborted);
        return Answer(input.Token is { } token
            ? await intake.AcceptAsync(
                new PublicFeedback(
                    token, input.Id, input.Customer, input.Purchase, input.Locale, input.Answers, input.Comment),
                trace, cancellation)
            : await intake.AcceptAsync(
                new SentFeedback(
                    input.Id!.Value, input.Customer, input.Purchase, input.SubmittedAt, input.Channel, input.Locale,
                    input.Answers, input.Comment),
                trace, cancellation));
    }

    /// <summary>GET /v1/feedback/{feedbackId}.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("feedbackId", errors) is not { } id)
            return errors.Answer();
        var stored = await reader.GetAsync(new FeedbackId(id), request.HttpContext.RequestAborted);
        return stored is null
            ? Problems.NotFound.Answer("No such feedback has been analysed (yet).")
            : JsonAnswer.Ok(stored, FeedbackJson.Feedback);
    }

    /// <summary>POST /v1/survey-links.</summary>
    public async Task<IResult> PostLinkAsync(HttpRequest request)
    {
        if (!SurveyLinkInput.TryRead(ApiCall.Of(request), out var input, out var refusal))
            return refusal;
        var link = await links.MakeAsync(
            input.Customer, input.Purchase, TimeSpan.FromSeconds(input.Seconds), request.HttpContext.RequestAborted);
        return JsonAnswer.Of(
            StatusCodes.Status201Created, (link, UrlOf(link.Token, options, request)), FeedbackJson.Link);
    }

    /// <summary>
    /// Where a survey link leads. The token stands behind a '#' on our own page, so that no server's log and no other
    /// site's referrer has it.
    /// </summary>
    internal static string UrlOf(string token, HttpOptions options, HttpRequest request) =>
        (options.SurveyUrl ?? $"{request.Scheme}://{request.Host}{request.PathBase}/survey#") + token;

    private static ApiAnswer Answer(FeedbackAnswer answer) => answer switch
    {
        FeedbackAnswer.Accepted accepted => Accepted(accepted.Id.Value, accepted.Replayed),
        FeedbackAnswer.ContentDiffers =>
            Problems.ContentDiffers.Answer("This feedbackId was used before with other content."),
        FeedbackAnswer.TokenRefused => Problems.SurveyTokenRefused.Answer(),
        FeedbackAnswer.TokenUsed => Problems.SurveyTokenUsed.Answer(),
        FeedbackAnswer.NotOfToken other => InputErrors.Answer($"/{other.Field}", "must be that of the token, or be left out"),
        _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
    };

    private static ApiAnswer Accepted(string id, bool isReplayed) => JsonAnswer.Of(
        StatusCodes.Status202Accepted, ("feedbackId", id), CheckoutJson.Accepted, $"/v1/feedback/{id}",
        isReplayed: isReplayed, isPrivate: false);
}
