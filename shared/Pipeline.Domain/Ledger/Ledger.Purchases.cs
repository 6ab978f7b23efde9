using System.Collections.Immutable;

namespace Pipeline.Domain;

public static partial class Ledger
{
    private static Decision Purchase(LedgerView view, LedgerCommand.Purchase command, ProgramHistory programs)
    {
        var account = view.Account;
        var hold = command.Hold is { } named ? FindHold(view, named) : null;
        if (command.Hold is not null && hold is null && view.HoldEntries is null)
            return new Decision.Needs(Missing.HoldEntries);
        var waiting = WaitingFor(account, command.Id);
        if (waiting && view.History is null)
            return NeedHistory;

        var redeemed = hold is { } h ? new Redeemed(h.Id, h.Points) : (Redeemed?)null;
        Decision decision;
        try
        {
            decision = BookPurchase(view, command, programs, redeemed, hold?.At);
            if (waiting && decision is Decision.Accepted accepted)
                decision = SettleWaiting(view, accepted, programs);
        }
        catch (OverflowException)
        {
            var rejected = RejectPurchase(view, command, programs);
            decision = waiting ? SettleWaiting(view, rejected, programs) : rejected;
        }

        return decision;
    }

    private static Decision BookPurchase(
        LedgerView view,
        LedgerCommand.Purchase command,
        ProgramHistory programs,
        Redeemed? redeemed,
        DateTimeOffset? heldAt)
    {
        var at = FactOrder.At(command.At, command.RecordedAt);
        var program = programs.InEffectAt(at);
        var step = Award(view, command.Basket, command.At, program, programs);
        if (step is AwardStep.Needs needs)
            return new Decision.Needs(needs.What, needs.Unknown);
        if (step is not AwardStep.Made(var award, var tier))
            throw new OverflowException("The points of this purchase pass 64 bits.");
        var activeAt = program.ActiveAt(command.At, tier);
        var expiresAt = program.ExpiresAt(activeAt);
        var fact = new Fact.Purchased(
            command.Id, program.Version, award.Points, activeAt, expiresAt, Terms(command.Basket.Basket),
            Lines(command.Basket, award), [.. award.Parts], redeemed);
        // An award's reason stands in its parts; the entry does not repeat it.
        var draft = Draft(view.Account, EntryIds.Purchase(command.Id.Value), command, command.Id.Value, "", fact);

        // Credits commute with credits: only what took points since makes a purchase late.
        var order = FactOrder.Purchase(at);
        var inPlace = order > view.Account.OrderedThrough
            && (order > view.Account.LatestThrough
                ? view.Account.Rhythm is not null
                : view.Account.Rhythm?.TakesInAnyOrder(fact, program.DayOf(at).DayNumber) == true
                    && view.Account.Tiers?.TakesInAnyOrder(program.DayOf(at)) != false);
        var known = view.History is { } history ? view with { History = Without(history, command.Id) } : view;
        var decision = Book(known, draft, programs, inPlace,
            books => History.Purchase(books, order, fact, at, programs));
        if (redeemed is not { } paid || view.HoldEntries?.Capture is not null || decision is not Decision.Accepted granted)
            return decision;

        var capture = Draft(granted.Account, EntryIds.Capture(paid.Hold), command, command.Id.Value,
            $"{paid.Points} points redeemed with purchase {command.Id}",
            new Fact.Captured(paid.Hold, paid.Points, command.Id, program.Version, [], 0, 0))
            with
        {
            OccurredAt = RefundBook.Later(at, heldAt ?? at),
            Fingerprint = "",
        };
        return Capture(After(known, granted), capture, programs) switch
        {
            Decision.Accepted done => done with { Entries = granted.Entries.AddRange(done.Entries) },
            var other => other,
        };
    }

    /// <summary>A purchase that would pass 64 bits is kept as a fact, so that its id is taken and its fate can be read.</summary>
    private static Decision.Accepted RejectPurchase(
        LedgerView view, LedgerCommand.Purchase command, ProgramHistory programs)
    {
        var fact = new Fact.Purchased(
            command.Id, programs.InEffectAt(FactOrder.At(command.At, command.RecordedAt)).Version, 0, command.At, command.At, Terms(command.Basket.Basket), [], [],
            null, Reason.PointsOverflow);
        var draft = Draft(view.Account, EntryIds.Purchase(command.Id.Value), command, command.Id.Value,
            "Rejected: the points would pass 64 bits", fact);
        var (account, entry) = Post(view.Account, view.Account, draft);
        return new Decision.Accepted(account, [entry]);
    }

