using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// Decides what follows from a command: pure, total, and the same however often it is asked.
/// </summary>
/// <remarks>
/// Most commands come after everything that the account knows, and change it in place. One that comes late asks for
/// the history, is put where it belongs, and what followed it is folded again; its entry then holds the difference.
/// So any order of arrival ends in the same account.
/// </remarks>
public static partial class Ledger
{
    public const int WaitingPerPurchaseMax = 50;
    public const int WaitingMax = 500;
    public const int ExpiriesPerCommandMax = 50;

    public static Decision Decide(LedgerView view, LedgerCommand command, ProgramHistory programs)
    {
        // The caller need not have looked; but where the history is at hand, it answers.
        var known = view.Existing is null && view.History is { } history && KeyOf(command) is { } key
            ? Find(history, key)
            : view.Existing;
        if (known is not null)
            return Known(known, command.Fingerprint);
        if (view is { Account.Rhythm: null, History: { } entries })
            view = view with { Account = view.Account with { Flows = History.FlowsOf(entries) } };
        if (command is LedgerCommand.Purchase or LedgerCommand.Refund)
        {
            if (CountedFor(view, programs.InEffectAt(command.RecordedAt), programs) is not { } counted)
                return NeedHistory;
            view = counted;
        }

        try
        {
            return command switch
            {
                LedgerCommand.Purchase purchase => Purchase(view, purchase, programs),
                LedgerCommand.Refund refund => Refund(view, refund, programs),
                LedgerCommand.PlaceHold hold => PlaceHold(view, hold, programs),
                LedgerCommand.Capture capture => Capture(view, capture, programs),
                LedgerCommand.Release release => Release(view, release, programs),
                LedgerCommand.Restore restore => Restore(view, restore, programs),
                LedgerCommand.Grant grant => Grant(view, grant, programs),
                LedgerCommand.Deduct deduct => Deduct(view, deduct, programs),
                LedgerCommand.Expire expire => Expire(view.Account, expire),
                _ => throw new InvalidOperationException($"Unknown command {command.GetType().Name}."),
            };
        }
        catch (OverflowException)
        {
            return new Decision.Rejected(Reason.PointsOverflow);
        }
    }

    /// <summary>
    /// Whether a fact comes after all others that are known, so that it can be applied in place. What expired after
    /// the fact was still there for it; once that is written down, the account alone does not know.
    /// </summary>
    private static bool IsNewest(Account account, long order, DateTimeOffset at) =>
        at >= account.ExpiredThrough
        && (order > account.LatestThrough
            || (order == account.LatestThrough && order % 4 == FactOrder.CheckoutRank));

    /// <summary>
    /// The account with its count for tiers as the program wants it, which is counted anew where the program has come to want
    /// another; null where that needs the history.
    /// </summary>
    private static LedgerView? CountedFor(LedgerView view, LoyaltyProgram program, ProgramHistory programs)
    {
        var (account, wanted) = (view.Account, program.Tiers?.Shape);
        if (account.Tiers?.Shape == wanted)
            return view;
        var tiers = wanted is null ? null
            : account.Entries == 0 ? TierProgress.None(wanted)
            : view.History is { } entries ? History.TiersOf(entries, programs, wanted)
            : null;
        return wanted is not null && tiers is null ? null : view with { Account = account with { Tiers = tiers } };
    }

    private static Decision.Needs NeedHistory => new(Missing.History);

    private static Decision PlaceHold(LedgerView view, LedgerCommand.PlaceHold command, ProgramHistory programs)
    {
        if (view.HoldEntries?.Hold is { } existing)
            return Known(existing, command.Fingerprint);
        var decision = PlaceNewHold(view, command, programs);
        // A repeated hold may be refused because of itself: before a refusal its key is looked up.
        return decision is Decision.Rejected && view.HoldEntries is null
            ? new Decision.Needs(Missing.HoldEntries)
            : decision;
    }

