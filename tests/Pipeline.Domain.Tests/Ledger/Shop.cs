namespace Pipeline.Domain.Tests;

/// <summary>
/// One customer's ledger in memory: it loads, decides and commits as the runtime does, and answers what a decision
/// asks for from its own store. Nothing here knows a rule.
/// </summary>
internal sealed class Shop(params LoyaltyProgram[] programs)
{
    private const int RoundsMax = 5;

    private readonly Dictionary<string, Entry> entries = [];
    private readonly Dictionary<PurchaseId, RefundBook> books = [];

    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ProgramHistory Programs { get; set; } = new(programs.Length == 0 ? [LoyaltyProgram.Default] : programs);

    public DateTimeOffset Now { get; set; } = Start;

    public Account Account { get; private set; } = Account.New;

    /// <summary>As they were committed.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>How many decisions had to ask for the history.</summary>
    public int HistoriesRead { get; private set; }

    public IReadOnlyDictionary<PurchaseId, RefundBook> Books => books;

    public Balance Balance => Account.BalanceAt(Now);

    /// <summary>Spendable, pending, held and deficit now.</summary>
    public (long Spendable, long Pending, long Held, long Deficit) Points =>
        (Balance.Spendable, Balance.Pending, Balance.Held, Balance.Deficit);

    public static DateTimeOffset Day(int day, int hour = 0, int minute = 0) =>
        Start.AddDays(day).AddHours(hour).AddMinutes(minute);

    public Entry Entry(string id) => entries[id];

    public bool Has(string id) => entries.ContainsKey(id);

    public RefundRecord Refund(string purchase, string refund) =>
        books[new PurchaseId(purchase)].Find(new RefundId(refund))!;

    public RefundOutcome Outcome(string purchase, string refund) => Refund(purchase, refund).Outcome;

    /// <summary>The open lots as <c>id:points</c>, in burn order.</summary>
    public string Lots => string.Join(" ", Account.Lots.Select(lot => $"{lot.Id}:{lot.Points}"));

    /// <summary>Decides and commits; the answer is the last decision.</summary>
    /// <param name="looksFirst">Whether the natural key is looked up before the first decision.</param>
    public Decision Send(LedgerCommand command, bool looksFirst = false)
    {
        var view = View(command, looksFirst ? KeyOf(command) : null);
        for (var round = 0; round < RoundsMax; round++)
        {
            var decision = Ledger.Decide(view, command, Programs);
            switch (decision)
            {
                case Decision.Needs needs:
                    Assert.True(Brings(needs.What, view), $"{needs.What} was asked for twice");
                    view = With(view, needs.What, command);
                    break;
                case Decision.Accepted accepted when accepted.Entries is [var first, ..] && Has(first.Id):
                    view = View(command, first.Id);
                    break;
                case Decision.Accepted accepted:
                    Commit(accepted);
                    return accepted;
                default:
                    return decision;
            }
        }

        throw new InvalidOperationException($"No decision on {command} after {RoundsMax} rounds.");
    }

    private static string? KeyOf(LedgerCommand command) => command switch
    {
        LedgerCommand.Purchase c => EntryIds.Purchase(c.Id.Value),
        LedgerCommand.Refund c => EntryIds.Refund(c.Id.Value),
        LedgerCommand.PlaceHold c => EntryIds.Hold(c.Id),
        LedgerCommand.Capture c => EntryIds.Capture(c.Id),
        LedgerCommand.Release c => EntryIds.Release(c.Id),
        LedgerCommand.Restore c => EntryIds.Restoration(c.Id),
        LedgerCommand.Grant c => EntryIds.Grant(c.Id),
        LedgerCommand.Deduct c => EntryIds.Deduction(c.Id),
        _ => null,
    };

    private LedgerView View(LedgerCommand command, string? key)
    {
        var view = new LedgerView(Account) { Existing = key is null ? null : entries.GetValueOrDefault(key) };
        return command is not LedgerCommand.Refund refund ? view : view with
        {
            Purchase = entries.GetValueOrDefault(EntryIds.Purchase(refund.Of.Value)),
            Refunds = books.GetValueOrDefault(refund.Of),
        };
    }

    private static bool Brings(Missing what, LedgerView view) =>
        (what.HasFlag(Missing.HoldEntries) && view.HoldEntries is null)
        || (what.HasFlag(Missing.History) && view.History is null);

    private LedgerView With(LedgerView view, Missing what, LedgerCommand command)
    {
        if (what.HasFlag(Missing.History))
        {
            HistoriesRead++;
            view = view with { History = [.. Entries] };
        }

        return what.HasFlag(Missing.HoldEntries) ? view with { HoldEntries = HoldEntriesOf(HoldOf(command)) } : view;
    }

    private static HoldId HoldOf(LedgerCommand command) => command switch
    {
        LedgerCommand.Purchase { Hold: { } hold } => hold,
        LedgerCommand.PlaceHold c => c.Id,
        LedgerCommand.Capture c => c.Id,
        LedgerCommand.Release c => c.Id,
        LedgerCommand.Restore c => c.Id,
        _ => throw new InvalidOperationException($"{command.GetType().Name} has no hold."),
    };

    private HoldEntries HoldEntriesOf(HoldId hold) => new(
        entries.GetValueOrDefault(EntryIds.Hold(hold)),
        entries.GetValueOrDefault(EntryIds.Capture(hold)),
        entries.GetValueOrDefault(EntryIds.Release(hold)));

    private void Commit(Decision.Accepted accepted)
    {
        foreach (var entry in accepted.Entries)
        {
            entries.Add(entry.Id, entry);
            Entries.Add(entry);
        }

        Account = accepted.Account;
        if (accepted.Refunds is { } book)
            books[book.Purchase] = book;
    }
}
