using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment.Model;

/// <summary>
/// From a model's two raw scores to probabilities that add up to 1: multinomial logistic regression on the scores of
/// texts that the model had not seen, as Platt's scaling is for two classes (Platt 1999, "Probabilistic outputs for
/// support vector machines"). Which side a text takes depends on its polarity alone.
/// </summary>
/// <param name="Polarity">What a unit of polarity adds to positive and takes from negative.</param>
/// <param name="Neutrality">What a unit of neutrality adds to neutral.</param>
public readonly record struct Calibration(float Polarity, float Positive, float Negative, float Neutrality)
{
    public SentimentScores Scores(RawScores raw)
    {
        var positive = (Polarity * raw.Polarity) + Positive;
        var negative = (-Polarity * raw.Polarity) + Negative;
        var neutral = Neutrality * raw.Neutrality;
        var largest = Math.Max(positive, Math.Max(negative, neutral));
        positive = Math.Exp(positive - largest);
        negative = Math.Exp(negative - largest);
        neutral = Math.Exp(neutral - largest);
        var sum = positive + negative + neutral;
        return new SentimentScores(positive / sum, neutral / sum, negative / sum);
    }
}

/// <summary>What the weights add up to, before calibration.</summary>
/// <param name="Polarity">Above zero for positive.</param>
/// <param name="Neutrality">Above zero for a text that takes no side.</param>
public readonly record struct RawScores(double Polarity, double Neutrality);
