using System.Globalization;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using static Pipeline.Runtime.Loyalty.Storage.LedgerMapping;

namespace Pipeline.Runtime.Satisfaction.Storage;

/// <summary>Between what is stored of feedback and what is decided on.</summary>
internal static class FeedbackMapping
{
    private const string DayFormat = "yyyy-MM-dd";

    private static readonly FeedbackJsonContext Json = FeedbackJsonContext.Default;

    public static byte[] Write(ClaimDocument claim) => StoredJson.Write(claim, Json.ClaimDocument);

    public static ClaimDocument ReadClaim(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, Json.ClaimDocument) ?? throw Corrupt("claim");

    public static byte[] Write(StoredFeedback stored)
    {
        var (feedback, placing) = (stored.Feedback, stored.Placing);
        return StoredJson.Write(
            new FeedbackDocument
            {
                Customer = feedback.Customer?.Value,
                Purchase = feedback.Purchase?.Value,
                SubmittedAt = Ms(feedback.SubmittedAt),
                ReceivedAt = Ms(feedback.ReceivedAt),
                Channel = feedback.Channel,
                Locale = feedback.Locale,
                Csat = feedback.Answers.Csat,
                Nps = feedback.Answers.Nps,
                Ces = feedback.Answers.Ces,
                Comment = feedback.Comment,
                FollowsUp = feedback.FollowsUp?.Value,
                Sense = stored.Analysis is { } analysis ? Write(analysis) : null,
                Day = placing.Day.ToString(DayFormat, CultureInfo.InvariantCulture),
                Tier = placing.Tier,
                Stage = placing.Stage,
                Products = placing.Products.IsEmpty ? null : [.. placing.Products],
                Case = stored.Case?.Value,
                OpensCase = stored.OpensCase,
            },
            Json.FeedbackDocument);
    }

