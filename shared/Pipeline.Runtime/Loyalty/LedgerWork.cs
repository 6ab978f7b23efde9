using System.Collections.Immutable;
using System.Diagnostics;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Loyalty;

/// <summary>One attempt at some commands of one customer: the account as read, and what is to be written.</summary>
internal sealed class LedgerWork
{
    /// <summary>
    /// Room is left for one more command and the account: a purchase, its capture, what lapses with either, and
    /// every refund that waited for it, with their book.
    /// </summary>
    private const int WritesSoftMax = StoreLimits.WritesMax - (4 + Ledger.WaitingPerPurchaseMax + 2);
    private const int BytesSoftMax = StoreLimits.CommitBytesMax / 2;

    private readonly IDocumentStore store;
    private readonly CustomerId customer;
    private readonly ProgramHistory programs;
    private readonly bool looksFirst;
    private readonly string? version;
    private readonly CustomerCampaigns campaigns;
    private readonly BudgetDraws draws;
    private readonly int writesSoftMax;
    private readonly List<Write> writes = [];
    private readonly Dictionary<string, Entry> entries = [];
    private readonly Dictionary<PurchaseId, RefundBook> books = [];
    private readonly Account loaded;
    private Account account;
    private Profile? profile;
    private byte[]? headHash;
    private ImmutableArray<Entry>? history;
    private long bytes;
    private bool isChanged;
    private int beside;

    private LedgerWork(
        IDocumentStore store,
        CustomerId customer,
        ProgramHistory programs,
        BudgetDraws draws,
        bool looksFirst,
        StoredAccount? stored)
    {
        (this.store, this.customer, this.programs, this.looksFirst) = (store, customer, programs, looksFirst);
        (this.draws, campaigns) = (draws, new CustomerCampaigns(store, customer, programs));
        writesSoftMax = WritesSoftMax - programs.CampaignsThatCountCustomersMax;
        version = stored?.Document.Version;
        (account, profile) = (stored?.Account ?? Account.New, stored?.Profile);
        loaded = account;
    }

    /// <summary>With what was decided so far.</summary>
    public Account Account => account;

    public Profile? Profile => profile;

    /// <summary>Whether the customer is unknown until this is committed.</summary>
    public bool IsNew => version is null;

    public bool IsFull => writes.Count + books.Count >= writesSoftMax || bytes >= BytesSoftMax;

    /// <summary>What was decided so far is void: it has to be known first which commands are repetitions.</summary>
    public bool MustLookFirst { get; private set; }

    /// <summary>A document that was put beside was not as its writer had read it; nothing is written.</summary>
    public bool IsBesideRefused { get; private set; }

    public static LedgerWork From(
        IDocumentStore store, CustomerId customer, ProgramHistory programs, BudgetDraws draws, StoredAccount account) =>
        new(store, customer, programs, draws, looksFirst: false, account);