    /// <summary>
    /// The refunds that came before their purchase take their effect, each in an entry of its own.
    /// </summary>
    private static Decision.Accepted SettleWaiting(LedgerView view, Decision.Accepted granted, ProgramHistory programs)
    {
        var purchase = granted.Entries[0];
        var id = ((Fact.Purchased)purchase.Fact).Purchase;
        var book = RefundBook.Empty(id) with { Refunds = History.RefundsOf(id, view.History!.Value).Refunds };
        book = book.WorkedWith(purchase);

        var known = Without(view.History!.Value, id).AddRange(granted.Entries);
        var account = granted.Account;
        var entries = granted.Entries.ToBuilder();
        foreach (var refund in book.Refunds)
        {
            known = known.Add(Find(view.History!.Value, EntryIds.Refund(refund.Id.Value))!);
            var folded = History.Fold(known, programs, account.ExpiredThrough, account.Tiers?.Shape).Account;
            var draft = new Entry(
                EntryIds.Settlement(refund.Id), 0, null, 0, RefundBook.Later(refund.At, FactOrder.InstantOf(purchase)),
                purchase.RecordedAt, id.Value, ReasonOf(refund, (Fact.Purchased)purchase.Fact), [],
                new Fact.Settled(refund.Id), "");
            (account, var entry) = Post(account, folded, draft);
            entries.Add(entry);
        }

        return new Decision.Accepted(
            account with { Waiting = WaitingWithout(view.Account.Waiting, id) }, entries.DrainToImmutable(), book);
    }

    private static Decision Refund(LedgerView view, LedgerCommand.Refund command, ProgramHistory programs)
    {
        var account = view.Account;
        var before = view.Refunds ?? RefundBook.Empty(command.Of);
        if (before.Find(command.Id) is not null)
            return NeedHistory; // a repetition: the history has its entry
        var counts = FactOrder.At(command.At, command.RecordedAt);
        var book = before.With(command.Id, counts, command.Scope, view.Purchase);
        var fact = new Fact.Refunded(command.Id, command.Of, command.Scope);
        var draft = Draft(account, EntryIds.Refund(command.Id.Value), command, command.Of.Value, "", fact);
        if (view.Purchase is not { Fact: Fact.Purchased bought } purchase)
            return Wait(account, command, book, draft);

        var record = book.Find(command.Id)!;
        draft = draft with { Reason = ReasonOf(record, bought) };
        var isLast = book.Refunds[^1].Id == command.Id;
        if (isLast && record.Outcome is RefundOutcome.Rejected)
        {
            var (unchanged, entry) = Post(account, account, draft);
            return new Decision.Accepted(unchanged, [entry], book);
        }

        var at = RefundBook.Later(counts, FactOrder.InstantOf(purchase));
        var order = FactOrder.Refund(at);
        var isOwnLotOpen = bought.ExpiresAt is not { } end || end > account.ExpiredThrough;
        var inPlace = isLast && bought.Redeemed is null && isOwnLotOpen && IsNewest(account, order, at);
        try
        {
            var decision = Book(view, draft, programs, inPlace, books => History.Refund(
                books, order, fact, (RefundOutcome.Applied)record.Outcome,
                ReturnedShare.Of(book, command.Id, bought), at, purchase, programs));
            return decision is Decision.Accepted accepted ? accepted with { Refunds = book } : decision;
        }
        catch (OverflowException)
        {
            return RejectRefund(account, draft, fact, before.WithRefused(
                command.Id, counts, command.Scope, Reason.PointsOverflow, purchase));
        }
    }

    /// <summary>A refund that would take the points past 64 bits is kept as a fact, as such a purchase is.</summary>
    private static Decision.Accepted RejectRefund(Account account, Entry draft, Fact.Refunded fact, RefundBook book)
    {
        var (unchanged, entry) = Post(account, account, draft with
        {
            Reason = $"Rejected: {Reason.PointsOverflow}",
            Fact = fact with { Rejection = Reason.PointsOverflow },
        });
        return new Decision.Accepted(unchanged, [entry], book);
    }

    private static Decision Wait(Account account, LedgerCommand.Refund command, RefundBook book, Entry draft)
    {
        if (book.Refunds.Length > WaitingPerPurchaseMax || account.Waiting.Length >= WaitingMax)
            return new Decision.Rejected(Reason.TooManyRefunds);
        var waiting = History.Ordered(account.Waiting.Add(new WaitingRefund(command.Id, command.Of)));
        var (after, entry) = Post(
            account, account with { Waiting = waiting },
            draft with { Reason = $"Waits for purchase {command.Of}" });
        return new Decision.Accepted(after, [entry], book);
    }

    private static string ReasonOf(RefundRecord refund, Fact.Purchased bought) => refund.Outcome switch
    {
        RefundOutcome.Applied { Returned: > 0 } a =>
            $"Refund of {Money(bought, a.Amount)} of {Money(bought, bought.Net)} takes back {a.Points} of "
            + $"{bought.Points} points and returns {a.Returned} of {bought.Redeemed!.Value.Points} redeemed",
        RefundOutcome.Applied a =>
            $"Refund of {Money(bought, a.Amount)} of {Money(bought, bought.Net)} takes back {a.Points} of "
            + $"{bought.Points} points",
        RefundOutcome.Rejected r => $"Rejected: {r.Reason}",
        RefundOutcome.Waiting => $"Waits for purchase {bought.Purchase}",
        _ => throw new InvalidOperationException($"Unknown outcome {refund.Outcome.GetType().Name}."),
    };

    private static string Money(Fact.Purchased bought, long minorUnits) => bought.Terms.Currency.Format(minorUnits);