    public static StoredFeedback ReadFeedback(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, Json.FeedbackDocument) ?? throw Corrupt("feedback");
        var feedback = new Feedback(
            new FeedbackId(document.Key.Id),
            stored.Customer is { } customer ? new CustomerId(customer) : null,
            stored.Purchase is { } purchase ? new PurchaseId(purchase) : null,
            At(stored.SubmittedAt),
            At(stored.ReceivedAt),
            stored.Channel,
            stored.Locale,
            new Answers(stored.Csat, stored.Nps, stored.Ces),
            stored.Comment,
            stored.FollowsUp is { } followed ? new CaseId(followed) : null);
        return new StoredFeedback(
            feedback,
            stored.Sense is { } sense ? Read(sense) : null,
            new Placing(
                DateOnly.ParseExact(stored.Day, DayFormat, CultureInfo.InvariantCulture),
                stored.Tier, stored.Stage, [.. stored.Products ?? []]),
            stored.Case is { } id ? new CaseId(id) : null,
            stored.OpensCase);
    }

    public static byte[] Write(CustomerSatisfaction summary) => StoredJson.Write(
        new SummaryDocument
        {
            Responses = summary.Responses,
            Csat = Write(summary.Csat),
            Nps = Write(summary.Nps),
            Ces = Write(summary.Ces),
            Labels = [summary.Positive, summary.Neutral, summary.Negative, summary.Mixed],
            LastAt = summary.Last is { } last ? Ms(last.At) : 0,
            Last = summary.Last?.Id.Value,
            LastLabel = (int?)summary.LastComment?.Label,
            LastCommentAt = summary.LastComment is { } comment ? Ms(comment.At) : 0,
            LastComment = summary.LastComment?.Id.Value,
        },
        Json.SummaryDocument);

    public static CustomerSatisfaction ReadSummary(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, Json.SummaryDocument);
        if (stored is not { Labels: [var positive, var neutral, var negative, var mixed] })
            throw Corrupt("summary");
        return new CustomerSatisfaction
        {
            Responses = stored.Responses,
            Csat = Read(stored.Csat),
            Nps = Read(stored.Nps),
            Ces = Read(stored.Ces),
            Positive = positive,
            Neutral = neutral,
            Negative = negative,
            Mixed = mixed,
            Last = stored.Last is { } last ? (At(stored.LastAt), new FeedbackId(last)) : null,
            LastComment = stored is { LastLabel: { } felt, LastComment: { } comment }
                ? ((Feeling)felt, At(stored.LastCommentAt), new FeedbackId(comment))
                : null,
        };
    }

    /// <summary>As far as decisions need it.</summary>
    public static CommentSense? SenseOf(TextAnalysis? analysis) => analysis is null ? null : new CommentSense(
        FeelingOf(analysis.Label),
        analysis.Confidence,
        analysis.IsAbstention,
        AspectSense.OfMentions(analysis.Aspects.Select(static mention => (mention.Aspect, FeelingOf(mention.Label)))));

    /// <summary>How a label is written, in the store and on the wire.</summary>
    public static string Word(SentimentLabel label) => label switch
    {
        SentimentLabel.Neutral => "neutral",
        SentimentLabel.Positive => "positive",
        SentimentLabel.Negative => "negative",
        SentimentLabel.Mixed => "mixed",
        _ => throw new ArgumentOutOfRangeException(nameof(label), label, "Not a label."),
    };

    /// <inheritdoc cref="Word(SentimentLabel)"/>
    public static string Word(FallbackReason reason) => reason switch
    {
        FallbackReason.Budget => "budget",
        FallbackReason.Unavailable => "unavailable",
        FallbackReason.Refused => "refused",
        FallbackReason.Malformed => "malformed",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };

    private static FallbackReason Reason(string word) => word switch
    {
        "budget" => FallbackReason.Budget,
        "unavailable" => FallbackReason.Unavailable,
        "refused" => FallbackReason.Refused,
        "malformed" => FallbackReason.Malformed,
        _ => throw Corrupt("reason of a fallback"),
    };

    private static Feeling FeelingOf(SentimentLabel label) => label switch
    {
        SentimentLabel.Neutral => Feeling.Neutral,
        SentimentLabel.Positive => Feeling.Positive,
        SentimentLabel.Negative => Feeling.Negative,
        SentimentLabel.Mixed => Feeling.Mixed,
        _ => throw new ArgumentOutOfRangeException(nameof(label), label, "Not a label."),
    };

    private static SentimentLabel Label(string word) => word switch
    {
        "neutral" => SentimentLabel.Neutral,
        "positive" => SentimentLabel.Positive,
        "negative" => SentimentLabel.Negative,
        "mixed" => SentimentLabel.Mixed,
        _ => throw Corrupt("label"),
    };

    private static SenseDocument Write(TextAnalysis analysis) => new()
    {
        Label = Word(analysis.Label),
        Confidence = analysis.Confidence,
        Scores = Write(analysis.Scores),
        IsAbstention = analysis.IsAbstention,
        Language = analysis.Language,
        Analyser = analysis.Analyser,
        Fallback = analysis.Fallback is { } reason ? Word(reason) : null,
        Sentences = [.. analysis.Sentences.Select(static sentence => new SentenceDocument
        {
            Offset = sentence.Offset,
            Length = sentence.Length,
            Label = Word(sentence.Label),
            Confidence = sentence.Confidence,
            Scores = Write(sentence.Scores),
        })],
        Aspects = [.. analysis.Aspects.Select(static mention => new MentionDocument
        {
            Aspect = mention.Aspect,
            Label = Word(mention.Label),
            Text = mention.Text,
            Offset = mention.Offset,
            Length = mention.Length,
        })],
    };

    private static TextAnalysis Read(SenseDocument sense) => new(
        Label(sense.Label),
        sense.Confidence,
        Scores(sense.Scores),
        sense.IsAbstention,
        sense.Language,
        sense.Analyser,
        [.. (sense.Sentences ?? []).Select(static sentence => new SentenceAnalysis(
            sentence.Offset, sentence.Length, Label(sentence.Label), sentence.Confidence, Scores(sentence.Scores)))],
        [.. (sense.Aspects ?? []).Select(static mention => new AspectMention(
            mention.Aspect, Label(mention.Label), mention.Text, mention.Offset, mention.Length))])
    {
        Fallback = sense.Fallback is { } reason ? Reason(reason) : null,
    };

    private static double[] Write(SentimentScores scores) => [scores.Positive, scores.Neutral, scores.Negative];

    private static SentimentScores Scores(double[] scores) => scores is [var positive, var neutral, var negative]
        ? new SentimentScores(positive, neutral, negative)
        : throw Corrupt("score");

    private static RatingDocument? Write(RatingSummary? rating) => rating is null ? null : new RatingDocument
    {
        N = rating.N,
        Sum = rating.Sum,
        Last = rating.Last,
        At = Ms(rating.At),
        From = rating.From.Value,
    };

    private static RatingSummary? Read(RatingDocument? rating) => rating is null
        ? null
        : new RatingSummary(rating.N, rating.Sum, rating.Last, At(rating.At), new FeedbackId(rating.From));
}
