using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>Understands a few words, so that a test says what a comment means: good, bad, late, kind.</summary>
internal sealed class KeywordAnalyser : ITextAnalyser
{
    private static readonly (string Word, string Aspect, SentimentLabel Label)[] Words =
    [
        ("good", "quality", SentimentLabel.Positive), ("bad", "quality", SentimentLabel.Negative),
        ("late", "delivery", SentimentLabel.Negative), ("kind", "support", SentimentLabel.Positive),
    ];

    private int outages;

    /// <summary>How many comments each call had.</summary>
    public List<int> Calls { get; } = [];

    /// <summary>The next so many calls fail.</summary>
    public void BeUnavailable(int calls) => outages = calls;

    public ValueTask<IReadOnlyList<TextAnalysis>> AnalyseAsync(
        IReadOnlyList<CommentText> comments, CancellationToken cancellation)
    {
        if (outages-- > 0)
            throw new AnalyserUnavailableException("The analyser is out of reach.");
        lock (Calls)
            Calls.Add(comments.Count);
        return new([.. comments.Select(static comment => Analyse(comment.Text))]);
    }

    private static TextAnalysis Analyse(string text)
    {
        if (text.Contains("explode", StringComparison.Ordinal))
            throw new InvalidOperationException("The analyser cannot stand this.");
        var mentions = Words
            .Select(word => (word.Aspect, word.Label, word.Word, At: text.IndexOf(word.Word, StringComparison.Ordinal)))
            .Where(static found => found.At >= 0)
            .Select(static found => new AspectMention(found.Aspect, found.Label, found.Word, found.At, found.Word.Length))
            .ToArray();
        var label = mentions.Select(static mention => mention.Label).Distinct().ToArray() switch
        {
            [] => SentimentLabel.Neutral,
            [var only] => only,
            _ => SentimentLabel.Mixed,
        };
        var scores = label switch
        {
            SentimentLabel.Positive => new SentimentScores(0.9, 0.05, 0.05),
            SentimentLabel.Negative => new SentimentScores(0.05, 0.05, 0.9),
            _ => new SentimentScores(0.25, 0.5, 0.25),
        };
        return new TextAnalysis(
            label, 0.9, scores, IsAbstention: false, "en", "keywords/1",
            [new SentenceAnalysis(0, text.Length, label, 0.9, scores)], mentions);
    }
}

/// <summary>What a test says of its customers.</summary>
internal sealed class FixedStandings : IStandingSource
{
    private readonly Dictionary<string, Standing> known = [];

    public void Set(string customer, Standing standing) => known[customer] = standing;

    public ValueTask<Standing> OfAsync(CustomerId customer, CancellationToken cancellation) =>
        new(known.GetValueOrDefault(customer.Value, Standing.Unknown));
}
