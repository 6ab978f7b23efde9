using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>A sum as it was and as it would be.</summary>
public readonly record struct BeforeAfter(decimal Before, decimal After)
{
    public decimal Difference => After - Before;

    public BeforeAfter Plus(decimal before, decimal after) => new(Before + before, After + after);
}

/// <summary>What a customer was awarded in the time that was replayed, and would be.</summary>
public readonly record struct CustomerDifference(string Customer, decimal Before, decimal After)
{
    public decimal Difference => After - Before;
}

/// <param name="From">Null: the program of the time has no tiers.</param>
/// <param name="To">Null: the tried program has no tiers.</param>
public sealed record TierMove(string? From, string? To, int Customers);

/// <summary>What another program would have made of the purchases.</summary>
/// <param name="Customers">Whose ledgers were told again.</param>
/// <param name="CustomersTouched">Who would have other points, or were awarded other points.</param>
/// <param name="Purchases">In the time that was replayed.</param>
/// <param name="Awarded">Points that these purchases earned.</param>
/// <param name="Outstanding">All points of all customers at an instant, less what is owed.</param>
/// <param name="Refused">Holds, captures and other facts that the other program would not have taken.</param>
/// <param name="NotRedeemed">Points that were redeemed and could not have been.</param>
/// <param name="Liability">What the outstanding points are worth, in minor units of each currency in which was bought.</param>
/// <param name="ByDay">Points by the day on which the purchase counts, in the program's zone.</param>
/// <param name="ByRule">Points by the rule that gave them.</param>
/// <param name="ByTier">Customers in each level, by the program of each side; the tried program's first. Empty: neither has tiers.</param>
/// <param name="TierMoves">Customers who would be in another level.</param>
public sealed record ProgramTrialReport(
    int Customers,
    int CustomersTouched,
    long Purchases,
    long PurchasesChanged,
    BeforeAfter Awarded,
    BeforeAfter Outstanding,
    long Refused,
    decimal NotRedeemed,
    IReadOnlyDictionary<string, BeforeAfter> Liability,
    IReadOnlyDictionary<DateOnly, BeforeAfter> ByDay,
    IReadOnlyDictionary<string, BeforeAfter> ByRule,
    IReadOnlyList<(string Level, BeforeAfter Customers)> ByTier,
    IReadOnlyList<TierMove> TierMoves,
    IReadOnlyList<CustomerDifference> Winners,
    IReadOnlyList<CustomerDifference> Losers);

/// <summary>
/// Tries a program on the stored purchases: what it would have awarded beside what was awarded. It only reads, one customer at a
/// time, shards side by side.
/// </summary>
public sealed class ProgramTrial(IDocumentStore store, ProgramHistory programs, TimeProvider clock)
{
    public const int ExtremesMax = 10;
    private const int PageCustomers = 200;

    /// <param name="from">The first day of purchases that are awarded anew, in the program's zone; null: all.</param>
    /// <param name="to">The last day.</param>
    /// <param name="asOf">At the end of which day the outstanding points are counted; null: now.</param>
    public async ValueTask<ProgramTrialReport> RunAsync(
        LoyaltyProgram program, DateOnly? from, DateOnly? to, DateOnly? asOf, IProgress<long>? progress,
        CancellationToken cancellation)
    {
        var trial = Numbered(program);
        var first = from is { } start ? trial.StartOfDay(start) : DateTimeOffset.MinValue;
        var end = EndOf(to) ?? DateTimeOffset.MaxValue;
        var counted = EndOf(asOf)?.AddMilliseconds(-1) ?? clock.GetUtcNow();
        var tally = new TrialTally(trial, first, end);
        var replayer = new LedgerReplayer(programs, trial, first, end);
        var budgets = new TrialBudgets(trial);
        if (budgets.IsNeeded)
        {
            await EachAsync(
                trial, (customer, entries) => replayer.Replay(entries, customer, budgets), static () => { }, cancellation);
            budgets.Settle();
        }

        var hasTiers = trial.Tiers is not null || programs.InEffectAt(counted).Tiers is not null;
        await EachAsync(
            trial,
            (customer, entries) =>
            {
                var replay = replayer.Replay(entries, customer, budgets);
                tally.Add(
                    customer.Id, replayer.BalanceAt(entries, counted).Total,
                    replayer.BalanceAt(replay.Entries, counted).Total, replay);
                if (hasTiers)
                    tally.AddLevel(replayer.LevelWas(entries, counted)?.Name, replayer.LevelWouldBe(replay.Entries, counted)?.Name);
            },
            () => progress?.Report(tally.Customers), cancellation);
        return tally.Report(programs.InEffectAt(clock.GetUtcNow()), programs.InEffectAt(counted));

        DateTimeOffset? EndOf(DateOnly? day) =>
            day is { } known && known < DateOnly.MaxValue ? trial.StartOfDay(known.AddDays(1)) : null;
    }

    /// <param name="each">Called for many customers at once.</param>
    private async ValueTask EachAsync(
        LoyaltyProgram trial, Action<ReplayedCustomer, ImmutableArray<Entry>> each, Action paged, CancellationToken cancellation)
    {
        var sideBySide = new ParallelOptions
        {
            CancellationToken = cancellation,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        await Parallel.ForAsync(0, store.ShardCount, sideBySide, async (shard, token) =>
        {
            string? cursor = null;
            do
            {
                var page = await store.ScanAsync(new ScanQuery(shard, LedgerKinds.Account, PageCustomers, cursor), token);
                foreach (var document in page.Documents)
                    each(
                        await CustomerAsync(document, trial, token),
                        await LedgerHistory.LoadAsync(store, new CustomerId(document.Key.Partition), token));
                paged();
                cursor = page.Cursor;
            }
            while (cursor is not null);
        });
    }

    private async ValueTask<ReplayedCustomer> CustomerAsync(
        Document account, LoyaltyProgram trial, CancellationToken cancellation)
    {
        var customer = new CustomerId(account.Key.Partition);
        return new ReplayedCustomer(
            customer.Value,
            Asks(static when => when.BirthdayMonth) ? LedgerMapping.ReadAccount(account.Body).Profile?.Birthday : null,
            Asks(static when => when.NeedsStanding)
                ? await CustomerCampaigns.StandingAsync(store, customer, cancellation)
                : CampaignStanding.Unknown);

        bool Asks(Func<CampaignConditions, bool> condition) =>
            trial.Campaigns.Any(campaign => condition(campaign.When))
            || programs.Versions.Any(version => version.Program.Campaigns.Any(campaign => condition(campaign.When)));
    }

    /// <summary>Rules that are stored keep their number; others get one that no purchase was awarded by.</summary>
    private LoyaltyProgram Numbered(LoyaltyProgram program)
    {
        foreach (var version in programs.Versions)
            if (version.Program.Equals(program))
                return version.Program;
        return program with { Version = programs.Latest.Program.Version + 1 };
    }
}
