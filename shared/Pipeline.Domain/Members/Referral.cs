namespace Pipeline.Domain;

public enum ReferralStatus
{
    /// <summary>The referee has yet to buy, or the purchase has yet to be kept.</summary>
    Pending,

    /// <summary>It is decided that both sides are rewarded; not both are yet.</summary>
    Rewarding,
    Rewarded,
    Refused,
}

/// <summary>Why a referral ended without a reward, or was not taken at all.</summary>
public enum ReferralRefusal
{
    /// <summary>Both are the same customer, or seem to be the same person.</summary>
    SamePerson,

    /// <summary>The referee has, over others or not, referred the referrer.</summary>
    Cycle,

    /// <summary>The referee was a customer already: the first purchase was on a day before the referral.</summary>
    BoughtBefore,

    /// <summary>The referee did not buy in time.</summary>
    NotBought,

    /// <summary>What is kept of the first purchase is below the minimum.</summary>
    BelowMinimum,

    /// <summary>All of the first purchase came back.</summary>
    Returned,

    /// <summary>The referrer has had as many rewards as the program gives.</summary>
    ReferrerLimit,
}

/// <summary>One customer brought another. A referee has one referral, for ever.</summary>
/// <param name="ProgramVersion">Whose rule holds for it, whatever comes later.</param>
/// <param name="Refusal">Of one that is refused.</param>
/// <param name="DecidedAt">When it was rewarded or refused.</param>
public sealed record Referral(
    CustomerId Referee,
    CustomerId Referrer,
    string Code,
    DateTimeOffset At,
    int ProgramVersion,
    ReferralStatus Status = ReferralStatus.Pending,
    ReferralRefusal? Refusal = null,
    DateTimeOffset? DecidedAt = null)
{
    /// <summary>A referral that is refused leaves no tie between the two.</summary>
    public bool Binds => Status != ReferralStatus.Refused;
}

/// <summary>The referee's first purchase, and what has come back of it.</summary>
/// <param name="Net">Minor units paid for goods.</param>
/// <param name="Returned">Minor units of them that were refunded.</param>
public readonly record struct FirstPurchase(
    DateTimeOffset At, Currency Currency, long Net, long Returned, bool IsWhollyReturned);

/// <summary>What follows for a pending referral.</summary>
public abstract record ReferralStep
{
    private ReferralStep()
    {
    }

    /// <param name="Until">Nothing can follow from time alone before this instant.</param>
    public sealed record Wait(DateTimeOffset Until) : ReferralStep;

    public sealed record Reward : ReferralStep;

    public sealed record Refuse(ReferralRefusal Why) : ReferralStep;
}

/// <summary>Decides a referral from what is known of the referee's first purchase.</summary>
public static class ReferralDecider
{
    /// <summary>The end of the time in which the referee has to buy.</summary>
    public static DateTimeOffset BuyBefore(ReferralRule rule, ZoneCalendar zone, DateTimeOffset madeAt) =>
        zone.StartOfDay(zone.DayOf(madeAt).AddDays(rule.ValidDays + 1));

    /// <param name="first">Null: has not bought.</param>
    public static ReferralStep Decide(
        ReferralRule rule, ZoneCalendar zone, DateTimeOffset madeAt, FirstPurchase? first, DateTimeOffset now)
    {
        var end = BuyBefore(rule, zone, madeAt);
        if (first is not { } bought)
            return now < end ? new ReferralStep.Wait(end) : new ReferralStep.Refuse(ReferralRefusal.NotBought);
        // By days: the clock of a till may be a little behind ours, or tell when a basket was begun.
        if (zone.DayOf(bought.At) < zone.DayOf(madeAt))
            return new ReferralStep.Refuse(ReferralRefusal.BoughtBefore);
        if (bought.At >= end)
            return new ReferralStep.Refuse(ReferralRefusal.NotBought);
        if (bought.IsWhollyReturned)
            return new ReferralStep.Refuse(ReferralRefusal.Returned);
        if (rule.MinimumPurchase.TryGetValue(bought.Currency, out var minimum) && bought.Net - bought.Returned < minimum)
            return new ReferralStep.Refuse(ReferralRefusal.BelowMinimum);
        var kept = zone.StartOfDay(zone.DayOf(bought.At).AddDays(rule.KeptDays + 1));
        return now < kept ? new ReferralStep.Wait(kept) : new ReferralStep.Reward();
    }
}
