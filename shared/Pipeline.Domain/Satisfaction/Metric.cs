namespace Pipeline.Domain;

/// <summary>A measured number with what it takes to judge it.</summary>
/// <param name="Definition">Names formula and interval; another formula gets another name.</param>
/// <param name="Value">Null where nobody answered, as the bounds are.</param>
/// <param name="N">How many answers it is made of.</param>
/// <param name="Excluded">Feedback in range without such an answer.</param>
/// <param name="Low">The 95 % interval's lower end.</param>
/// <param name="High">Its upper end.</param>
public sealed record Metric(string Definition, decimal? Value, long N, long Excluded, decimal? Low, decimal? High);

/// <summary>
/// The metrics of satisfaction, each a pure function of counts. Values and bounds have
/// <see cref="Decimals"/> decimals, half away from zero, once, at the end.
/// </summary>
public static class Metrics
{
    public const int Decimals = 4;

    public const string NpsDefinition = "nps.promoters-9-10.detractors-0-6.normal-95";
    public const string CsatDefinition = "csat.top-2-of-5.wilson-95";
    public const string CesDefinition = "ces2.top-3-of-7.wilson-95";
    public const string CesMeanDefinition = "ces2.mean-of-7.student-95";
    public const string SentimentDefinition = "sentiment.positive-of-polar.wilson-95";
    public const string ResponseRateDefinition = "response-rate.links-used-of-made.wilson-95";

    /// <summary>
    /// Net Promoter Score, -100 to 100: the percentage of 9 and 10 less that of 0 to 6 (F. Reichheld, "The One Number You
    /// Need to Grow", Harvard Business Review, December 2003). The interval is the normal one with the multinomial
    /// variance (p + d - (p - d)²) / n, cut to the scale.
    /// </summary>
    public static Metric Nps(SatisfactionCounts counts)
    {
        var (promoters, detractors, n) = NpsParts(counts);
        if (n == 0)
            return Nothing(NpsDefinition, counts.Responses);
        var mean = (double)(promoters - detractors) / n;
        var variance = ((double)(promoters + detractors) / n) - (mean * mean);
        var half = Quantiles.Normal975 * Math.Sqrt(Math.Max(0, variance) / n);
        return new Metric(
            NpsDefinition, Percentage(promoters - detractors, n), n, counts.Responses - n,
            Rounded(Math.Max(-100, 100 * (mean - half))), Rounded(Math.Min(100, 100 * (mean + half))));
    }

    /// <summary>Customer satisfaction: the percentage of 4 and 5 among answers of 1 to 5.</summary>
    public static Metric Csat(SatisfactionCounts counts)
    {
        var (top, n) = CsatParts(counts);
        return Share(CsatDefinition, top, n, counts.Responses - n);
    }

    /// <summary>
    /// Customer effort score 2.0: the percentage of 5 to 7 ("somewhat agree" and more) among answers of 1 to 7 to "made it
    /// easy" (M. Dixon, N. Toman, R. DeLisi, "The Effortless Experience", 2013).
    /// </summary>
    public static Metric Ces(SatisfactionCounts counts)
    {
        var (top, n) = CesParts(counts);
        return Share(CesDefinition, top, n, counts.Responses - n);
    }

    /// <summary>
    /// The mean of the effort answers, 1 to 7, with Student's interval, cut to the scale. One answer says nothing of the
    /// spread: its interval is the scale.
    /// </summary>
    public static Metric CesMean(SatisfactionCounts counts)
    {
        var (sum, squares, n) = CesMoments(counts);
        if (n == 0)
            return Nothing(CesMeanDefinition, counts.Responses);
        var (low, high) = ((double)Answers.CesMin, (double)Answers.CesMax);
        if (n > 1)
        {
            var mean = (double)sum / n;
            var half = Quantiles.Student(0.025, n - 1) * Math.Sqrt(Variance(sum, squares, n) / n);
            (low, high) = (Math.Max(low, mean - half), Math.Min(high, mean + half));
        }

        return new Metric(
            CesMeanDefinition, decimal.Round((decimal)sum / n, Decimals, MidpointRounding.AwayFromZero), n,
            counts.Responses - n, Rounded(low), Rounded(high));
    }

