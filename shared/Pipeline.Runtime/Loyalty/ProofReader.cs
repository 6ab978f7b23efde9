using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>A customer's ledger as it was found.</summary>
/// <param name="Points">What its entries add up to with the expiries that are due; 0 where they cannot be added up.</param>
internal sealed record LedgerFinding(LedgerChain Chain, ChainHead? Head, long Points, BrokenInvariant? FirstBroken);

/// <summary>A customer's ledger, proven.</summary>
/// <param name="Head">The hash that stands for the whole ledger; null: no entry has one yet.</param>
/// <param name="Hashed">How many of the entries have a hash: the last ones.</param>
/// <param name="Chain">A page of the entries, the first recorded first.</param>
public sealed record CustomerProof(
    CustomerId Customer,
    long Entries,
    long Hashed,
    string? Head,
    long Points,
    BrokenInvariant? FirstBroken,
    ImmutableArray<ChainedEntry> Chain,
    int? NextPlace);

/// <summary>
/// Proves one customer's ledger: the chain of hashes over the stored bytes, and that the sums, the account and the refunds are
/// what the entries say.
/// </summary>
public sealed class ProofReader(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    /// <summary>What is proven, in the order in which it is looked at.</summary>
    public static readonly ImmutableArray<string> Invariants =
    [
        "account", LedgerChain.HashInvariant, LedgerChain.ChainInvariant, "readable", "deficit", "sum", "lots", "lot", "fold",
        "due", "refunds", "campaign",
    ];

    /// <param name="place">How many entries of the chain come before the page.</param>
    /// <returns>Null: there is no such customer.</returns>
    public async ValueTask<CustomerProof?> GetAsync(
        CustomerId customer, int place, int limit, CancellationToken cancellation)
    {
        var account = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
        if (account is null)
            return null;
        var found = await ProveAsync(account, chainsOnly: false, cancellation);
        return new CustomerProof(
            customer, found.Chain.Count, found.Chain.Hashed, found.Head?.Hash, found.Points, found.FirstBroken,
            [.. found.Chain.Entries.Skip(place).Take(limit)],
            place + limit < found.Chain.Count ? place + limit : null);
    }

    /// <summary>
    /// The host may serve meanwhile, and a customer may buy something between our reads; then the account has another
    /// version by now, and is proven again.
    /// </summary>
    internal async ValueTask<LedgerFinding> ProveAsync(Document account, bool chainsOnly, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            var found = await ProveOnceAsync(account, chainsOnly, cancellation);
            if (found.FirstBroken is null)
                return found;
            var now = await store.ReadAsync(account.Key, cancellation);
            if (now is null || now.Version == account.Version)
                return found;
            account = now;
        }

        throw new ContendedException(account.Key.Partition, LedgerCoordinator.AttemptsMax);
    }

    private async ValueTask<LedgerFinding> ProveOnceAsync(
        Document document, bool chainsOnly, CancellationToken cancellation)
    {
        var customer = document.Key.Partition;
        var entries = await LedgerHistory.DocumentsAsync(store, customer, LedgerKinds.Entry, cancellation);
        if (SealBroken(document, out var account) is { } broken)
            return new LedgerFinding(LedgerChain.Of(customer, account, entries), account.Chain, 0, broken);
        var chain = LedgerChain.Of(customer, account, entries);
        if (chain.FirstBroken() is { } edited)
            return new LedgerFinding(chain, account.Chain, 0, edited);
        if (chainsOnly)
            return new LedgerFinding(chain, account.Chain, 0, null);
        if (Read(entries, out var read) is { } unreadable)
            return new LedgerFinding(chain, account.Chain, 0, unreadable);
        var now = clock.GetUtcNow();
        var points = LedgerProof.PointsOf(read) - Balance.Lapsed(account, now).Sum(lapse => lapse.Points);
        var first = Proven(account, document.DueAt, read, now)
            ?? await RefundsAsync(customer, read, cancellation)
            ?? await UsesAsync(new CustomerId(customer), read, cancellation);
        return new LedgerFinding(chain, account.Chain, points, first);
    }

    /// <summary>
    /// An account from before accounts were sealed is taken as it is; one that knows a hash was written since, and has a seal.
    /// </summary>
    private static BrokenInvariant? SealBroken(Document document, out Account account)
    {
        account = Account.New;
        var isSealed = LedgerSeal.IsSealedAccount(document.Body.Span);
        try
        {
            (account, var profile) = LedgerMapping.ReadAccount(document.Body);
            if (isSealed == true || (isSealed is null && account.Chain is null && IsAsWritten(document, account, profile)))
                return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new BrokenInvariant("account", $"the account cannot be read: {e.Message}");
        }

        return new BrokenInvariant("account", "the account is not what was sealed");
    }

    /// <summary>A seal that was made unrecognisable is not in the form of any account.</summary>
    private static bool IsAsWritten(Document document, Account account, Profile? profile) =>
        account.Rhythm is null || LedgerSeal.IsUnsealed(document.Body.Span, LedgerMapping.Write(account, profile).Span);

    private static BrokenInvariant? Read(ImmutableArray<Document> documents, out ImmutableArray<Entry> entries)
    {
        var read = ImmutableArray.CreateBuilder<Entry>(documents.Length);
        entries = [];
        foreach (var document in documents)
        {
            try
            {
                read.Add(LedgerMapping.ReadEntry(document));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                return new BrokenInvariant("readable", $"entry {document.Key.Id} cannot be read: {e.Message}", document.Key.Id);
            }
        }

        entries = read.MoveToImmutable();
        return null;
    }

    private BrokenInvariant? Proven(
        Account account, DateTimeOffset? storedDueAt, ImmutableArray<Entry> entries, DateTimeOffset now)
    {
        try
        {
            return LedgerProof.FirstBroken(account, entries, programs.Programs, now) ?? LedgerProof.Due(account, storedDueAt);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An entry that names a version of the program that was never stored, for one.
            return new BrokenInvariant("readable", $"the entries cannot be folded: {e.Message}");
        }
    }

    /// <summary>The refunds follow from the entries to the byte.</summary>
    private async ValueTask<BrokenInvariant?> RefundsAsync(
        string customer, ImmutableArray<Entry> entries, CancellationToken cancellation)
    {
        var documents = await LedgerHistory.DocumentsAsync(store, customer, LedgerKinds.Refunds, cancellation);
        var stored = documents.ToDictionary(static document => document.Key.Id, StringComparer.Ordinal);
        foreach (var expected in LedgerProof.RefundBooks(entries))
            if (!stored.Remove(expected.Purchase.Value, out var book)
                || !book.Body.Span.SequenceEqual(LedgerMapping.Write(expected).Span))
            {
                return new BrokenInvariant(
                    "refunds", $"the refunds of purchase {expected.Purchase} are not what their entries say");
            }

        return stored.Count == 0
            ? null
            : new BrokenInvariant("refunds", $"the refunds of purchase {stored.Keys.Min(StringComparer.Ordinal)} have no entry");
    }

    /// <summary>What the customer had of campaigns that count it is what the entries say.</summary>
    private async ValueTask<BrokenInvariant?> UsesAsync(
        CustomerId customer, ImmutableArray<Entry> entries, CancellationToken cancellation)
    {
        foreach (var (campaign, expected) in CampaignUse.Recount(entries, programs.Programs))
        {
            var stored = await store.ReadAsync(CampaignKinds.UseOf(customer, campaign), cancellation);
            if (stored is null || !CampaignUseDocument.Read(stored).Equals(expected))
                return new BrokenInvariant(
                    "campaign", $"what the customer had of campaign {campaign} is not what the entries say");
        }

        return null;
    }
}
