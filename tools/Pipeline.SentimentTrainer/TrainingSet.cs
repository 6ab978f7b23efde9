using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Features;

namespace Pipeline.SentimentTrainer;

/// <summary>Texts beside their features, and the lexicon's words as texts of one word.</summary>
internal sealed class TrainingSet
{
    private readonly LabelledText[] texts;
    private readonly LexiconWord[] lexicon;

    public TrainingSet(IReadOnlyList<LabelledText> texts, IReadOnlyList<LexiconWord> lexicon, ModelLanguage language)
    {
        this.texts = [.. texts];
        this.lexicon = [.. lexicon];
        Matrix = new FeatureMatrix([.. texts.Select(text => text.Text), .. lexicon.Select(word => word.Word)], language);
    }

    public FeatureMatrix Matrix { get; }

    public LabelledText this[int row] => texts[row];

    public IEnumerable<int> LexiconRows => Enumerable.Range(texts.Length, lexicon.Length);

    /// <summary>
    /// One label against the rest. Words of the lexicon are weak examples of their side, the weaker the less they say; what
    /// they say of neutral is not known.
    /// </summary>
    public OneAgainstRest Against(SentimentLabel label, int[] rows, Recipe recipe)
    {
        int[] clear = [.. rows.Where(row => texts[row].Label != SentimentLabel.Mixed)];
        var sizes = clear.CountBy(row => texts[row].Source).ToDictionary(StringComparer.Ordinal);
        var mean = sizes.Values.Average();
        var words = label == SentimentLabel.Neutral ? [] : lexicon;
        return new OneAgainstRest(
            [.. clear, .. LexiconRows.Take(words.Length)],
            [.. clear.Select(row => Sign(texts[row].Label == label)),
                .. words.Select(word => Sign(word.Valence > 0 == (label == SentimentLabel.Positive)))],
            [.. clear.Select(row => (float)(recipe.Cost * Math.Pow(mean / sizes[texts[row].Source], recipe.Balance))),
                .. words.Select(word => (float)(recipe.LexiconCost * Math.Abs(word.Valence) / 2))],
            clear.Length);
    }

    private static sbyte Sign(bool isTrue) => (sbyte)(isTrue ? 1 : -1);
}

/// <param name="TextCount">So many of the rows are texts, the first; the rest are the lexicon's.</param>
internal sealed record OneAgainstRest(int[] Rows, sbyte[] Signs, float[] Costs, int TextCount);
