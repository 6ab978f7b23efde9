using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Loyalty;

/// <summary>What staff and checkouts read of a customer. Null means that there is no such customer or record.</summary>
public sealed class CustomerReader(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    public async ValueTask<CustomerView?> GetAsync(CustomerId customer, CancellationToken cancellation)
    {
        if (await AccountAsync(customer, cancellation) is not { } known)
            return null;
        var satisfaction = await FeedbackReader.SummaryAsync(store, customer, cancellation);
        return ViewOf(customer, known.Account, known.Profile, satisfaction, clock.GetUtcNow()) with
        {
            Tier = await TierAsync(store, programs, clock, customer, known.Account, cancellation),
        };
    }

    /// <summary>The balance now, or (both default to now) as of one instant as it was known at another.</summary>
    public async ValueTask<Balance?> BalanceAsync(
        CustomerId customer, DateTimeOffset? asOf, DateTimeOffset? knownAt, CancellationToken cancellation)
    {
        if (await AccountAsync(customer, cancellation) is not { } known)
            return null;
        if (asOf is null && knownAt is null)
            return known.Account.BalanceAt(clock.GetUtcNow());
        var entries = await LedgerHistory.LoadAsync(store, customer, cancellation);
        return History.BalanceAt(entries, programs.Programs, asOf ?? clock.GetUtcNow(), knownAt ?? DateTimeOffset.MaxValue);
    }

    /// <summary>
    /// A page of the ledger, the last recorded first. Expiries that are due but not written down come before all,
    /// since they hold already.
    /// </summary>
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<LedgerPage?> LedgerAsync(
        CustomerId customer, int limit, string? cursor, CancellationToken cancellation)
    {
        if (await AccountAsync(customer, cancellation) is not { } known)
            return null;
        var due = DueExpiries(known.Account, clock.GetUtcNow());
        var position = cursor is null ? LedgerCursor.Start : LedgerCursor.Parse(cursor);
        var entries = ImmutableArray.CreateBuilder<Entry>(limit);
        var next = known.Account.Head;
        if (position.EntryId is { } resumed)
            next = resumed;
        else
            for (var i = position.DueSkipped; i < due.Length && entries.Count < limit; i++)
                entries.Add(due[i]);

        var shown = position.EntryId is null ? position.DueSkipped + entries.Count : due.Length;
        while (next is not null && entries.Count < limit)
        {
            var document = await store.ReadAsync(LedgerKinds.EntryOf(customer, next), cancellation)
                ?? throw (next == position.EntryId ? new InvalidCursorException() : LedgerMapping.Corrupt("chain"));
            var entry = LedgerMapping.ReadEntry(document);
            entries.Add(entry);
            next = entry.Previous;
        }

        var more = position.EntryId is null && shown < due.Length ? new LedgerCursor(shown, null).ToString()
            : next is not null ? new LedgerCursor(0, next).ToString()
            : null;
        return new LedgerPage(entries.ToImmutable(), more);
    }

    public async ValueTask<PurchaseView?> PurchaseAsync(
        CustomerId customer, PurchaseId purchase, CancellationToken cancellation)
    {
        if (await EntryAsync(customer, EntryIds.Purchase(purchase.Value), cancellation) is not { } entry)
            return null;
        var bought = (Fact.Purchased)entry.Fact;
        var refunds = await store.ReadAsync(LedgerKinds.RefundsOf(customer, purchase), cancellation);
        var capture = bought.Redeemed is { } paid
            ? await EntryAsync(customer, EntryIds.Capture(paid.Hold), cancellation)
            : null;
        return new PurchaseView(
            entry,
            Explained(bought),
            refunds is null ? RefundBook.Empty(purchase) : LedgerMapping.ReadRefunds(refunds),
            capture?.Fact as Fact.Captured);
    }

    private Fact.Purchased Explained(Fact.Purchased bought)
    {
        if (programs.Programs.Find(bought.ProgramVersion) is not { } program)
            return bought;
        return bought with
        {
            Awards = [.. bought.Awards.Select(part => Earning.Explained(program, bought.Terms.Currency, part))],
        };
    }

    public async ValueTask<RefundView?> RefundAsync(
        CustomerId customer, RefundId refund, CancellationToken cancellation)
    {
        if (await EntryAsync(customer, EntryIds.Refund(refund.Value), cancellation) is not { } entry)
            return null;
        var purchase = ((Fact.Refunded)entry.Fact).Purchase;
        var book = await store.ReadAsync(LedgerKinds.RefundsOf(customer, purchase), cancellation)
            ?? throw LedgerMapping.Corrupt("refund");
        var record = LedgerMapping.ReadRefunds(book).Find(refund) ?? throw LedgerMapping.Corrupt("refund");
        return new RefundView(refund, purchase, record.Outcome);
    }

    internal static async ValueTask<TierStanding?> TierAsync(
        IDocumentStore store, IProgramSource programs, TimeProvider clock, CustomerId customer, Account account,
        CancellationToken cancellation)
    {
        var program = programs.Current;
        var progress = await TierCounts.OfAsync(store, programs.Programs, program, customer, account, cancellation);
        return progress?.StandingAt(
            program.Tiers!, program.DayOf(clock.GetUtcNow()), account.TierMark);
    }

    internal static CustomerView ViewOf(
        CustomerId customer, Account account, Profile? profile, CustomerSatisfaction? satisfaction, DateTimeOffset now)
    {
        var balance = account.BalanceAt(now);
        var expiring = new SortedDictionary<DateTimeOffset, long>();
        foreach (var lot in balance.Lots)
            if (lot.Lot.ExpiresAt is { } end && end > now)
                expiring[end] = expiring.GetValueOrDefault(end) + lot.Points;
        return new CustomerView(
            customer, profile, balance, [.. expiring.Select(e => new ExpiringPoints(e.Value, e.Key))], satisfaction);
    }

    /// <summary>What the nightly run would write down now, the latest first.</summary>
    private ImmutableArray<Entry> DueExpiries(Account account, DateTimeOffset now)
    {
        var due = ImmutableArray.CreateBuilder<Entry>();
        while (Ledger.Decide(new LedgerView(account), new LedgerCommand.Expire(now, now), programs.Programs)
            is Decision.Accepted { Entries.Length: > 0 } accepted)
        {
            due.AddRange(accepted.Entries);
            account = accepted.Account;
        }

        due.Reverse();
        return due.DrainToImmutable();
    }

    private async ValueTask<(Account Account, Profile? Profile)?> AccountAsync(
        CustomerId customer, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
        if (document is null)
            return null;
        var known = LedgerMapping.ReadAccount(document.Body);
        // A purchase or a profile makes a customer; refunds that wait for a purchase do not.
        return known.Profile is null && known.Account.Entries == known.Account.Waiting.Length ? null : known;
    }

    private async ValueTask<Entry?> EntryAsync(CustomerId customer, string id, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(LedgerKinds.EntryOf(customer, id), cancellation);
        return document is null ? null : LedgerMapping.ReadEntry(document);
    }
}

/// <summary>Where a ledger page went on: behind so many due expiries, or at an entry.</summary>
internal readonly record struct LedgerCursor(int DueSkipped, string? EntryId)
{
    public static readonly LedgerCursor Start = new(0, null);

    public override string ToString()
    {
        var text = EntryId is null ? $"d{DueSkipped}" : $"e{EntryId}";
        return System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    /// <exception cref="InvalidCursorException">It is not one of ours.</exception>
    public static LedgerCursor Parse(string cursor)
    {
        string text;
        try
        {
            text = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor));
        }
        catch (FormatException)
        {
            throw new InvalidCursorException();
        }

        if (text.Length > 1 && text[0] == 'e' && text.Length <= StoreLimits.IdCharactersMax)
            return new LedgerCursor(0, text[1..]);
        if (text.Length > 1 && text[0] == 'd'
            && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var skipped))
            return new LedgerCursor(skipped, null);
        throw new InvalidCursorException();
    }
}
