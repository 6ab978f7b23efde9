namespace Pipeline.Domain;

public static partial class Ledger
{
    /// <summary>
    /// Points that paid for a reward return to their own lots, as those that paid for a returned purchase do. Which lots
    /// that were, and what they have paid since, only the history tells.
    /// </summary>
    private static Decision Restore(LedgerView view, LedgerCommand.Restore command, ProgramHistory programs)
    {
        if (view.HoldEntries is not { } entries)
            return new Decision.Needs(Missing.HoldEntries);
        if (entries.Capture is not { Fact: Fact.Captured captured } capture)
            return new Decision.Rejected(entries.Hold is null ? Reason.UnknownHold : Reason.HoldExpired);
        var at = RefundBook.Later(command.At, capture.OccurredAt);
        var fact = new Fact.Restored(command.Id, captured.Points - captured.Shortfall, captured.ProgramVersion);
        var entry = Draft(
            view.Account, EntryIds.Restoration(command.Id), command, command.Id.Reference,
            $"{fact.Points} points of a cancelled reward returned", fact) with
        {
            OccurredAt = at,
        };
        var order = FactOrder.Refund(at);
        return Book(view, entry, programs, inPlace: false,
            books => History.Restore(books, order, fact, at, programs));
    }
}
