using System.Collections.Immutable;
using System.Globalization;

namespace Pipeline.Domain;

/// <summary>What is known of a customer beside the purchases, and the dated records that say so.</summary>
public sealed record CustomerSignals(ChurnSignals Signals, ImmutableArray<WarningEvidence> Evidence)
{
    public static readonly CustomerSignals None = new(default, []);

    private const int LapsingDays = 30;
    private const int AnswerDaysMax = 180;
    private const int RedemptionsMin = 2;
    private const int RedemptionGaps = 3;
    private const int RedemptionDaysMin = 60;

    /// <param name="satisfaction">Null: has answered nothing.</param>
    /// <param name="openedOn">The days on which cases were opened that are open still.</param>
    /// <param name="cut">The instant at which <paramref name="today"/> began: what came since is not looked at.</param>
    public static CustomerSignals Of(
        Account account, PurchaseRhythm rhythm, CustomerSatisfaction? satisfaction, IReadOnlyList<int> openedOn,
        DateTimeOffset cut, int today)
    {
        var evidence = ImmutableArray.CreateBuilder<WarningEvidence>();
        double? answers = null, sentiment = null;
        if (satisfaction is { Last: { } last } && last.At < cut && (cut - last.At).TotalDays <= AnswerDaysMax)
        {
            (answers, sentiment) = (AnswersOf(satisfaction), SentimentOf(satisfaction));
            evidence.Add(new WarningEvidence(today - Math.Max(1, (int)(cut - last.At).TotalDays), "the last feedback"));
        }

        foreach (var day in openedOn)
            evidence.Add(new WarningEvidence(day, "a case was opened, and waits for an answer"));
        var lapsing = LapsingOf(account, cut);
        var fell = RedemptionFell(rhythm, today);
        if (fell)
            evidence.Add(new WarningEvidence(rhythm.LastRedemptionDay, string.Create(
                CultureInfo.InvariantCulture, $"the last of {rhythm.Redemptions} payments with points")));
        return new CustomerSignals(
            new ChurnSignals(answers, sentiment, openedOn.Count, lapsing, fell), evidence.ToImmutable());
    }

    /// <summary>The mean of the last answers, each on a scale of -1 (worst) to 1; null: none was given.</summary>
    private static double? AnswersOf(CustomerSatisfaction satisfaction)
    {
        var (sum, n) = (0.0, 0);
        Add(satisfaction.Csat, Answers.CsatMin, Answers.CsatMax);
        Add(satisfaction.Nps, Answers.NpsMin, Answers.NpsMax);
        Add(satisfaction.Ces, Answers.CesMin, Answers.CesMax);
        return n == 0 ? null : sum / n;

        void Add(RatingSummary? rating, int min, int max)
        {
            if (rating is null)
                return;
            sum += ((rating.Last - min) * 2.0 / (max - min)) - 1;
            n++;
        }
    }

    /// <summary>
    /// How the last comment felt, and how it compares with all before: half of each, so that a first bad comment counts
    /// and a turn for the worse counts more. Null: there was none.
    /// </summary>
    private static double? SentimentOf(CustomerSatisfaction satisfaction)
    {
        if (satisfaction.LastComment is not { } last)
            return null;
        var all = satisfaction.Positive + satisfaction.Neutral + satisfaction.Negative + satisfaction.Mixed;
        var mean = (satisfaction.Positive - satisfaction.Negative) / (double)all;
        double felt = last.Label switch { Feeling.Positive => 1, Feeling.Negative => -1, _ => 0 };
        return Math.Clamp(felt + ((felt - mean) / 2), -1, 1);
    }

    private static bool LapsingOf(Account account, DateTimeOffset cut)
    {
        foreach (var lot in account.Lots)
            if (lot.ExpiresAt is { } end && end > cut && end <= cut.AddDays(LapsingDays))
                return true;
        return false;
    }

    /// <summary>Paid with points more than once, and not for three times as long as was usual.</summary>
    private static bool RedemptionFell(PurchaseRhythm rhythm, int today)
    {
        if (rhythm.Redemptions < RedemptionsMin || rhythm.LastRedemptionDay >= today)
            return false;
        var usual = (rhythm.LastRedemptionDay - rhythm.FirstDay) / (double)rhythm.Redemptions;
        return today - rhythm.LastRedemptionDay > Math.Max(RedemptionDaysMin, RedemptionGaps * usual)
            && rhythm.LastDay > rhythm.LastRedemptionDay;
    }
}
