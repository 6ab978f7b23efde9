using static Pipeline.Domain.Tests.Answering;

namespace Pipeline.Domain.Tests;

public sealed class MetricTests
{
    private static Answers Dismissed => default;

    [Fact]
    public void One_promoter_and_two_dismissed_questions_are_100_of_one_answer()
    {
        var counts = Count((new Answers(null, 10, null), null), (Dismissed, Feeling.Neutral), (Dismissed, Feeling.Neutral));

        Assert.Equal(new Metric(Metrics.NpsDefinition, 100, 1, 2, 100, 100), Metrics.Nps(counts));
    }

    [Fact]
    public void Without_an_answer_there_is_no_value_and_no_bound()
    {
        var counts = Count((Dismissed, Feeling.Neutral));

        foreach (var metric in (Metric[])[
            Metrics.Nps(counts), Metrics.Csat(counts), Metrics.Ces(counts), Metrics.CesMean(counts), Metrics.Sentiment(counts)])
        {
            Assert.Equal((null, 0L, 1L, null, null), (metric.Value, metric.N, metric.Excluded, metric.Low, metric.High));
        }
    }

    /// <summary>Worked out by hand: Wilson 1927 of 3 of 4, the multinomial variance of 2, 1 and 1 of 4, t(0.975, 3) = 3.1824.</summary>
    [Fact]
    public void The_metrics_of_four_answers_are_what_a_hand_computes()
    {
        Assert.Equal(new Metric(Metrics.NpsDefinition, 25, 4, 0, -56.2558m, 100), Metrics.Nps(CountNps(9, 10, 7, 2)));
        Assert.Equal(
            new Metric(Metrics.CsatDefinition, 75, 4, 0, 30.0642m, 95.4413m), Metrics.Csat(CountCsat(5, 4, 4, 1)));
        Assert.Equal(new Metric(Metrics.CesDefinition, 50, 4, 0, 15.0039m, 84.9961m), Metrics.Ces(CountCes(5, 7, 4, 3)));
        Assert.Equal(
            new Metric(Metrics.CesMeanDefinition, 4.75m, 4, 0, 2.0325m, 7), Metrics.CesMean(CountCes(5, 7, 4, 3)));
    }

    [Fact]
    public void A_mean_of_one_answer_may_be_anything_on_the_scale() =>
        Assert.Equal(new Metric(Metrics.CesMeanDefinition, 6, 1, 0, 1, 7), Metrics.CesMean(CountCes(6)));

    [Fact]
    public void Sentiment_is_the_share_of_positive_among_positive_and_negative()
    {
        var counts = Count(
            (Dismissed, Feeling.Positive), (Dismissed, Feeling.Positive), (Dismissed, Feeling.Negative),
            (Dismissed, Feeling.Neutral), (Dismissed, Feeling.Mixed), (new Answers(5, null, null), null));

        var metric = Metrics.Sentiment(counts);

        Assert.Equal((66.6667m, 3L, 3L), (metric.Value, metric.N, metric.Excluded));
    }

    /// <summary>The same metrics from lists of answers, by the textbook and not by counts.</summary>
    [Fact]
    public void The_metrics_equal_an_independent_computation_to_the_last_digit()
    {
        for (var i = 0; i < 400 * Scripts.Chaos; i++)
        {
            var random = new Random(Scripts.FirstSeed + i);
            var answers = Enumerable.Range(0, random.Next(0, i % 7 == 0 ? 2_000 : 12)).Select(_ => Any(random)).ToList();
            var counts = Count(answers.Select(static one => (one, (Feeling?)null)));

            AssertEqual(TextbookNps([.. answers.Select(static a => a.Nps).OfType<int>()]), answers.Count, Metrics.Nps(counts));
            AssertEqual(
                TextbookShare([.. answers.Select(static a => a.Csat).OfType<int>().Select(static a => a >= 4)]),
                answers.Count, Metrics.Csat(counts));
            AssertEqual(
                TextbookShare([.. answers.Select(static a => a.Ces).OfType<int>().Select(static a => a >= 5)]),
                answers.Count, Metrics.Ces(counts));
            AssertEqual(
                TextbookMean([.. answers.Select(static a => a.Ces).OfType<int>()]), answers.Count, Metrics.CesMean(counts));
        }
    }

