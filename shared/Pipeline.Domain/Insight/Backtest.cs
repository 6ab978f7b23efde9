using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A score and what happened: here, how sure it was of a purchase, and whether one came.</summary>
public readonly record struct Judged(double Score, bool Happened);

/// <param name="Share">Of the customers with the highest scores.</param>
/// <param name="Precision">Share of them to whom it happened.</param>
/// <param name="Lift">That, over everybody's share.</param>
public readonly record struct LiftAt(double Share, double Precision, double Lift);

/// <summary>Customers of similar scores: what was said and what happened.</summary>
public readonly record struct CalibrationBin(int Customers, double Low, double High, double Predicted, double Observed);

/// <param name="Auc">The chance that a customer who bought scored above one who did not, ties counting half.</param>
/// <param name="Curve">At every twentieth.</param>
public sealed record RankingReport(
    string Name, double Auc, LiftAt At10, LiftAt At20, ImmutableArray<LiftAt> Curve);

/// <summary>
/// What a backtest found. <paramref name="Ranking"/> is of the score; the outcome of all rankings is "buys again within the
/// horizon".
/// </summary>
/// <param name="CalibrationError">Mean distance between what was said and what happened, over the bins by their customers.</param>
/// <param name="Brier">Mean squared distance of the probability from what happened.</param>
/// <param name="BaseBrier">The same of saying everybody's share of everyone.</param>
/// <param name="Leaving">
/// The other side, as a warning list would be cut: precision and lift of "does not buy again" among those whom the score
/// thinks most likely to leave.
/// </param>
public sealed record BacktestReport(
    DateOnly Cutoff,
    int HorizonDays,
    int Customers,
    double BaseRate,
    RankingReport Ranking,
    RankingReport Leaving,
    double Brier,
    double BaseBrier,
    double CalibrationError,
    ImmutableArray<CalibrationBin> Calibration,
    ImmutableArray<RankingReport> Baselines,
    InsightModel Model);

/// <summary>Measures of scores against what happened.</summary>
public static class Backtest
{
    /// <summary>At least so many customers to a bin, since otherwise chance alone makes up the error; at most ten bins.</summary>
    public const int BinCustomersMin = 200;

    private const int BinsMax = 10;
    private const int CurvePoints = 20;
    private const double Tenth = 0.1;
    private const double Fifth = 0.2;

    /// <param name="past">The rhythms of all customers as they were known before the cutoff.</param>
    /// <param name="bought">Who bought within the horizon from the cutoff on.</param>
    /// <returns>Null: there was too little history to fit a model of purchases.</returns>
    public static BacktestReport? Run(
        IReadOnlyList<KnownCustomer> past, IReadOnlySet<string> bought, DateOnly cutoff, FitRules rules)
    {
        var today = cutoff.DayNumber;
        var tally = new InsightTally(today);
        foreach (var customer in past)
            tally.Add(customer);
        var model = InsightFit.Of(tally, rules);
        if (model.Purchases is not { Model: var purchases })
            return null;

        var known = new List<(RhythmAt Rhythm, bool Happened)>();
        foreach (var customer in past)
            if (RhythmAt.Of(customer.Rhythm, today) is { } rhythm)
                known.Add((rhythm, bought.Contains(customer.Id)));
        var judged = Judge(known, rhythm => 1 - model.Churn.Probability(rhythm, model.Population, purchases));
        var baseRate = known.Count(static one => one.Happened) / (double)known.Count;
        var horizon = InsightFit.Weeks(rules.HorizonDays);
        var calibration = Calibrate(judged);
        return new BacktestReport(
            cutoff,
            rules.HorizonDays,
            known.Count,
            baseRate,
            Rank("score", judged),
            Rank("leaving", [.. judged.Select(static one => new Judged(1 - one.Score, !one.Happened))]),
            judged.Average(static one => Square(one.Score - (one.Happened ? 1 : 0))),
            baseRate * (1 - baseRate),
            calibration.Sum(bin => bin.Customers * Math.Abs(bin.Predicted - bin.Observed)) / known.Count,
            calibration,
            [
                Rank("recency", Judge(known, static rhythm => -rhythm.Silence)),
                Rank("rfm", Judge(known, rhythm => model.Rfm.Score(rhythm).Sum)),
                Rank("own-gap", Judge(known, rhythm => -rhythm.Silence / (rhythm.MeanGap ?? model.Population.MeanGap))),
                Rank("frequency", Judge(known, static rhythm => rhythm.Days)),
                Rank("spend", Judge(known, static rhythm => rhythm.Net)),
                Rank("expected-purchases", Judge(known, rhythm => purchases.Expected(rhythm.Record, horizon))),
                Rank("alive", Judge(known, rhythm => purchases.Alive(rhythm.Record))),
            ],
            model);
    }