    public static async ValueTask<LedgerWork> LoadAsync(
        IDocumentStore store,
        CustomerId customer,
        ProgramHistory programs,
        BudgetDraws draws,
        bool looksFirst,
        CancellationToken cancellation) =>
        new(store, customer, programs, draws, looksFirst,
            StoredAccount.Of(await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation)));

    public async ValueTask<Decision> DecideAsync(LedgerCommand command, CancellationToken cancellation)
    {
        var view = await ViewAsync(command, cancellation);
        while (true)
        {
            var decision = Ledger.Decide(view, command, programs);
            switch (decision)
            {
                case Decision.Needs { What: Missing.HoldEntries }:
                    view = view with { HoldEntries = await HoldEntriesAsync(HoldOf(command), cancellation) };
                    break;
                case Decision.Needs { What: Missing.History } when !looksFirst && entries.Count > 0:
                    // One of the commands before may be a repetition: folding it on top of the history would count it twice.
                    MustLookFirst = true;
                    return decision;
                case Decision.Needs { What: Missing.History }:
                    view = view with { History = await HistoryAsync(cancellation) };
                    break;
                case Decision.Needs { What: Missing.Award, Unknown: { } unknown }:
                    view = await WithAsync(view, (LedgerCommand.Purchase)command, unknown, cancellation);
                    break;
                case Decision.Accepted accepted:
                    Take(accepted, command.TraceParent ?? TraceOfCaller());
                    return decision;
                default:
                    return decision;
            }
        }
    }

    public void Put(Profile of) => (profile, isChanged) = (of, true);

    /// <summary>Changes what a fold does not know of the account.</summary>
    public void Change(Func<Account, Account> change) => (account, isChanged) = (change(account), true);

    /// <summary>Writes a document of the customer in the same commit.</summary>
    public void Beside(Write write)
    {
        // Before the ledger's own, because an engine may stop at the first write that is refused.
        writes.Insert(beside++, write);
        isChanged = true;
    }

    /// <summary>Null when it is durable (or nothing was to be written), else why it was refused.</summary>
    public async ValueTask<WriteStatus?> CommitAsync(CancellationToken cancellation)
    {
        if (entries.Count == 0 && !isChanged)
            return null;
        foreach (var (purchase, book) in books)
            writes.Add(new Write.Upsert(LedgerKinds.Refunds, purchase.Value, LedgerMapping.Write(book)));
        if (campaigns.HasChanged)
            writes.AddRange(campaigns.Writes());
        if (entries.Count > 0)
            await TellAsync(cancellation);
        var body = LedgerMapping.Write(account, profile);
        writes.Add(version is null
            ? new Write.Create(LedgerKinds.Account, LedgerKinds.AccountId, body, account.NightDueAt)
            : new Write.Replace(LedgerKinds.Account, LedgerKinds.AccountId, version, body, account.NightDueAt));

        var result = await store.CommitAsync(customer.Value, writes, cancellation);
        if (result.Committed)
            return null;
        for (var i = 0; i < result.Results.Count; i++)
            if (result.Results[i].Status is var status and not (WriteStatus.Done or WriteStatus.Aborted))
            {
                IsBesideRefused = i < beside;
                return status;
            }

        throw new InvalidOperationException("The store refused a commit without saying why.");
    }

    private async ValueTask TellAsync(CancellationToken cancellation)
    {
        var at = entries.Values.Max(static entry => entry.RecordedAt);
        var program = programs.InEffectAt(at);
        if (program.Tiers is not null)
            TellOfTier(program, at);
        if (program.Notices is { RewardReady: true })
            await TellOfRewardsAsync(program, at, cancellation);
    }

    /// <summary>A level is told with the commit that reaches it, on the day of its last stamp.</summary>
    private void TellOfTier(LoyaltyProgram program, DateTimeOffset at)
    {
        var (mark, reached) = TierNews.Of(account, program, program.DayOf(at));
        account = account with { TierMark = mark };
        // Twice on one day it is the same news, and stands already: with it the whole commit would be refused.
        if (reached is not null && NoticeMapping.Write(reached, at) is var told)
            writes.Add(new Write.Upsert(told.Kind, told.Id, told.Body));
    }

    /// <summary>
    /// A reward is told with the commit that brings it within reach, before which it was not, and what does not fit is left to the
    /// night. What was told is looked up only then.
    /// </summary>
    private async ValueTask TellOfRewardsAsync(LoyaltyProgram program, DateTimeOffset at, CancellationToken cancellation)
    {
        var ready = RewardNews.Between(loaded, account, program, at);
        var room = StoreLimits.WritesMax - writes.Count - 1;
        if (ready.IsEmpty || room <= 0)
            return;
        var told = await ReadyRewards.ToldAsync(store, customer, cancellation);
        var ask = new RewardAsk(at, account.BalanceAt(at).Spendable, account.LevelAt(program, at)?.Name, default);
        var (news, _) = await ReadyRewards.NewsAsync(store, customer, ready, told, program, ask, room, cancellation);
        foreach (var notice in news)
            writes.Add(NoticeMapping.Write(notice, at));
    }

    private void Take(Decision.Accepted accepted, string? traceParent)
    {
        account = accepted.Account;
        foreach (var entry in accepted.Entries)
        {
            var hash = headHash ??= HashOfHead();
            var body = LedgerMapping.Write(entry, traceParent, hash);
            bytes += body.Length;
            entries.Add(entry.Id, entry);
            writes.Add(new Write.Create(LedgerKinds.Entry, entry.Id, body));
            campaigns.Take(entry);
        }

        if (headHash is not null && accepted.Entries is [var first, ..])
            account = account with { Chain = new ChainHead(LedgerSeal.Text(headHash), account.Chain?.From ?? first.Sequence) };
        if (accepted.Refunds is { } book)
            books[book.Purchase] = book;
        history = history?.AddRange(accepted.Entries);
    }

    private byte[] HashOfHead() => account.Chain is not { } chain
        ? LedgerSeal.Origin(customer.Value)
        : LedgerSeal.Parse(chain.Hash) ?? throw LedgerMapping.Corrupt("account");

    /// <summary>
    /// Before a budget is drawn on, the ledger is asked whether the purchase was worked: its draw may have ended since.
    /// </summary>
    private async ValueTask<LedgerView> WithAsync(
        LedgerView view, LedgerCommand.Purchase purchase, Unknowns unknown, CancellationToken cancellation)
    {
        if (unknown is not Unknowns.Budgets budgets)
            return await campaigns.WithAsync(view, unknown, cancellation);
        if (!looksFirst && await EntryAsync(EntryIds.Purchase(purchase.Id.Value), cancellation) is { } existing)
            return view with { Existing = existing };
        var version = programs.InEffectAt(FactOrder.At(purchase.At, purchase.RecordedAt)).Version;
        var granted = await draws.DrawAsync(purchase, budgets.Wanted, version, cancellation);
        return view with { Granted = view.Granted.SetItems(granted) };
    }

    private async ValueTask<LedgerView> ViewAsync(LedgerCommand command, CancellationToken cancellation)
    {
        var view = new LedgerView(account) { History = history, Birthday = profile?.Birthday };
        switch (command)
        {
            case LedgerCommand.Purchase purchase:
                return view with { Existing = await SeenAsync(EntryIds.Purchase(purchase.Id.Value), cancellation) };
            case LedgerCommand.Refund refund:
                var bought = await EntryAsync(EntryIds.Purchase(refund.Of.Value), cancellation);
                return view with
                {
                    Existing = await SeenAsync(EntryIds.Refund(refund.Id.Value), cancellation),
                    Purchase = bought,
                    Refunds = await RefundsAsync(refund.Of, cancellation),
                };
            case LedgerCommand.Grant grant:
                return view with { Existing = await SeenAsync(EntryIds.Grant(grant.Id), cancellation) };
            case LedgerCommand.Deduct deduct:
                return view with { Existing = await SeenAsync(EntryIds.Deduction(deduct.Id), cancellation) };
            case LedgerCommand.PlaceHold hold:
                return view with { Existing = await SeenAsync(EntryIds.Hold(hold.Id), cancellation) };
            default:
                return view;
        }
    }

    private async ValueTask<Entry?> SeenAsync(string id, CancellationToken cancellation) =>
        entries.TryGetValue(id, out var entry) ? entry
        : looksFirst ? await EntryAsync(id, cancellation)
        : null;

    /// <summary>The entry under an id, decided here or before.</summary>
    public async ValueTask<Entry?> EntryAsync(string id, CancellationToken cancellation)
    {
        if (entries.TryGetValue(id, out var entry))
            return entry;
        if (version is null)
            return null; // no account, so no entry: they are written together
        var document = await store.ReadAsync(LedgerKinds.EntryOf(customer, id), cancellation);
        return document is null ? null : LedgerMapping.ReadEntry(document);
    }

    private async ValueTask<RefundBook?> RefundsAsync(PurchaseId purchase, CancellationToken cancellation)
    {
        if (books.TryGetValue(purchase, out var book))
            return book;
        if (version is null)
            return null;
        var document = await store.ReadAsync(LedgerKinds.RefundsOf(customer, purchase), cancellation);
        return document is null ? null : LedgerMapping.ReadRefunds(document);
    }

    private async ValueTask<HoldEntries> HoldEntriesAsync(HoldId hold, CancellationToken cancellation) => new(
        await EntryAsync(EntryIds.Hold(hold), cancellation),
        await EntryAsync(EntryIds.Capture(hold), cancellation),
        await EntryAsync(EntryIds.Release(hold), cancellation));

    private async ValueTask<ImmutableArray<Entry>> HistoryAsync(CancellationToken cancellation)
    {
        if (history is { } known)
            return known;
        var stored = await LedgerHistory.LoadAsync(store, customer, cancellation);
        history = stored.AddRange(entries.Values);
        return history.Value;
    }

    private static string? TraceOfCaller() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    private static HoldId HoldOf(LedgerCommand command) => command switch
    {
        LedgerCommand.Purchase { Hold: { } hold } => hold,
        LedgerCommand.PlaceHold place => place.Id,
        LedgerCommand.Capture capture => capture.Id,
        LedgerCommand.Release release => release.Id,
        LedgerCommand.Restore restore => restore.Id,
        _ => throw new InvalidOperationException($"{command.GetType().Name} has no hold."),
    };
}

/// <summary>Reads all entries of a customer: for what came late, for the past, and for proofs.</summary>
internal static class LedgerHistory
{
    public static async ValueTask<ImmutableArray<Entry>> LoadAsync(
        IDocumentStore store, CustomerId customer, CancellationToken cancellation)
    {
        var documents = await DocumentsAsync(store, customer.Value, LedgerKinds.Entry, cancellation);
        var entries = ImmutableArray.CreateBuilder<Entry>(documents.Length);
        foreach (var document in documents)
            entries.Add(LedgerMapping.ReadEntry(document));
        return entries.MoveToImmutable();
    }

    /// <summary>All documents of a kind in a customer's partition.</summary>
    public static async ValueTask<ImmutableArray<Document>> DocumentsAsync(
        IDocumentStore store, string customer, string kind, CancellationToken cancellation)
    {
        var documents = ImmutableArray.CreateBuilder<Document>();
        string? cursor = null;
        do
        {
            var page = await store.PageAsync(
                new PartitionQuery(customer, kind, StoreLimits.PageDocumentsMax, cursor), cancellation);
            documents.AddRange(page.Documents);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return documents.ToImmutable();
    }
}
