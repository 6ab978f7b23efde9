namespace Pipeline.Runtime.Ports;

/// <summary>A language service that is asked about what the embedded model is not sure of. It costs money and may be away.</summary>
public interface ICloudTextAnalyser
{
    /// <summary>Asks once, and never sends again by itself: each sending is paid for.</summary>
    /// <param name="documents">1 to <see cref="CloudLimits.DocumentsMax"/>, free of personal data.</param>
    /// <returns>One answer for each document, in their order.</returns>
    /// <exception cref="CloudUnavailableException">It has not answered, for whatever reason.</exception>
    ValueTask<IReadOnlyList<CloudAnswer>> AnalyseAsync(
        IReadOnlyList<CloudDocument> documents, CancellationToken cancellation);
}

/// <summary>What Azure AI Language takes and counts (its pages "Service limits" and "Pricing").</summary>
public static class CloudLimits
{
    public const int DocumentsMax = 10;

    /// <summary>Below the service's 5,120 text elements, of which each has one unit at least.</summary>
    public const int DocumentUnitsMax = 5_000;

    private const int RecordUnits = 1_000;

    /// <summary>Text records, by which it is billed: one for each 1,000 characters that are begun.</summary>
    public static int RecordsOf(string text) => Math.Max(1, (text.Length + RecordUnits - 1) / RecordUnits);
}

/// <param name="Language">A BCP 47 language without region: <c>en</c>, <c>zh</c>, <c>fr</c>.</param>
public readonly record struct CloudDocument(string Text, string Language);

public abstract record CloudAnswer
{
    private CloudAnswer()
    {
    }

    /// <param name="Analyser">The service and its model: <c>azure-language/2022-11-01</c>.</param>
    /// <param name="Sentences">Their offsets are of the text that was sent.</param>
    public sealed record Understood(
        string Analyser,
        SentimentLabel Label,
        SentimentScores Scores,
        IReadOnlyList<SentenceAnalysis> Sentences,
        IReadOnlyList<CloudOpinion> Opinions) : CloudAnswer;

    /// <summary>This document was not understood; others of its batch may be.</summary>
    public sealed record Refused(string Code) : CloudAnswer;
}

/// <summary>What was said of something, in words of the text.</summary>
/// <param name="Target">What it is said of: "delivery".</param>
/// <param name="Offset">Of the words that say it, in UTF-16 code units, as <paramref name="Length"/>.</param>
public sealed record CloudOpinion(string Target, SentimentLabel Label, int Offset, int Length);

/// <param name="isRefused">It said itself that it has not worked the request (429): nothing is billed.</param>
/// <param name="retryAfter">When it wants to be asked again; null: it did not say.</param>
public sealed class CloudUnavailableException(
    string message, bool isRefused = false, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public bool IsRefused => isRefused;

    public TimeSpan? RetryAfter => retryAfter;
}