    [Fact]
    public void Quantiles_are_those_of_the_tables()
    {
        Assert.Equal(Quantiles.Normal975, Quantiles.Normal(0.025), 1e-12);
        Assert.Equal(2.5758293035489, Quantiles.Normal(0.005), 1e-12);
        Assert.Equal(3.48075640434621, Quantiles.Normal(0.00025), 1e-12);
        Assert.Equal(0.841621233572914, Quantiles.Normal(0.2), 1e-12);
        Assert.Equal(12.7062047361747, Quantiles.Student(0.025, 1), 1e-10);
        Assert.Equal(2.77644510519779, Quantiles.Student(0.025, 4), 1e-11);
        Assert.Equal(2.04227245630124, Quantiles.Student(0.025, 30), 1e-11);
        Assert.Equal(1.96233908082641, Quantiles.Student(0.025, 1000), 1e-11);
    }

    [Fact]
    public void Partial_counts_add_up_to_the_same_in_any_grouping_and_survive_their_stored_form()
    {
        for (var i = 0; i < 100 * Scripts.Chaos; i++)
        {
            var random = new Random(Scripts.FirstSeed + i);
            var answers = Enumerable.Range(0, 60).Select(_ => (Any(random), (Feeling?)random.Next(4))).ToArray();
            var whole = Count(answers);
            var parts = new SatisfactionCounts[random.Next(1, 9)];
            for (var part = 0; part < parts.Length; part++)
                parts[part] = new SatisfactionCounts();
            foreach (var one in answers)
                parts[random.Next(parts.Length)].Add(Count(one));

            var sum = new SatisfactionCounts();
            foreach (var part in parts)
                sum.Add(SatisfactionCounts.OfPairs(part.ToPairs()));

            Assert.Equal(whole.ToPairs(), sum.ToPairs());
            Assert.Equal(parts[0].ToPairs(), whole.Without(whole.Without(parts[0])).ToPairs());
        }
    }

    private static Answers Any(Random random) => new(
        random.Next(3) == 0 ? null : random.Next(1, 6),
        random.Next(3) == 0 ? null : random.Next(0, 11),
        random.Next(3) == 0 ? null : random.Next(1, 8));

    private static void AssertEqual((double Value, double Low, double High)? expected, int responses, Metric actual)
    {
        if (expected is not { } metric)
        {
            Assert.Equal((null, 0L, (long)responses), (actual.Value, actual.N, actual.Excluded));
            return;
        }

        Assert.Equal(responses, actual.N + actual.Excluded);
        Assert.Equal((Four(metric.Value), Four(metric.Low), Four(metric.High)), (actual.Value, actual.Low, actual.High));
    }

    private static decimal Four(double value) => Math.Round((decimal)value, 4, MidpointRounding.AwayFromZero);

    private static (double, double, double)? TextbookNps(int[] answers)
    {
        if (answers.Length == 0)
            return null;
        var scores = Array.ConvertAll(answers, static answer => answer >= 9 ? 100.0 : answer <= 6 ? -100.0 : 0.0);
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / scores.Length);
        var half = 1.959963984540054 * deviation / Math.Sqrt(scores.Length);
        return (mean, Math.Max(-100, mean - half), Math.Min(100, mean + half));
    }

    /// <summary>Wilson's bounds as the roots of (p - x)² = z² x (1 - x) / n.</summary>
    private static (double, double, double)? TextbookShare(bool[] answers)
    {
        if (answers.Length == 0)
            return null;
        double n = answers.Length, p = answers.Count(static top => top) / n, z2 = 1.959963984540054 * 1.959963984540054;
        double a = 1 + (z2 / n), b = -(2 * p) - (z2 / n), c = p * p;
        var root = Math.Sqrt(Math.Max(0, (b * b) - (4 * a * c)));
        return (100 * p, p == 0 ? 0 : 100 * (-b - root) / (2 * a), p == 1 ? 100 : 100 * (-b + root) / (2 * a));
    }

    private static (double, double, double)? TextbookMean(int[] answers)
    {
        if (answers.Length == 0)
            return null;
        var mean = answers.Average();
        if (answers.Length == 1)
            return (mean, 1, 7);
        var variance = answers.Sum(answer => (answer - mean) * (answer - mean)) / (answers.Length - 1);
        var half = Quantiles.Student(0.025, answers.Length - 1) * Math.Sqrt(variance / answers.Length);
        return (mean, Math.Max(1, mean - half), Math.Min(7, mean + half));
    }
}