    private static Decision PlaceNewHold(LedgerView view, LedgerCommand.PlaceHold command, ProgramHistory programs)
    {
        var account = view.Account;
        var at = command.At;
        if (CheckHold(account, command, programs.InEffectAt(at)) is { } refused)
            return new Decision.Rejected(refused);
        if (command.Points > account.BalanceAt(at).Spendable)
            return new Decision.Rejected(Reason.InsufficientPoints);

        var until = at.AddSeconds(command.LimitSeconds);
        var what = command.Reward is { } reward ? $" for reward {reward}" : "";
        var entry = Draft(
            account, EntryIds.Hold(command.Id), command, command.Id.Reference,
            $"{command.Points} points held{what} until {until:yyyy-MM-dd'T'HH:mm:ss'Z'}",
            new Fact.Held(command.Id, command.Points, until));
        var order = FactOrder.Checkout(at);
        var reserved = command.Points;
        var decision = Book(view, entry, programs, IsNewest(account, order, at),
            books => reserved = books.Place(order, command.Id, command.Points, at, until),
            folded => reserved = folded.Reserved[command.Id]);
        // Among facts of a later instant the points may be there now and not have been there then.
        return decision is Decision.Accepted && reserved < command.Points
            ? new Decision.Rejected(Reason.InsufficientPoints)
            : decision;
    }

    /// <summary>A reward has its own price and its own time; only how many holds may be open bounds both kinds.</summary>
    private static Reason? CheckHold(Account account, LedgerCommand.PlaceHold command, LoyaltyProgram program)
    {
        var open = 0;
        foreach (var hold in account.Holds)
            if (command.At < hold.Until)
                open++;
        if (command.Reward is not null)
            return open < program.Holds.OpenMax ? null : Reason.TooManyHolds;
        return Redemption.CheckHold(program, command.Points, open, command.LimitSeconds) switch
        {
            null => null,
            HoldProblem.BelowMinimum => Reason.HoldBelowMinimum,
            HoldProblem.NotAStep => Reason.HoldNotAStep,
            HoldProblem.AboveHoldLimit => Reason.HoldAboveLimit,
            HoldProblem.TooManyOpenHolds => Reason.TooManyHolds,
            HoldProblem.LastsTooLong => Reason.HoldTooLong,
            var other => throw new InvalidOperationException($"Unknown problem {other}."),
        };
    }

    private static Decision Capture(LedgerView view, LedgerCommand.Capture command, ProgramHistory programs)
    {
        if (FindOpen(view, command.Id, command.At) is not var (points, heldAt))
            return view.HoldEntries is { } entries ? Ended(entries, capturing: true) : new Decision.Needs(Missing.HoldEntries);
        command = new LedgerCommand.Capture(command.Id, RefundBook.Later(command.At, heldAt));
        var entry = Draft(
            view.Account, EntryIds.Capture(command.Id), command, command.Id.Reference,
            $"{points} points redeemed",
            new Fact.Captured(command.Id, points, null, programs.InEffectAt(command.At).Version, [], 0, 0));
        return Capture(view, entry, programs);
    }

    /// <summary>Books a capture and writes its receipt into the entry.</summary>
    private static Decision Capture(LedgerView view, Entry draft, ProgramHistory programs)
    {
        var captured = (Fact.Captured)draft.Fact;
        var receipt = default(Books.Receipt);
        var order = captured.Purchase is null
            ? FactOrder.Checkout(draft.OccurredAt)
            : FactOrder.PurchaseCapture(draft.OccurredAt);
        var decision = Book(view, draft, programs, IsNewest(view.Account, order, draft.OccurredAt),
            books => receipt = History.Capture(books, order, captured, draft.OccurredAt, programs),
            folded => receipt = folded.Receipts[captured.Hold]);
        if (decision is not Decision.Accepted accepted)
            return decision;
        var fact = captured with { Burned = receipt.Burned, Owed = receipt.Owed, Shortfall = receipt.Shortfall };
        return accepted with { Entries = accepted.Entries.SetItem(0, accepted.Entries[0] with { Fact = fact }) };
    }

    private static Decision Release(LedgerView view, LedgerCommand.Release command, ProgramHistory programs)
    {
        if (FindOpen(view, command.Id, command.At) is not var (points, heldAt))
            return view.HoldEntries is { } entries ? Ended(entries, capturing: false) : new Decision.Needs(Missing.HoldEntries);
        command = new LedgerCommand.Release(command.Id, RefundBook.Later(command.At, heldAt));
        var entry = Draft(
            view.Account, EntryIds.Release(command.Id), command, command.Id.Reference,
            $"{points} points released", new Fact.Released(command.Id));
        var order = FactOrder.Checkout(command.At);
        return Book(view, entry, programs, IsNewest(view.Account, order, command.At),
            books => books.Release(order, command.Id, command.At));
    }

