namespace Pipeline.Domain;

/// <summary>A group beside all other feedback of the report.</summary>
public enum Verdict
{
    /// <summary>The difference may be chance.</summary>
    NotDistinguishable,
    Above,
    Below,
}

/// <summary>
/// Says which groups differ from the rest, at 95 % for all groups of a report together (Bonferroni): of a hundred
/// groups that are alike none is called better, where a ranking would name a winner.
/// </summary>
internal static class Comparison
{
    private const double Alpha = 0.05;

    /// <summary>Answers are whole numbers: equal ones still differ by as much as rounding hides (W. F. Sheppard, 1898).</summary>
    private const double VarianceLeast = 1.0 / 12;

    /// <summary>How far out a difference must lie: the probability above it.</summary>
    /// <param name="groups">How many groups are compared.</param>
    public static double UpperOf(int groups) => Alpha / 2 / Math.Max(1, groups);

    /// <summary>Null where the group or the rest has no answer, as in all of these.</summary>
    /// <param name="z">The normal quantile of <see cref="UpperOf"/>.</param>
    public static Verdict? Nps(SatisfactionCounts group, SatisfactionCounts rest, double z)
    {
        var (a, b) = (Metrics.NpsParts(group), Metrics.NpsParts(rest));
        if (a.N == 0 || b.N == 0)
            return null;
        var (meanA, varianceA) = AdjustedNps(a);
        var (meanB, varianceB) = AdjustedNps(b);
        return Of(meanA - meanB, z * Math.Sqrt(varianceA + varianceB));
    }

    public static Verdict? Csat(SatisfactionCounts group, SatisfactionCounts rest, double z) =>
        Shares(Metrics.CsatParts(group), Metrics.CsatParts(rest), z);

    public static Verdict? Ces(SatisfactionCounts group, SatisfactionCounts rest, double z) =>
        Shares(Metrics.CesParts(group), Metrics.CesParts(rest), z);

    public static Verdict? Sentiment(SatisfactionCounts group, SatisfactionCounts rest, double z) => Shares(
        (group.Positive, group.Positive + group.Negative), (rest.Positive, rest.Positive + rest.Negative), z);

    /// <summary>Welch's test of two means (B. L. Welch, Biometrika 34, 1947).</summary>
    /// <param name="upper">As <see cref="UpperOf"/> says: the quantile depends on the groups' spread.</param>
    public static Verdict? CesMean(SatisfactionCounts group, SatisfactionCounts rest, double upper)
    {
        var (a, b) = (Metrics.CesMoments(group), Metrics.CesMoments(rest));
        if (a.N == 0 || b.N == 0)
            return null;
        if (a.N == 1 || b.N == 1)
            return Verdict.NotDistinguishable;
        var va = Math.Max(VarianceLeast, Metrics.Variance(a.Sum, a.Squares, a.N)) / a.N;
        var vb = Math.Max(VarianceLeast, Metrics.Variance(b.Sum, b.Squares, b.N)) / b.N;
        var freedom = (va + vb) * (va + vb) / ((va * va / (a.N - 1)) + (vb * vb / (b.N - 1)));
        var half = Quantiles.Student(upper, freedom) * Math.Sqrt(va + vb);
        return Of(((double)a.Sum / a.N) - ((double)b.Sum / b.N), half);
    }

    /// <summary>
    /// The hybrid score interval of a difference of proportions (R. G. Newcombe, Statistics in Medicine 17, 1998,
    /// method 10).
    /// </summary>
    private static Verdict? Shares((long Top, long N) a, (long Top, long N) b, double z)
    {
        if (a.N == 0 || b.N == 0)
            return null;
        var (lowA, highA) = Metrics.Wilson(a.Top, a.N, z);
        var (lowB, highB) = Metrics.Wilson(b.Top, b.N, z);
        var (pa, pb) = ((double)a.Top / a.N, (double)b.Top / b.N);
        var below = Math.Sqrt(Square(pa - lowA) + Square(highB - pb));
        var above = Math.Sqrt(Square(highA - pa) + Square(pb - lowB));
        return pa - pb > below ? Verdict.Above
            : pa - pb < -above ? Verdict.Below
            : Verdict.NotDistinguishable;
    }

    /// <summary>
    /// Mean and variance with 3/4 of a promoter, 3/2 of a passive and 3/4 of a detractor more, so that a few answers that
    /// agree are not taken for certainty (B. Rocks, "Interval Estimation for the Net Promoter Score", The American
    /// Statistician 70, 2016).
    /// </summary>
    private static (double Mean, double Variance) AdjustedNps((long Promoters, long Detractors, long N) parts)
    {
        var n = parts.N + 3.0;
        var (p, d) = ((parts.Promoters + 0.75) / n, (parts.Detractors + 0.75) / n);
        return (p - d, (p + d - Square(p - d)) / n);
    }

    private static Verdict Of(double difference, double half) =>
        difference > half ? Verdict.Above : difference < -half ? Verdict.Below : Verdict.NotDistinguishable;

    private static double Square(double value) => value * value;
}
