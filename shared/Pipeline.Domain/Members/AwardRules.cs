using System.Collections.Frozen;

namespace Pipeline.Domain;

/// <summary>How often a rule gives to one customer; null is no limit.</summary>
/// <param name="PerDay">On one day of the program's zone.</param>
public readonly record struct AwardLimits(int? PerCustomer, int? PerDay)
{
    public const int Max = 1_000_000;

    /// <summary>Whether there is room for one more.</summary>
    public bool Allow(long everGiven, long givenThatDay) =>
        !(everGiven >= PerCustomer) && !(givenThatDay >= PerDay);
}

/// <summary>Points for becoming a member: for the first profile.</summary>
public sealed record SignUpRule(long Points);

/// <summary>On which day those who were born on 29 February keep their birthday in a common year.</summary>
public enum LeapDay
{
    February28,
    March1,
}

public sealed record BirthdayRule(long Points, LeapDay LeapDay);

/// <param name="MinCommentCharacters">Unicode code points, without blanks around them.</param>
public sealed record ReviewRule(long Points, int MinCommentCharacters, AwardLimits Limits)
{
    public const int CommentCharactersMax = 5_000;
}

/// <summary>Points for an event that the shop names.</summary>
public sealed record EventRule(long Points, AwardLimits Limits);

/// <param name="ReferrerPoints">0: nothing for this side.</param>
/// <param name="RefereePoints">0: nothing for this side.</param>
/// <param name="MinimumPurchase">
/// Minor units paid for goods, net of refunds; a currency that is not listed has no minimum.
/// </param>
/// <param name="KeptDays">Whole days after the day of the purchase in which it must not come back.</param>
/// <param name="ValidDays">Whole days after the day of the referral in which the referee has to buy.</param>
/// <param name="MaxPerReferrer">Referrals that are rewarded; null is no limit.</param>
public sealed record ReferralRule(
    long ReferrerPoints,
    long RefereePoints,
    FrozenDictionary<Currency, long> MinimumPurchase,
    int KeptDays,
    int ValidDays,
    int? MaxPerReferrer,
    int CodeLength)
{
    public const int KeptDaysDefault = 14;
    public const int ValidDaysDefault = 90;
    public const int DaysMax = 3_650;
    public const int CodeLengthMin = 6;
    public const int CodeLengthMax = 16;
    public const int CodeLengthDefault = 8;
    public const long MinimumPurchaseMax = 1_000_000_000_000;
}

/// <summary>What a program gives beside purchases; null is nothing.</summary>
/// <param name="Events">By the event's type.</param>
public sealed record AwardRules(
    SignUpRule? SignUp,
    BirthdayRule? Birthday,
    ReviewRule? Review,
    ReferralRule? Referral,
    FrozenDictionary<string, EventRule> Events)
{
    public const long PointsMax = 1_000_000;
    public const int EventsMax = 100;
    public const int EventCharactersMax = 40;
}

/// <summary>How far one person alone may change a balance.</summary>
/// <param name="FourEyesAbove">Points, either way, above which another key has to approve.</param>
/// <param name="Max">The most points of one adjustment, either way.</param>
public sealed record AdjustmentRules(long FourEyesAbove, long Max)
{
    public const long PointsMax = 1_000_000_000;

    /// <summary>Of a program that says nothing.</summary>
    public static AdjustmentRules Default { get; } = new(FourEyesAbove: 1_000, Max: 1_000_000);
}
