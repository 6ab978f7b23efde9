using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What a customer had of a campaign that has caps for each customer.</summary>
/// <param name="Days">The last days on which it gave, oldest first.</param>
/// <param name="DroppedThrough">
/// The last day (as <see cref="DateOnly.DayNumber"/>) that is no longer kept; 0: none is missing.
/// </param>
public sealed record CampaignUse(
    string Campaign, long Points, int Purchases, ImmutableArray<CampaignDay> Days, int DroppedThrough)
{
    public const int DaysKeptMax = 62;

    public static CampaignUse None(string campaign) => new(campaign, 0, 0, [], 0);

    /// <summary>What the caps leave of a day; of a day that is no longer kept, nothing, so that no cap is passed.</summary>
    public long Left(CampaignCaps caps, int day)
    {
        var left = caps.PerCustomer is { } all ? Math.Max(0, all - Points) : long.MaxValue;
        return caps.PerCustomerDay is { } daily ? Math.Min(left, Math.Max(0, daily - Of(day, daily))) : left;
    }

    public CampaignUse With(long points, int day)
    {
        var added = this with { Points = checked(Points + points), Purchases = Purchases + 1 };
        if (points == 0 || day <= DroppedThrough)
            return added;
        var at = 0;
        while (at < Days.Length && Days[at].Day < day)
            at++;
        var days = at < Days.Length && Days[at].Day == day
            ? Days.SetItem(at, Days[at] with { Points = checked(Days[at].Points + points) })
            : Days.Insert(at, new CampaignDay(day, points));
        return days.Length <= DaysKeptMax
            ? added with { Days = days }
            : added with { Days = days.RemoveAt(0), DroppedThrough = days[0].Day };
    }

    public bool Equals(CampaignUse? other) =>
        other is not null && Campaign == other.Campaign && Points == other.Points && Purchases == other.Purchases
        && DroppedThrough == other.DroppedThrough && Days.AsSpan().SequenceEqual(other.Days.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Campaign, Points, Purchases);

    private long Of(int day, long ifDropped)
    {
        if (day <= DroppedThrough)
            return ifDropped;
        foreach (var one in Days)
            if (one.Day == day)
                return one.Points;
        return 0;
    }

    /// <summary>
    /// What all campaigns gave a customer, counted from the ledger: the purchases in the order in which they were worked, each
    /// by the version of the program that worked it.
    /// </summary>
    public static IReadOnlyDictionary<string, CampaignUse> Recount(IEnumerable<Entry> entries, ProgramHistory programs)
    {
        var uses = new Dictionary<string, CampaignUse>(StringComparer.Ordinal);
        foreach (var entry in entries.OrderBy(static entry => entry.Sequence))
            if (entry.Fact is Fact.Purchased bought)
                Count(uses, bought, programs[bought.ProgramVersion], entry.OccurredAt);
        return uses;
    }

    /// <summary>Adds what one purchase had of the campaigns that count customers.</summary>
    public static void Count(
        IDictionary<string, CampaignUse> uses, Fact.Purchased bought, LoyaltyProgram program, DateTimeOffset occurredAt)
    {
        foreach (var part in bought.Awards)
        {
            if (part.Campaign is not { } id || program.FindCampaign(id) is not { Caps.CountsCustomers: true })
                continue;
            var use = uses.TryGetValue(id, out var known) ? known : None(id);
            uses[id] = use.With(part.Points, program.DayOf(occurredAt).DayNumber);
        }
    }
}

/// <param name="Day">As <see cref="DateOnly.DayNumber"/>, in the program's zone.</param>
public readonly record struct CampaignDay(int Day, long Points);
