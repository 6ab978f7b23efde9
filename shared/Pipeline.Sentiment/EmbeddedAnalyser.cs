using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Aspects;
using Pipeline.Sentiment.Features;
using Pipeline.Sentiment.Model;
using Pipeline.Sentiment.Text;

namespace Pipeline.Sentiment;

/// <summary>Understands comments in this process: no network, no native library, the same answer every time.</summary>
internal sealed class EmbeddedAnalyser : ITextAnalyser
{
    /// <summary>What is beyond is not read.</summary>
    public const int TextUnitsMax = 10_000;

    private static readonly SentimentScores Unknown = new(0.25, 0.5, 0.25);

    // A reader is a quarter of a megabyte, and nothing waits while one is in use.
    [ThreadStatic]
    private static Workspace? workspace;

    private readonly SentimentOptions options;
    private readonly Models models;
    private readonly AspectFinder aspects;

    private EmbeddedAnalyser(SentimentOptions options, Models models, AspectFinder aspects)
    {
        this.options = options;
        this.models = models;
        this.aspects = aspects;
    }

    /// <exception cref="InvalidDataException">A model's file is none.</exception>
    public static EmbeddedAnalyser Create(SentimentOptions options) =>
        new(options, Models.Load(options), new AspectFinder(Taxonomy.Embedded()));

    public ValueTask<IReadOnlyList<TextAnalysis>> AnalyseAsync(
        IReadOnlyList<CommentText> comments, CancellationToken cancellation)
    {
        var analyses = new TextAnalysis[comments.Count];
        for (var i = 0; i < analyses.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            analyses[i] = Analyse(comments[i]);
        }

        return ValueTask.FromResult<IReadOnlyList<TextAnalysis>>(analyses);
    }

    public TextAnalysis Analyse(CommentText comment)
    {
        var text = Bounded(comment.Text);
        var detected = options.Language ?? LanguageDetector.Detect(text, comment.Locale);
        // Marks and emoji alone mean the same to everybody, and the English model has seen more of them.
        var language = detected ?? (HasLetters(text) ? null : ModelLanguage.English);
        var work = workspace ??= new Workspace();
        Sentences.Split(text, work.Sentences);
        if (language is not { } known || work.Sentences.Count == 0)
            return Nothing(detected);

        var model = models[known];
        var scorer = new Scorer(model, known, work.Reader);
        var whole = scorer.Scores(text);
        var sentences = Sentence(text, whole, scorer, work.Sentences);
        var verdict = Verdict.Of(whole, sentences);
        return new TextAnalysis(
            verdict.Label, verdict.Confidence, whole, verdict.Confidence < options.AbstainBelow,
            LanguageDetector.Name(detected), $"embedded/{model.Name}", sentences,
            aspects.Find(comment.Text, text.Length, work.Sentences, sentences, scorer));
    }

    private static SentenceAnalysis[] Sentence(
        ReadOnlySpan<char> text, SentimentScores whole, Scorer scorer, List<TextSpan> spans)
    {
        var sentences = new SentenceAnalysis[spans.Count];
        for (var i = 0; i < sentences.Length; i++)
        {
            var scores = sentences.Length == 1 ? whole : scorer.Scores(spans[i].Of(text));
            var (label, confidence) = Verdict.Of(scores);
            sentences[i] = new SentenceAnalysis(spans[i].Offset, spans[i].Length, label, confidence, scores);
        }

        return sentences;
    }

    private static TextAnalysis Nothing(ModelLanguage? detected) => new(
        SentimentLabel.Neutral, Unknown.Neutral, Unknown, IsAbstention: true, LanguageDetector.Name(detected),
        "embedded/none", [], []);

    private static ReadOnlySpan<char> Bounded(string text)
    {
        if (text.Length <= TextUnitsMax)
            return text;
        return text.AsSpan(0, char.IsHighSurrogate(text[TextUnitsMax - 1]) ? TextUnitsMax - 1 : TextUnitsMax);
    }

    private static bool HasLetters(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
            if (char.IsLetter(unit))
                return true;
        return false;
    }

    private sealed class Workspace
    {
        public FeatureReader Reader { get; } = new();

        public List<TextSpan> Sentences { get; } = [];
    }
}
