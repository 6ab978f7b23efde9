using System.Collections.Immutable;
using System.Globalization;

namespace Pipeline.Domain;

/// <summary>Why a customer seems to leave.</summary>
public enum ChurnCause
{
    /// <summary>Silent for much longer than is the customer's way.</summary>
    SilentBeyondCadence,
    BuysLessOften,
    SpendsLess,
    Dissatisfied,
    PaysWithPointsNoMore,

    /// <summary>None of these stands out.</summary>
    LikeOthersWhoLeft,
}

/// <summary>What to do about it.</summary>
public enum ChurnAction
{
    ApologiseAndResolve,
    RemindOfPoints,
    WinBackOffer,
    Call,

    /// <summary>Not worth it, or held out so that the effect of acting can be measured.</summary>
    None,
}

/// <summary>How a warning ended.</summary>
public enum WarningOutcome
{
    /// <summary>The customer bought again.</summary>
    WonBack,

    /// <summary>The horizon passed without a purchase.</summary>
    Lost,

    /// <summary>The score fell without a purchase: the warning no longer holds.</summary>
    Declined,
}

/// <summary>A dated record behind a warning.</summary>
public readonly record struct WarningEvidence(int Day, string What);

/// <summary>A warning as it was raised.</summary>
/// <param name="BudgetMinor">What acting may cost, in minor units of the customer's main currency.</param>
/// <param name="IsHeldOut">Nobody acts, so that acting can be compared with it.</param>
/// <param name="Evidence">At least one.</param>
public sealed record ChurnWarning(
    int OpenedOn,
    ChurnScore Score,
    ChurnCause Cause,
    ChurnAction Action,
    Currency Currency,
    long BudgetMinor,
    bool IsHeldOut,
    ImmutableArray<WarningEvidence> Evidence);

/// <summary>The last warning of a customer, as far as the next decision needs it.</summary>
/// <param name="Score">Two decimals.</param>
/// <param name="ClosedOn">0: it is open.</param>
public sealed record WarningState(int OpenedOn, double Score, bool IsHeldOut, int ClosedOn, WarningOutcome? Outcome)
{
    public bool IsOpen => ClosedOn == 0;
}