    /// <summary>The percentage of positive comments among the positive and the negative.</summary>
    public static Metric Sentiment(SatisfactionCounts counts)
    {
        var n = counts.Positive + counts.Negative;
        return Share(SentimentDefinition, counts.Positive, n, counts.Responses - n);
    }

    /// <summary>The percentage of survey links, of those made in range, that were answered by now.</summary>
    public static Metric ResponseRate(SatisfactionCounts counts) =>
        Share(ResponseRateDefinition, counts.LinksUsed, counts.LinksMade, excluded: 0);

    /// <summary>
    /// Wilson's score interval of a proportion (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
    /// Inference", JASA 22, 1927). Within 0 and 1 without being cut, and no point even at 0 or n of n.
    /// </summary>
    internal static (double Low, double High) Wilson(long successes, long n, double z)
    {
        var p = (double)successes / n;
        var z2n = z * z / n;
        var centre = (p + (z2n / 2)) / (1 + z2n);
        var half = z / (1 + z2n) * Math.Sqrt((p * (1 - p) / n) + (z2n / (4 * n)));
        return (successes == 0 ? 0 : centre - half, successes == n ? 1 : centre + half);
    }

    internal static (long Promoters, long Detractors, long N) NpsParts(SatisfactionCounts counts)
    {
        long detractors = 0, passives = 0, promoters = 0;
        for (var answer = Answers.NpsMin; answer <= Answers.NpsMax; answer++)
            if (answer <= 6)
                detractors += counts.Nps(answer);
            else if (answer <= 8)
                passives += counts.Nps(answer);
            else
                promoters += counts.Nps(answer);
        return (promoters, detractors, promoters + passives + detractors);
    }

    internal static (long Top, long N) CsatParts(SatisfactionCounts counts)
    {
        var top = counts.Csat(4) + counts.Csat(5);
        return (top, counts.Csat(1) + counts.Csat(2) + counts.Csat(3) + top);
    }

    internal static (long Top, long N) CesParts(SatisfactionCounts counts)
    {
        var top = counts.Ces(5) + counts.Ces(6) + counts.Ces(7);
        return (top, counts.Ces(1) + counts.Ces(2) + counts.Ces(3) + counts.Ces(4) + top);
    }

    internal static (long Sum, long Squares, long N) CesMoments(SatisfactionCounts counts)
    {
        long sum = 0, squares = 0, n = 0;
        for (var answer = Answers.CesMin; answer <= Answers.CesMax; answer++)
        {
            var count = counts.Ces(answer);
            (sum, squares, n) = (sum + (answer * count), squares + (answer * answer * count), n + count);
        }

        return (sum, squares, n);
    }

    /// <summary>The sample variance; n is 2 or more.</summary>
    internal static double Variance(long sum, long squares, long n) =>
        (double)(((Int128)n * squares) - ((Int128)sum * sum)) / ((double)n * (n - 1));

    private static Metric Share(string definition, long successes, long n, long excluded)
    {
        if (n == 0)
            return Nothing(definition, excluded);
        var (low, high) = Wilson(successes, n, Quantiles.Normal975);
        return new Metric(definition, Percentage(successes, n), n, excluded, Rounded(100 * low), Rounded(100 * high));
    }

    private static Metric Nothing(string definition, long excluded) => new(definition, null, 0, excluded, null, null);

    private static decimal Percentage(long part, long n) =>
        decimal.Round(100m * part / n, Decimals, MidpointRounding.AwayFromZero);

    private static decimal Rounded(double value) =>
        decimal.Round((decimal)value, Decimals, MidpointRounding.AwayFromZero);
}
