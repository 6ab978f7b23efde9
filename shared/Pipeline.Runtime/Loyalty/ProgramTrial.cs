using Pipeline.Domain;
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
                {
                    var customer = document.Key.Partition;
                    var entries = await LedgerHistory.LoadAsync(store, new CustomerId(customer), token);
                    var replay = replayer.Replay(entries);
                    tally.Add(
                        customer, replayer.BalanceAt(entries, counted).Total,
                        replayer.BalanceAt(replay.Entries, counted).Total, replay);
                }

                progress?.Report(tally.Customers);
                cursor = page.Cursor;
            }
            while (cursor is not null);
        });
        return tally.Report(programs.InEffectAt(clock.GetUtcNow()));

        DateTimeOffset? EndOf(DateOnly? day) =>
            day is { } known && known < DateOnly.MaxValue ? trial.StartOfDay(known.AddDays(1)) : null;
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