/// <summary>When warnings are raised and what is done about them.</summary>
/// <param name="OpenFrom">Score from which a warning is raised.</param>
/// <param name="CloseBelow">Score below which an open one no longer holds.</param>
/// <param name="WorsenedBy">A closed one is raised again in the cool-down only if the score is so much higher.</param>
/// <param name="DaysMin">Purchase days: of one who bought once nothing is known that could be lost.</param>
/// <param name="BudgetShare">Of the expected value of the next year.</param>
/// <param name="ActionMinMinor">A lower budget is not worth acting on.</param>
/// <param name="CallFromMinor">From this budget on a person calls.</param>
/// <param name="HoldOutShare">Of customers, by the hash of their ids, so that one is always held out or never.</param>
public sealed record WarningRules(
    double OpenFrom = 0.6,
    double CloseBelow = 0.45,
    double WorsenedBy = 0.1,
    int CoolDownDays = 60,
    int DaysMin = 2,
    double BudgetShare = 0.05,
    long ActionMinMinor = 200,
    long CallFromMinor = 5_000,
    double HoldOutShare = 0.1)
{
    public static readonly WarningRules Default = new();

    private const double TellingMin = 0.1;

    /// <summary>Whether nobody acts on warnings of this customer.</summary>
    public bool IsHeldOut(string customer) =>
        InsightTally.HashOf(customer + "/hold-out") / (double)ulong.MaxValue < HoldOutShare;

    /// <summary>
    /// The state after a night. Hysteresis: one open warning a customer, closed at a lower score than it is raised at, and
    /// raised again only after a cool-down or when it is worse than it was.
    /// </summary>
    public WarningState? Next(WarningState? before, RhythmAt rhythm, double? score, int horizonDays, string customer)
    {
        if (before is { IsOpen: true } open)
        {
            WarningOutcome? outcome = rhythm.LastDay >= open.OpenedOn ? WarningOutcome.WonBack
                : rhythm.Today >= open.OpenedOn + horizonDays ? WarningOutcome.Lost
                : score < CloseBelow ? WarningOutcome.Declined
                : null;
            return outcome is null ? open : open with { ClosedOn = rhythm.Today, Outcome = outcome };
        }

        // Doing a night again decides as it did the first time.
        if (!(score >= OpenFrom) || rhythm.Days < DaysMin || before?.ClosedOn == rhythm.Today)
            return before;
        var mayRaise = before is null
            || rhythm.Today >= before.ClosedOn + CoolDownDays
            || score >= before.Score + WorsenedBy;
        return mayRaise ? new WarningState(rhythm.Today, score.Value, IsHeldOut(customer), 0, null) : before;
    }

    /// <summary>The warning behind a state that was raised today.</summary>
    /// <param name="yearMinor">Expected value of the next year.</param>
    /// <param name="points">Outstanding.</param>
    /// <param name="more">Evidence beside the purchases.</param>
    public ChurnWarning Raise(
        WarningState state, RhythmAt rhythm, ChurnScore score, CustomerNorms population, long yearMinor, long points,
        ImmutableArray<WarningEvidence> more)
    {
        var cause = CauseOf(score);
        var budget = (long)(Math.Max(0, yearMinor) * BudgetShare);
        var action = state.IsHeldOut || budget < ActionMinMinor ? ChurnAction.None
            : cause == ChurnCause.Dissatisfied ? ChurnAction.ApologiseAndResolve
            : budget >= CallFromMinor ? ChurnAction.Call
            : points > 0 ? ChurnAction.RemindOfPoints
            : ChurnAction.WinBackOffer;
        return new ChurnWarning(
            state.OpenedOn, score, cause, action, rhythm.Currency, budget, state.IsHeldOut,
            [.. EvidenceOf(rhythm, population), .. more]);
    }

    /// <summary>What adds most to the score among the things that somebody could have changed.</summary>
    private static ChurnCause CauseOf(ChurnScore score)
    {
        foreach (var part in score.Contributions)
        {
            ChurnCause? cause = part.LogOdds < TellingMin ? null : part.Name switch
            {
                "own-gap" or "recency" => ChurnCause.SilentBeyondCadence,
                "frequency-trend" or "expected-purchases" or "alive" => ChurnCause.BuysLessOften,
                "spend-trend" => ChurnCause.SpendsLess,
                "satisfaction" or "sentiment" or "open-cases" => ChurnCause.Dissatisfied,
                "redemption-fell" => ChurnCause.PaysWithPointsNoMore,
                _ => null,
            };
            if (cause is { } found)
                return found;
        }

        return ChurnCause.LikeOthersWhoLeft;
    }

    private static ImmutableArray<WarningEvidence> EvidenceOf(RhythmAt rhythm, CustomerNorms population)
    {
        var evidence = ImmutableArray.CreateBuilder<WarningEvidence>(3);
        evidence.Add(new WarningEvidence(rhythm.LastDay, string.Create(
            CultureInfo.InvariantCulture,
            $"last purchase; silent for {rhythm.Silence} days since, own cadence {rhythm.Cadence(population.MeanGap):0} days")));
        if (rhythm.Kept is [.., var before, _])
            evidence.Add(new WarningEvidence(before.Day, "the purchase before it"));
        evidence.Add(new WarningEvidence(rhythm.FirstDay, string.Create(
            CultureInfo.InvariantCulture, $"first of {rhythm.Days} purchase days")));
        return evidence.ToImmutable();
    }
}

/// <summary>
/// What acting on warnings changed: the difference between the shares won back among those acted on and those held out,
/// with its 95 % interval by Newcombe's hybrid of Wilson's scores (Statistics in Medicine 17, 1998, method 10).
/// </summary>
public readonly record struct WarningUplift(long Acted, long ActedWonBack, long HeldOut, long HeldOutWonBack)
{
    private const double Z = 1.959963984540054;

    /// <summary>Null: one of the groups has nobody whose warning ended.</summary>
    public (double Difference, double Low, double High)? Interval
    {
        get
        {
            if (Acted == 0 || HeldOut == 0)
                return null;
            double a = ActedWonBack / (double)Acted, b = HeldOutWonBack / (double)HeldOut;
            var (lowA, highA) = Wilson(a, Acted);
            var (lowB, highB) = Wilson(b, HeldOut);
            return (a - b, a - b - Length(a - lowA, highB - b), a - b + Length(highA - a, b - lowB));
        }
    }

    private static double Length(double a, double b) => Math.Sqrt((a * a) + (b * b));

    private static (double Low, double High) Wilson(double share, long n)
    {
        var square = Z * Z;
        var middle = share + (square / (2 * n));
        var reach = Z * Math.Sqrt((share * (1 - share) / n) + (square / (4.0 * n * n)));
        var scale = 1 + (square / n);
        return ((middle - reach) / scale, (middle + reach) / scale);
    }
}