    /// <summary>A hold that the account still lists, or one that has ended: what was promised is burned all the same.</summary>
    private static (HoldId Id, long Points, DateTimeOffset At)? FindHold(LedgerView view, HoldId id)
    {
        foreach (var hold in view.Account.Holds)
            if (hold.Id == id)
                return (id, hold.Points, hold.At);
        return view.HoldEntries?.Hold is { Fact: Fact.Held held } entry ? (id, held.Points, entry.OccurredAt) : null;
    }

    private static LedgerView After(LedgerView view, Decision.Accepted accepted) => view with
    {
        Account = accepted.Account,
        History = view.History?.AddRange(accepted.Entries),
    };

    private static bool WaitingFor(Account account, PurchaseId purchase)
    {
        foreach (var waiting in account.Waiting)
            if (waiting.Purchase == purchase)
                return true;
        return false;
    }

    private static ImmutableArray<WaitingRefund> WaitingWithout(
        ImmutableArray<WaitingRefund> waiting, PurchaseId purchase) =>
        waiting.RemoveAll(refund => refund.Purchase == purchase);

    /// <summary>The history without the refunds of one purchase, which take their effect one by one.</summary>
    private static ImmutableArray<Entry> Without(ImmutableArray<Entry> history, PurchaseId refundsOf) =>
        history.RemoveAll(entry => entry.Fact is Fact.Refunded refunded && refunded.Purchase == refundsOf);

    /// <summary>
    /// What a basket earns by what the view knows of the customer: a purchase when it is worked, and a quote beforehand.
    /// </summary>
    /// <param name="program">The version that awards it.</param>
    public static AwardStep Award(
        LedgerView view, PricedBasket basket, DateTimeOffset at, LoyaltyProgram program, ProgramHistory programs)
    {
        var currency = basket.Basket.Currency;
        if (!Earning.Accepts(program, currency))
        {
            // The edge refuses such a currency; where the program lost it since, the purchase earns nothing.
            var part = new AwardPart(Earning.BaseRule, basket.Net, 0, $"The program has no rate for {currency}");
            return new AwardStep.Made(
                new Award(0, program.Version, [part], []) { LineWeights = basket.LineNets }, null);
        }

        if (ContextOf(view, at, program, programs) is not { } context)
            return new AwardStep.Needs(Missing.History);
        if (Earning.UnknownOf(program, basket, context) is { } unknown)
            return new AwardStep.Needs(Missing.Award, unknown);
        return Earning.TryAward(program, basket, context) is { } award
            ? new AwardStep.Made(award, context.Tier)
            : new AwardStep.Overflows();
    }

    /// <summary>
    /// The customer as they are known now: what came before this purchase, in the order in which it came. Null: an account from
    /// before orders were counted, whose entries have to be looked at.
    /// </summary>
    private static EarningContext? ContextOf(
        LedgerView view, DateTimeOffset at, LoyaltyProgram program, ProgramHistory programs)
    {
        var rhythm = view.Account.Rhythm;
        if (rhythm is null && program.CountsOrders)
        {
            if (view.History is not { } history)
                return null;
            rhythm = History.Fold(history, programs, DateTimeOffset.UnixEpoch, tiers: null).Account.Rhythm;
        }

        if (!TryTier(view, at, program, programs, out var tier))
            return null;
        return new EarningContext
        {
            At = at,
            Tier = tier,
            OrdersBefore = rhythm?.Purchases ?? 0,
            FirstOrder = rhythm is { FirstDay: > 0 and var day } ? DateOnly.FromDayNumber(day) : null,
            Birthday = view.Birthday,
            Standing = view.Standing,
            Uses = view.Uses,
            Granted = view.Granted,
        };
    }

    /// <summary>False where the entries have to be looked at: the account is not counted yet for the program's tiers.</summary>
    private static bool TryTier(
        LedgerView view, DateTimeOffset at, LoyaltyProgram program, ProgramHistory programs, out TierLevel? tier)
    {
        tier = null;
        if (program.Tiers is not { } rules)
            return true;
        var progress = view.Account.Tiers?.Shape == rules.Shape ? view.Account.Tiers
            : view.Account.Entries == 0 ? TierProgress.None(rules.Shape)
            : view.History is { } history ? History.TiersOf(history, programs, rules.Shape)
            : null;
        tier = progress?.LevelAt(rules, program.DayOf(at));
        return progress is not null;
    }

    private static PurchaseTerms Terms(Basket basket) =>
        new(basket.Currency, basket.Channel, basket.Discount, basket.Shipping, basket.Tax);

    private static ImmutableArray<PurchaseLine> Lines(PricedBasket priced, Award award)
    {
        var lines = ImmutableArray.CreateBuilder<PurchaseLine>(priced.Basket.Lines.Count);
        for (var i = 0; i < priced.Basket.Lines.Count; i++)
        {
            var line = priced.Basket.Lines[i];
            lines.Add(new PurchaseLine(
                line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice, priced.LineNets[i],
                award.LineWeights[i]));
        }

        return lines.DrainToImmutable();
    }
}
