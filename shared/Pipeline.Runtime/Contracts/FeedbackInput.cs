using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Contracts;

/// <summary>A feedback as a client posts it, with a key or with a token.</summary>
/// <param name="Id">Null: the token's link names it.</param>
/// <param name="IsBot">The field that no person sees is filled in.</param>
internal sealed record FeedbackInput(
    FeedbackId? Id,
    string? Token,
    bool IsBot,
    CustomerId? Customer,
    PurchaseId? Purchase,
    DateTimeOffset? SubmittedAt,
    string? Channel,
    string? Locale,
    Answers Answers,
    string? Comment)
{
    public const int CommentCharactersMax = 5_000;
    private const int LocaleCharactersMax = 35;

    /// <summary>More than any token has: whether it is one is not for the form to say.</summary>
    private const int TokenCharactersMax = 4_096;

    public static bool TryRead(
        ApiCall call, DateTimeOffset now, [NotNullWhen(true)] out FeedbackInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var root = json.Root;
            var isPublic = call.Key is null;
            var token = isPublic ? root.Text("token"u8, TokenCharactersMax) : null;
            // Also where it is empty: whoever has neither key nor token goes no further.
            if (isPublic && token is null && json.Errors.IsEmpty)
            {
                refusal = Problems.SurveyTokenRefused.Answer();
                return false;
            }

            var id = isPublic ? root.Id("feedbackId"u8, isRequired: false) : root.NaturalKey("feedbackId"u8, call.IdempotencyKey);
            var customer = root.Id("customerId"u8, isRequired: false);
            var purchase = root.Id("purchaseId"u8, isRequired: false);
            // Of a public form both are the server's to say, and not read.
            var submittedAt = isPublic ? null : root.Instant(
                "submittedAt"u8, InputLimits.OccurredEarliest, InputLimits.OccurredLatest(now), isRequired: false);
            var channel = isPublic ? null : root.Text("channel"u8, InputLimits.WordCharactersMax);
            var locale = root.Text("locale"u8, LocaleCharactersMax);
            var answers = ReadAnswers(root);
            var comment = root.Text("comment"u8, CommentCharactersMax, allowsControl: true);
            if (string.IsNullOrWhiteSpace(comment))
                comment = null;
            if (id is not null && id.StartsWith(WarningCases.IdPrefix, StringComparison.Ordinal))
                root.Fail("feedbackId"u8, $"must not begin with {WarningCases.IdPrefix}, as ids of warnings' cases do");
            if (json.Errors.IsEmpty && answers.IsEmpty && comment is null)
                root.Fail("answers"u8, "must have at least one answer, unless there is a comment");
            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            input = new FeedbackInput(
                id is null ? null : new FeedbackId(id),
                token,
                isPublic && root.Has(FeedbackEndpoints.Honeypot)
                    && root.TryGet(FeedbackEndpoints.Honeypot, out var bait) && InputObject.TextOf(bait) != "",
                customer is null ? null : new CustomerId(customer),
                purchase is null ? null : new PurchaseId(purchase),
                submittedAt,
                channel,
                locale,
                answers,
                comment);
            return true;
        }
    }

    private static Answers ReadAnswers(InputObject root)
    {
        if (!root.TryGet("answers"u8, out var sent))
            return default;
        if (sent.ValueKind != JsonValueKind.Object)
        {
            root.Fail("answers"u8, "must be an object");
            return default;
        }

        var answers = new InputObject(sent, root.Errors, root.PointerOf("answers"u8));
        return new Answers(
            Answer(answers, "csat"u8, Answers.CsatMin, Answers.CsatMax),
            Answer(answers, "nps"u8, Answers.NpsMin, Answers.NpsMax),
            Answer(answers, "ces"u8, Answers.CesMin, Answers.CesMax));
    }

    /// <summary>A dismissed question is absent or null.</summary>
    private static int? Answer(InputObject answers, ReadOnlySpan<byte> name, int min, int max) =>
        answers.Has(name) ? (int?)answers.Whole(name, min, max) : null;
}

/// <summary>A survey link as a client asks for it.</summary>
internal sealed record SurveyLinkInput(CustomerId Customer, PurchaseId? Purchase, int Seconds)
{
    public const int SecondsMax = 366 * 86_400;
    public const int SecondsDefault = 30 * 86_400;

    public static bool TryRead(
        ApiCall call, [NotNullWhen(true)] out SurveyLinkInput? input, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var customer = json.Root.Id("customerId"u8, isRequired: true);
            var purchase = json.Root.Id("purchaseId"u8, isRequired: false);
            var seconds = json.Root.Whole("expiresInSeconds"u8, 1, SecondsMax, SecondsDefault);
            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            input = new SurveyLinkInput(
                new CustomerId(customer!), purchase is null ? null : new PurchaseId(purchase), (int)seconds!.Value);
            return true;
        }
    }
}
