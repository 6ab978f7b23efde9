using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty;

/// <summary>Adds up what a trial finds; many may add at once.</summary>
/// <param name="from">Purchases before it are not of the time that is replayed.</param>
internal sealed class TrialTally(LoyaltyProgram trial, DateTimeOffset from, DateTimeOffset to)
{
    private readonly Lock adding = new();
    private readonly SortedDictionary<DateOnly, BeforeAfter> byDay = [];
    private readonly SortedDictionary<string, BeforeAfter> byRule = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? From, string? To), int> levels = [];
    private readonly SortedSet<Currency> currencies = [];
    private readonly Extremes winners = new(ProgramTrial.ExtremesMax, sign: 1);
    private readonly Extremes losers = new(ProgramTrial.ExtremesMax, sign: -1);
    private BeforeAfter awarded, outstanding;
    private int customers, touched;
    private long purchases, changed, refused;
    private decimal notRedeemed;

    public int Customers => customers;

    /// <param name="was">The customer's outstanding points.</param>
    /// <param name="would">What they would be.</param>
    public void Add(string customer, long was, long would, LedgerReplay replay)
    {
        lock (adding)
        {
            customers++;
            refused += replay.Refused;
            notRedeemed += replay.NotRedeemed;
            var mine = default(BeforeAfter);
            foreach (var purchase in replay.Purchases)
                if (from <= purchase.At && purchase.At < to)
                    mine = Add(mine, purchase);
            awarded = awarded.Plus(mine.Before, mine.After);
            outstanding = outstanding.Plus(was, would);
            if (was == would && mine.Difference == 0)
                return;
            touched++;
            var difference = new CustomerDifference(customer, mine.Before, mine.After);
            winners.Add(difference);
            losers.Add(difference);
        }
    }

    /// <param name="was">The customer's level; null: there are no tiers.</param>
    public void AddLevel(string? was, string? would)
    {
        lock (adding)
            levels[(was, would)] = levels.GetValueOrDefault((was, would)) + 1;
    }

    /// <param name="inEffect">The program by which points are worth something now.</param>
    /// <param name="counted">The program whose levels customers have where they are counted.</param>
    public ProgramTrialReport Report(LoyaltyProgram inEffect, LoyaltyProgram counted) => new(
        customers, touched, purchases, changed, awarded, outstanding, refused, notRedeemed,
        currencies.ToDictionary(
            static currency => currency.Code,
            currency => new BeforeAfter(
                Worth(inEffect, currency, outstanding.Before), Worth(trial, currency, outstanding.After))),
        byDay, byRule, ByTier(counted), Moves(counted), winners.Found, losers.Found);

    private List<(string Level, BeforeAfter Customers)> ByTier(LoyaltyProgram counted) =>
    [
        .. Names(trial).Union(Names(counted)).Select(level => (level, new BeforeAfter(
            levels.Where(one => one.Key.From == level).Sum(static one => one.Value),
            levels.Where(one => one.Key.To == level).Sum(static one => one.Value)))),
    ];

    /// <summary>From the lowest level up, whoever goes where.</summary>
    private List<TierMove> Moves(LoyaltyProgram counted)
    {
        var (from, to) = (Names(counted), Names(trial));
        return
        [
            .. levels.Where(static one => one.Key.From != one.Key.To)
                .OrderBy(one => from.IndexOf(one.Key.From!)).ThenBy(one => to.IndexOf(one.Key.To!))
                .Select(static one => new TierMove(one.Key.From, one.Key.To, one.Value)),
        ];
    }

    private static List<string> Names(LoyaltyProgram program) =>
        [.. program.Tiers?.Levels.Select(static level => level.Name) ?? []];

    private BeforeAfter Add(BeforeAfter mine, ReplayedPurchase purchase)
    {
        var (before, after) = (purchase.Before, purchase.After);
        purchases++;
        changed += before.Points == after.Points ? 0 : 1;
        currencies.Add(before.Terms.Currency);
        var day = trial.DayOf(purchase.At);
        byDay[day] = byDay.GetValueOrDefault(day).Plus(before.Points, after.Points);
        foreach (var part in before.Awards)
            byRule[part.Rule] = byRule.GetValueOrDefault(part.Rule).Plus(part.Points, 0);
        foreach (var part in after.Awards)
            byRule[part.Rule] = byRule.GetValueOrDefault(part.Rule).Plus(0, part.Points);
        return mine.Plus(before.Points, after.Points);
    }

    /// <summary>Rounded down; what is owed is worth nothing.</summary>
    private static decimal Worth(LoyaltyProgram program, Currency currency, decimal points) =>
        points <= 0 || program.Redemption.Value.For(currency) is not { } value
            ? 0
            : Math.Floor(points * value.MinorUnits / value.Points);

    /// <summary>Those whose points change most in one direction.</summary>
    private sealed class Extremes(int most, int sign)
    {
        private readonly SortedSet<CustomerDifference> found = new(Comparer<CustomerDifference>.Create((a, b) =>
        {
            var bySize = (sign * b.Difference).CompareTo(sign * a.Difference);
            return bySize != 0 ? bySize : string.CompareOrdinal(a.Customer, b.Customer);
        }));

        public IReadOnlyList<CustomerDifference> Found => [.. found];

        public void Add(CustomerDifference difference)
        {
            if (sign * difference.Difference <= 0)
                return;
            found.Add(difference);
            if (found.Count > most)
                found.Remove(found.Max);
        }
    }
}
