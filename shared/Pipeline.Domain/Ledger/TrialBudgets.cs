namespace Pipeline.Domain;

/// <summary>
/// The budgets of a program on trial, one allowance for each campaign. Two rounds over all customers make them exact, whatever
/// the order in which customers are told: the first notes what every purchase wants, <see cref="Settle"/> shares the budgets
/// out, and the second gives each purchase its share.
/// </summary>
/// <remarks>
/// Who had points of the campaign in the past comes first, then who had some of them cut by its budget, then all others; among
/// these, by the instant of recording. Under the rules that awarded a purchase, what their budget cut stays cut: so the same
/// program gives what it gave, though which purchase drew first is not recorded to the millisecond.
/// </remarks>
public sealed class TrialBudgets
{
    private readonly Lock noting = new();
    private readonly Dictionary<string, long> budgets;
    private readonly Dictionary<Draw, (Rank Rank, long Wanted)> noted = [];
    private readonly Dictionary<Draw, long> granted = [];
    private bool isSettled;

    public TrialBudgets(LoyaltyProgram trial) => budgets = trial.Campaigns
        .Where(static campaign => campaign.Caps.Budget is not null)
        .ToDictionary(static campaign => campaign.Id, static campaign => campaign.Caps.Budget!.Value, StringComparer.Ordinal);

    /// <summary>Whether a first round is needed.</summary>
    public bool IsNeeded => budgets.Count > 0;

    /// <summary>What the budget let a purchase have in the past; null: it cut nothing.</summary>
    internal static long? CutOf(Fact.Purchased bought, string campaign)
    {
        foreach (var part in bought.Awards)
            if (part.Campaign == campaign)
                return part.Cap is { By: CapKind.Budget, To: var cut } ? cut : null;
        return null;
    }

    /// <summary>What a purchase outside of the time that is tried had, is gone from the budget.</summary>
    internal void Keep(Fact.Purchased bought)
    {
        if (isSettled || budgets.Count == 0)
            return;
        lock (noting)
            foreach (var part in bought.Awards)
                if (part.Campaign is { } campaign && budgets.TryGetValue(campaign, out var left))
                    budgets[campaign] = Math.Max(0, left - part.Points);
    }

    /// <param name="isOfSameRules">Whether the purchase was awarded by the program that is tried.</param>
    internal long Grant(string customer, Entry was, WantedPoints wanted, bool isOfSameRules)
    {
        var draw = new Draw(wanted.Campaign, customer, was.Sequence);
        if (isSettled)
            return Math.Min(wanted.Points, granted.GetValueOrDefault(draw));
        var bought = (Fact.Purchased)was.Fact;
        var cut = CutOf(bought, wanted.Campaign);
        var points = isOfSameRules && cut is { } kept ? Math.Min(wanted.Points, kept) : wanted.Points;
        var turn = cut is not null ? 1 : bought.Awards.Any(part => part.Campaign == wanted.Campaign) ? 0 : 2;
        lock (noting)
            noted[draw] = (new Rank(turn, was.RecordedAt, customer, was.Sequence), points);
        return points;
    }

    public void Settle()
    {
        foreach (var (draw, (_, wanted)) in noted.OrderBy(static one => one.Value.Rank))
        {
            var share = Math.Min(wanted, budgets[draw.Campaign]);
            budgets[draw.Campaign] -= share;
            granted[draw] = share;
        }

        noted.Clear();
        isSettled = true;
    }

    private readonly record struct Draw(string Campaign, string Customer, long Sequence);

    private readonly record struct Rank(int Turn, DateTimeOffset RecordedAt, string Customer, long Sequence) : IComparable<Rank>
    {
        public int CompareTo(Rank other)
        {
            var order = Turn.CompareTo(other.Turn);
            if (order == 0)
                order = RecordedAt.CompareTo(other.RecordedAt);
            if (order == 0)
                order = string.CompareOrdinal(Customer, other.Customer);
            return order != 0 ? order : Sequence.CompareTo(other.Sequence);
        }
    }
}
