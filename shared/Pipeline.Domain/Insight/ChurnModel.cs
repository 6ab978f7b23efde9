using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// What is known of a customer beside their purchases. What is absent adds nothing. None of it stands in the history that
/// the regression learns from, so its weights are stated here and not learnt.
/// </summary>
/// <param name="Satisfaction">Of the last answers, -1 (worst) to 1.</param>
/// <param name="Sentiment">Trend of comments, -1 (turning bad) to 1.</param>
/// <param name="OpenCases">Cases that wait for an answer.</param>
/// <param name="PointsLapsingSoon">Whether points are about to lapse: a reason to come, where one is reminded.</param>
/// <param name="RedemptionFell">Whether a customer who used to pay with points has stopped.</param>
public readonly record struct ChurnSignals(
    double? Satisfaction = null,
    double? Sentiment = null,
    int OpenCases = 0,
    bool PointsLapsingSoon = false,
    bool RedemptionFell = false);

/// <summary>What one thing adds to the log-odds of not buying again.</summary>
/// <param name="Name">A feature or a signal, in kebab case.</param>
/// <param name="Detail">The number behind it, for people.</param>
public readonly record struct ChurnContribution(string Name, double LogOdds, string Detail);

/// <param name="Probability">Of no purchase within the horizon: the logistic function of base and contributions.</param>
/// <param name="Base">Log-odds of an average customer.</param>
/// <param name="Contributions">They and the base add up to the log-odds of the probability; the largest first.</param>
public sealed record ChurnScore(double Probability, double Base, ImmutableArray<ChurnContribution> Contributions);

/// <summary>
/// The chance that a customer does not buy again within a horizon. Where there was enough to learn from, a logistic
/// regression on <see cref="ChurnFeature"/>; else the model of purchases alone.
/// </summary>
/// <param name="Learnt">Null: the model of purchases alone.</param>
/// <param name="Rows">How many past moments of customers it was learnt from.</param>
public sealed record ChurnModel(int HorizonDays, LogisticModel? Learnt, int Rows)
{
    public const double SatisfactionWeight = 0.5;
    public const double SentimentWeight = 0.3;
    public const double OpenCaseWeight = 0.4;
    public const int OpenCasesMax = 3;
    public const double LapsingWeight = -0.1;
    public const double RedemptionFellWeight = 0.2;

    private const double DaysPerWeek = 7;
    private const double ProbabilityMin = 0.001;

    public ChurnScore Score(
        RhythmAt rhythm, CustomerNorms population, PurchaseModel model, ChurnSignals signals = default)
    {
        var parts = ImmutableArray.CreateBuilder<ChurnContribution>();
        double logOdds;
        if (Learnt is { } learnt)
        {
            logOdds = -learnt.Intercept;
            var features = ChurnFeatures.Of(rhythm, population, model);
            for (var i = 0; i < features.Length; i++)
            {
                var feature = (ChurnFeature)i;
                parts.Add(new ChurnContribution(
                    ChurnFeatures.NameOf(i), -learnt.Contribution(i, features[i]),
                    ChurnFeatures.Describe(feature, rhythm, population)));
            }
        }
        else
        {
            logOdds = 0;
            var silent = Math.Clamp(
                model.Silent(rhythm.Record, HorizonDays / DaysPerWeek), ProbabilityMin, 1 - ProbabilityMin);
            parts.Add(new ChurnContribution(
                "purchase-model", LogisticModel.LogOddsOf(silent), "the model's chance of no purchase"));
        }

        var @base = logOdds;
        AddSignals(parts, signals);
        foreach (var part in parts)
            logOdds += part.LogOdds;
        parts.Sort(static (a, b) => Math.Abs(b.LogOdds).CompareTo(Math.Abs(a.LogOdds)) is var byWeight and not 0
            ? byWeight
            : string.CompareOrdinal(a.Name, b.Name));
        return new ChurnScore(LogisticModel.Probability(logOdds), @base, parts.ToImmutable());
    }

    /// <summary>The score alone, for the many of whom no explanation is asked.</summary>
    public double Probability(
        RhythmAt rhythm, CustomerNorms population, PurchaseModel model, ChurnSignals signals = default) =>
        signals != default ? Score(rhythm, population, model, signals).Probability
        : Learnt is { } learnt
            ? LogisticModel.Probability(-learnt.LogOdds(ChurnFeatures.Of(rhythm, population, model)))
            : Math.Clamp(model.Silent(rhythm.Record, HorizonDays / DaysPerWeek), ProbabilityMin, 1 - ProbabilityMin);

    private static void AddSignals(ImmutableArray<ChurnContribution>.Builder parts, ChurnSignals signals)
    {
        if (signals.Satisfaction is { } satisfaction)
            parts.Add(new ChurnContribution("satisfaction", -SatisfactionWeight * satisfaction, "the last answers"));
        if (signals.Sentiment is { } sentiment)
            parts.Add(new ChurnContribution("sentiment", -SentimentWeight * sentiment, "the trend of comments"));
        if (signals.OpenCases > 0)
            parts.Add(new ChurnContribution(
                "open-cases", OpenCaseWeight * Math.Min(OpenCasesMax, signals.OpenCases), "cases that wait for an answer"));
        if (signals.PointsLapsingSoon)
            parts.Add(new ChurnContribution("points-lapsing", LapsingWeight, "points are about to lapse"));
        if (signals.RedemptionFell)
            parts.Add(new ChurnContribution("redemption-fell", RedemptionFellWeight, "pays with points no more"));
    }
}
