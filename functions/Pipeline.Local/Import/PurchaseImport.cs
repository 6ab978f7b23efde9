using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Import;

/// <summary>
/// Brings a shop's past into the ledger, by the ledger's own decisions: a customer's purchases and refunds in the order
/// of time, several customers at once. Repeating it changes nothing.
/// </summary>
internal sealed class PurchaseImport(LedgerCoordinator coordinator, IProgramSource programs, TimeProvider time)
{
    private const int CustomersInFlightMax = 64;
    private const int CommandsPerBatchMax = 100;

    private readonly Lock tallyLock = new();
    private readonly List<RefusedRow> refused = [];
    private ImportTally tally = ImportTally.None;

    /// <param name="reading">Told the bytes read so far.</param>
    /// <param name="applying">Told the customers done so far and in all.</param>
    public async Task<ImportResult> RunAsync(
        ImportFile file,
        Mapping mapping,
        Action<long> reading,
        Action<int, int> applying,
        CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var recordedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        var read = LineReader.Read(file, mapping, recordedAt.AddDays(1), reading);
        cancellation.ThrowIfCancellationRequested();
        refused.AddRange(read.Refused);
        var customers = ShopDocuments.Of(Accepted(read.Lines), mapping.Channel, refused);

        var done = 0;
        await Parallel.ForEachAsync(
            customers,
            new ParallelOptions { MaxDegreeOfParallelism = CustomersInFlightMax, CancellationToken = cancellation },
            async (customer, stop) =>
            {
                await ApplyAsync(customer, recordedAt, stop);
                applying(Interlocked.Increment(ref done), customers.Count);
            });

        refused.Sort(static (a, b) => a.Row.CompareTo(b.Row));
        if (tally.PurchaseLines + tally.RefundLines + read.Guests + refused.Count != read.Read)
            throw new InvalidOperationException("The lines of the file are not all accounted for.");
        return new ImportResult(read.Read, read.Guests, tally, refused);
    }

    /// <summary>The lines in a currency for which the program gives points; the others are refused.</summary>
    private List<OrderLine> Accepted(IReadOnlyList<OrderLine> lines)
    {
        var history = programs.Programs;
        var accepted = new List<OrderLine>(lines.Count);
        foreach (var line in lines)
            if (Earning.Accepts(history.InEffectAt(line.At), line.Currency))
                accepted.Add(line);
            else
                refused.Add(new RefusedRow(line.Row, Refusal.UnknownCurrency));
        return accepted;
    }

    private async ValueTask ApplyAsync(
        CustomerDocuments customer, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        var unfit = new List<RefusedRow>();
        var partly = (Lines: 0, Units: 0L);
        var matches = ReturnMatcher.Match(customer, unfit, ref partly);
        var plan = CustomerPlan.Of(customer, matches, recordedAt, unfit);
        var result = new CustomerTally();
        if (plan.Count > 0)
            result.CountCustomer();
        foreach (var batch in plan.Chunk(CommandsPerBatchMax))
        {
            var decisions = await coordinator.DecideAsync(
                new CustomerId(customer.Customer), Array.ConvertAll(batch, step => step.Command), cancellation);
            for (var i = 0; i < batch.Length; i++)
                result.Add(batch[i], decisions[i]);
        }

        result.Refuse(unfit);
        lock (tallyLock)
        {
            tally = tally.Plus(result.Total) with
            {
                PartlyMatchedLines = tally.PartlyMatchedLines + partly.Lines,
                UnmatchedUnits = tally.UnmatchedUnits + partly.Units,
            };
            refused.AddRange(result.Refused);
        }
    }

    /// <summary>What the ledger said of one customer, by line.</summary>
    private sealed class CustomerTally
    {
        private readonly HashSet<int> refundRows = [];
        private readonly Dictionary<int, string> refusedRows = [];

        /// <summary>The lines of returns may be in several refunds and are counted once, at the end.</summary>
        public ImportTally Total { get => field with { RefundLines = refundRows.Count }; private set; } = ImportTally.None;

        public IEnumerable<RefusedRow> Refused => refusedRows.Select(row => new RefusedRow(row.Key, row.Value));

        public void CountCustomer() => Total = Total with { Customers = 1 };

        public void Add(PlannedCommand step, Decision decision)
        {
            if (ReasonOf(step.Command, decision) is { } reason)
                Refuse(step.Rows.Where(row => !refundRows.Contains(row)).Select(row => new RefusedRow(row, reason)));
            else if (step.Command is LedgerCommand.Purchase)
                Total = Total.Plus(OfPurchase(decision)) with { PurchaseLines = Total.PurchaseLines + step.Rows.Length };
            else
                Apply(step, decision);
        }

        public void Refuse(IEnumerable<RefusedRow> rows)
        {
            foreach (var row in rows)
                if (!refundRows.Contains(row.Row))
                    refusedRows.TryAdd(row.Row, row.Reason);
        }

        private void Apply(PlannedCommand step, Decision decision)
        {
            Total = Total.Plus(OfRefund((LedgerCommand.Refund)step.Command, decision));
            foreach (var row in step.Rows)
            {
                refundRows.Add(row);
                refusedRows.Remove(row);
            }
        }

        private static ImportTally OfPurchase(Decision decision) => decision is Decision.Accepted accepted
            ? ImportTally.None with { Purchases = 1, PointsAwarded = ((Fact.Purchased)accepted.Entries[0].Fact).Points }
            : ImportTally.None with { PurchasesRepeated = 1 };

        private static ImportTally OfRefund(LedgerCommand.Refund refund, Decision decision) =>
            decision is Decision.Accepted accepted
                ? ImportTally.None with
                {
                    Refunds = 1,
                    PointsClawedBack =
                        (accepted.Refunds?.Find(refund.Id)?.Outcome as RefundOutcome.Applied)?.Points ?? 0,
                }
                : ImportTally.None with { RefundsRepeated = 1 };

        private static string? ReasonOf(LedgerCommand command, Decision decision) => decision switch
        {
            Decision.Rejected no => Words(no.Reason),
            Decision.Mismatched => Refusal.ContentDiffers,
            Decision.Accepted { Entries: [{ Fact: Fact.Purchased { Rejection: { } reason } }, ..] } => Words(reason),
            Decision.Repeated { Entry.Fact: Fact.Purchased { Rejection: { } reason } } => Words(reason),
            Decision.Accepted accepted when command is LedgerCommand.Refund refund
                && accepted.Refunds?.Find(refund.Id)?.Outcome is RefundOutcome.Rejected no => Words(no.Reason),
            _ => null,
        };

        private static string Words(Reason reason) => JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());
    }
}
