using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Model;

namespace Pipeline.SentimentTrainer.Tests;

public class FiguresTests
{
    private static readonly SentimentScores SurelyPositive = new(0.9, 0.05, 0.05);
    private static readonly SentimentScores PerhapsPositive = new(0.5, 0.1, 0.4);
    private static readonly SentimentScores SurelyNegative = new(0.05, 0.05, 0.9);
    private static readonly SentimentScores PerhapsNeutral = new(0.3, 0.4, 0.3);

    [Fact]
    public void Figures_are_those_of_a_computation_by_hand()
    {
        var figures = new Figures();
        figures.Add(SentimentLabel.Positive, SurelyPositive);
        figures.Add(SentimentLabel.Positive, PerhapsPositive);
        figures.Add(SentimentLabel.Negative, SurelyNegative);
        figures.Add(SentimentLabel.Negative, PerhapsPositive);
        figures.Add(SentimentLabel.Neutral, PerhapsNeutral);
        figures.Add(SentimentLabel.Mixed, SurelyNegative);

        Assert.Equal(5, figures.Count);
        Assert.Equal(80, figures.Accuracy, 9);
        Assert.Equal(75, figures.TwoClassAccuracy, 9);
        // F1: positive 2*2/(3+2), neutral 1, negative 2*1/(1+2).
        Assert.Equal(100 * (0.8 + 1 + (2.0 / 3)) / 3, figures.MacroF1, 9);
        // Two sure ones 0.1 under, the two at 0.5 even, the neutral 0.6 under.
        Assert.Equal((0.2 + 0 + 0.6) / 5, figures.CalibrationError, 9);
        Assert.Equal((40.0, 100.0), figures.Sure);
        Assert.Equal(1, figures.Confused(SentimentLabel.Negative, SentimentLabel.Positive));
        Assert.Equal(0, figures.Risk(0.4), 9);
        Assert.Equal(20, figures.Risk(1), 9);
    }

    [Fact]
    public void Calibration_finds_the_probabilities_that_made_the_labels()
    {
        var truth = new Calibration(1.5f, 0.4f, -0.3f, 0.8f);
        var random = new Random(11);
        var scored = Enumerable.Range(0, 40_000).Select(_ =>
        {
            var raw = new RawScores((random.NextDouble() * 4) - 2, (random.NextDouble() * 4) - 2);
            var scores = truth.Scores(raw);
            var draw = random.NextDouble();
            return new Scored(raw, draw < scores.Positive ? SentimentLabel.Positive
                : draw < scores.Positive + scores.Neutral ? SentimentLabel.Neutral : SentimentLabel.Negative);
        }).ToArray();

        var found = Platt.Fit(scored);

        Assert.Equal(truth.Polarity, found.Polarity, 0.06);
        Assert.Equal(truth.Positive, found.Positive, 0.06);
        Assert.Equal(truth.Negative, found.Negative, 0.06);
        Assert.Equal(truth.Neutrality, found.Neutrality, 0.06);
    }
}