    public static RankingReport Rank(string name, IReadOnlyList<Judged> judged) =>
        new(name, Auc(judged), LiftOf(judged, Tenth), LiftOf(judged, Fifth),
            [.. Enumerable.Range(1, CurvePoints).Select(point => LiftOf(judged, point / (double)CurvePoints))]);

    /// <summary>Mann and Whitney's statistic over all pairs; 0.5 where all or none happened.</summary>
    public static double Auc(IReadOnlyList<Judged> judged)
    {
        double happened = judged.Count(static one => one.Happened), rest = judged.Count - happened;
        if (happened == 0 || rest == 0)
            return 0.5;
        double ranks = 0, below = 0;
        foreach (var tie in judged.GroupBy(static one => one.Score).OrderBy(static tie => tie.Key))
        {
            var (size, here) = (tie.Count(), tie.Count(static one => one.Happened));
            ranks += here * (below + ((size + 1) / 2.0));
            below += size;
        }

        return (ranks - (happened * (happened + 1) / 2)) / (happened * rest);
    }

    /// <summary>Of the top share; those who tie at its edge count in proportion.</summary>
    public static LiftAt LiftOf(IReadOnlyList<Judged> judged, double share)
    {
        var places = share * judged.Count;
        var (left, hits) = (places, 0.0);
        foreach (var tie in judged.GroupBy(static one => one.Score).OrderByDescending(static tie => tie.Key))
        {
            var size = tie.Count();
            var taken = Math.Min(left, size);
            hits += tie.Count(static one => one.Happened) * (taken / size);
            left -= taken;
            if (left <= 0)
                break;
        }

        var everybody = judged.Count(static one => one.Happened) / (double)judged.Count;
        var precision = places > 0 ? hits / places : 0;
        return new LiftAt(share, precision, everybody > 0 ? precision / everybody : 0);
    }

    /// <summary>Bins of equally many customers by score.</summary>
    public static ImmutableArray<CalibrationBin> Calibrate(IReadOnlyList<Judged> judged)
    {
        var sorted = judged.OrderBy(static one => one.Score).ToList();
        var bins = Math.Clamp(sorted.Count / BinCustomersMin, 1, BinsMax);
        var made = ImmutableArray.CreateBuilder<CalibrationBin>(bins);
        for (var bin = 0; bin < bins; bin++)
        {
            var from = sorted.Count * bin / bins;
            var part = sorted.GetRange(from, (sorted.Count * (bin + 1) / bins) - from);
            if (part.Count > 0)
                made.Add(new CalibrationBin(
                    part.Count, part[0].Score, part[^1].Score, part.Average(static one => one.Score),
                    part.Count(static one => one.Happened) / (double)part.Count));
        }

        return made.DrainToImmutable();
    }

    private static List<Judged> Judge(List<(RhythmAt Rhythm, bool Happened)> known, Func<RhythmAt, double> score) =>
        known.ConvertAll(one => new Judged(score(one.Rhythm), one.Happened));

    private static double Square(double x) => x * x;
}
