using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>The ten segments, by names that staff know.</summary>
public enum Segment
{
    Champions,
    Loyal,
    PotentialLoyal,
    New,
    Promising,
    NeedsAttention,
    AboutToSleep,
    AtRisk,
    CannotLose,
    Hibernating,
}

/// <summary>Recency, frequency and monetary value, each 1 (worst) to 5 (best).</summary>
public readonly record struct RfmScore(int Recency, int Frequency, int Monetary)
{
    // Rows: recency 1 to 5. Columns: frequency and monetary value together, 1 to 5.
    private static readonly Segment[,] Segments =
    {
        { Segment.Hibernating, Segment.Hibernating, Segment.AtRisk, Segment.CannotLose, Segment.CannotLose },
        { Segment.Hibernating, Segment.Hibernating, Segment.AtRisk, Segment.AtRisk, Segment.CannotLose },
        { Segment.AboutToSleep, Segment.AboutToSleep, Segment.NeedsAttention, Segment.Loyal, Segment.Loyal },
        { Segment.Promising, Segment.PotentialLoyal, Segment.PotentialLoyal, Segment.Loyal, Segment.Loyal },
        { Segment.New, Segment.PotentialLoyal, Segment.PotentialLoyal, Segment.Champions, Segment.Champions },
    };

    public int Sum => Recency + Frequency + Monetary;

    /// <summary>By recency, and by the mean of frequency and monetary value, halves upwards.</summary>
    public Segment Segment => Segments[Recency - 1, ((Frequency + Monetary + 1) / 2) - 1];

    public override string ToString() => $"{Recency}{Frequency}{Monetary}";
}

/// <summary>
/// The cut points between quintiles, as they are published. A customer's score is one more than the cut points below the
/// customer's value, so equals get the same score, whatever their number.
/// </summary>
/// <param name="Silence">Days since the last purchase.</param>
/// <param name="Days">Purchase days.</param>
/// <param name="Net">Minor units spent, by currency code.</param>
public sealed record RfmCuts(
    ImmutableArray<long> Silence, ImmutableArray<long> Days, ImmutableSortedDictionary<string, ImmutableArray<long>> Net)
{
    private const int Quintiles = 5;

    public static RfmCuts Of(
        LogHistogram silence, LogHistogram days, IEnumerable<KeyValuePair<string, LogHistogram>> net) =>
        new(Cuts(silence), Cuts(days), net.ToImmutableSortedDictionary(
            static one => one.Key, static one => Cuts(one.Value), StringComparer.Ordinal));

    /// <summary>A currency that had no cut points yet is scored in the middle.</summary>
    public RfmScore Score(RhythmAt rhythm) => new(
        Quintiles + 1 - ScoreOf(Silence, rhythm.Silence),
        ScoreOf(Days, rhythm.Days),
        Net.TryGetValue(rhythm.Currency.Code, out var cuts) ? ScoreOf(cuts, (long)rhythm.Net) : (Quintiles + 1) / 2);

    private static int ScoreOf(ImmutableArray<long> cuts, long value)
    {
        var score = 1;
        foreach (var cut in cuts)
            if (cut < value)
                score++;
        return score;
    }

    private static ImmutableArray<long> Cuts(LogHistogram values) =>
        [.. Enumerable.Range(1, Quintiles - 1).Select(fifth => values.Quantile(fifth / (double)Quintiles))];
}
