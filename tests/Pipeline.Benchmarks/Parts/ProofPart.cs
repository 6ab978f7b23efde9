using System.Diagnostics;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Sqlite;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// Proves the chains of a million entries that the product's own decisions wrote, from the disk's engine; and, for comparison,
/// the ledgers whole, with every sum folded again.
/// </summary>
internal sealed class ProofPart : IPart
{
    private const int EntriesPerCustomer = 25;
    private const int WritersAtOnce = 512;

    public string Name => "proof";

    public string Title => "Proof: the chains of hashes over all entries";

    public async Task RunAsync(Bench bench)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        var customers = settings.ProofEntries / EntriesPerCustomer;
        var entries = (long)customers * EntriesPerCustomer;
        var folder = bench.Folder("proof");
        var start = Stopwatch.GetTimestamp();
        await StoreAsync(folder, customers, bench);
        report.Note(
            $"{Report.Text(entries)} entries of {Report.Text(customers)} customers, decided and stored in "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");

        await using var engine = SqliteEngine.OpenReadOnly(folder);
        var audit = new LedgerAudit(engine.Documents, Programs, bench.Time);
        // One round more than counts: the first compiles.
        List<double> seconds = [];
        for (var round = 0; round <= settings.Rounds; round++)
            seconds.Add(await ProveAsync(audit, entries, chainsOnly: true));
        report.Note($"the ledgers whole: {await ProveAsync(audit, entries, chainsOnly: false):F1} s");
        report.Add(new Finding(
            $"proof: the chains of {Report.Text(entries)} entries", "s", seconds[1..], 5, 2.5, IsLowerBetter: true));
    }

    private static FixedPrograms Programs => new(new ProgramHistory([LoyaltyProgram.Default]));

    private static async Task<double> ProveAsync(LedgerAudit audit, long entries, bool chainsOnly)
    {
        var start = Stopwatch.GetTimestamp();
        var found = await audit.RunAsync(null, CancellationToken.None, chainsOnly);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (found.Failure is not null || found.Entries != entries)
            throw new InvalidOperationException($"Of {entries} entries {found} was proven.");
        return seconds;
    }

    private static async Task StoreAsync(string folder, int customers, Bench bench)
    {
        await using var engine = SqliteEngine.Open(new SqliteOptions { Folder = folder }, bench.Time);
        var coordinator = new LedgerCoordinator(engine.Documents, Programs);
        var together = new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce };
        await Parallel.ForAsync(0, customers, together, async (customer, token) =>
            await coordinator.DecideAsync(
                new CustomerId(Purchases.CustomerId(customer)), CommandsOf(customer, bench.BaseInstant), token));
        await engine.FlushAsync();
    }

    private static List<LedgerCommand> CommandsOf(int customer, DateTimeOffset from)
    {
        var commands = new List<LedgerCommand>(EntriesPerCustomer);
        for (var i = 0; i < EntriesPerCustomer; i++)
        {
            var number = ((long)customer * EntriesPerCustomer) + i;
            var at = DateTimeOffset.FromUnixTimeMilliseconds(from.AddDays(i - EntriesPerCustomer).ToUnixTimeMilliseconds());
            commands.Add(new LedgerCommand.Purchase(
                new PurchaseId(Purchases.PurchaseId(number)), BasketOf(number), null, at, at, Purchases.PurchaseId(number)));
        }

        return commands;
    }

    private static PricedBasket BasketOf(long number)
    {
        _ = Currency.TryParse("GBP", out var pounds);
        var lines = Purchases.LinesOf((int)(Population.Mix((ulong)number) % Purchases.Variants));
        var basket = new Basket(
            pounds, "web",
            [.. lines.Select(static line => new BasketLine(line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice))],
            0, 395, 0);
        _ = Pricing.TryPrice(basket, out var priced);
        return priced!;
    }
}