    /// <summary>The hold is not open: the answer that was given before, or why it cannot be given.</summary>
    private static Decision Ended(HoldEntries entries, bool capturing) => entries switch
    {
        { Hold: null } => new Decision.Rejected(Reason.UnknownHold),
        { Capture: { } capture } when capturing => new Decision.Repeated(capture),
        { Release: { } release } when !capturing => new Decision.Repeated(release),
        { Capture: not null } => new Decision.Rejected(Reason.HoldCaptured),
        { Release: not null } => new Decision.Rejected(Reason.HoldReleased),
        _ => new Decision.Rejected(Reason.HoldExpired),
    };

    /// <summary>
    /// The points of an open hold and when it was placed: no clock that runs behind may end it before that. The
    /// account no longer lists it where a fact of a later instant (another machine's
    /// clock) has passed its end; then its entries tell.
    /// </summary>
    private static (long Points, DateTimeOffset At)? FindOpen(LedgerView view, HoldId id, DateTimeOffset at)
    {
        foreach (var hold in view.Account.Holds)
            if (hold.Id == id && at < hold.Until)
                return (hold.Points, hold.At);
        return view.HoldEntries is { Capture: null, Release: null, Hold: { Fact: Fact.Held held } entry } && at < held.Until
            ? (held.Points, entry.OccurredAt)
            : null;
    }

    /// <summary>A credit like a purchase's, at once, and as long-lived as the program lets earned points be.</summary>
    private static Decision Grant(LedgerView view, LedgerCommand.Grant command, ProgramHistory programs)
    {
        var lot = LotId.Of(command.Id);
        var expiresAt = programs.InEffectAt(command.At).ExpiresAt(command.At);
        var entry = Draft(
            view.Account, EntryIds.Grant(command.Id), command, command.Reference, command.Reason,
            new Fact.Granted(command.Id, command.Points, command.At, expiresAt, command.Rule));
        var order = FactOrder.Purchase(command.At);
        return Book(view, entry, programs, inPlace: order > view.Account.OrderedThrough,
            books => books.Grant(order, lot, command.Points, command.At, expiresAt));
    }

    private static Decision Deduct(LedgerView view, LedgerCommand.Deduct command, ProgramHistory programs)
    {
        var fact = new Fact.Deducted(command.Id, command.Points, programs.InEffectAt(command.At).Version);
        var entry = Draft(
            view.Account, EntryIds.Deduction(command.Id), command, command.Id.Value, command.Reason, fact);
        var order = FactOrder.Checkout(command.At);
        return Book(view, entry, programs, IsNewest(view.Account, order, command.At),
            books => History.Deduct(books, order, fact, command.At, programs));
    }

    private static Decision Expire(Account account, LedgerCommand.Expire command)
    {
        var moments = new SortedSet<DateTimeOffset>();
        foreach (var (lot, _) in Balance.Lapsed(account, command.At))
            AddMoments(moments, account, lot, command.At);
        if (moments.Count == 0)
            return new Decision.Nothing();

        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var at in moments)
        {
            var closed = Books.Open(account).Close(account, at);
            if (closed.Lots.AsSpan().SequenceEqual(account.Lots.AsSpan()))
                continue; // a hold keeps it for a while
            if (entries.Count == ExpiriesPerCommandMax)
                return new Decision.Accepted(account, entries.DrainToImmutable()); // the next command goes on
            (account, var entry) = Post(account, closed, ExpiryDraft(account, at, command.RecordedAt));
            entries.Add(entry with { Reason = $"{-entry.Points} points expired" });
        }

        return new Decision.Accepted(Books.Open(account).Close(account, command.At), entries.DrainToImmutable());
    }

    /// <summary>A lot lapses when it expires; what a hold kept of it lapses with the hold.</summary>
    private static void AddMoments(SortedSet<DateTimeOffset> moments, Account account, Lot lot, DateTimeOffset through)
    {
        var expiry = lot.ExpiresAt!.Value;
        moments.Add(RefundBook.Later(expiry, account.ExpiredThrough));
        foreach (var hold in account.Holds)
            if (hold.Until > expiry && hold.Until <= through && hold.Covers(lot.Id) > 0)
                moments.Add(hold.Until);
    }
}
