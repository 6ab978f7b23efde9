using System.Collections.Immutable;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>Kinds and ids of what the ledger stores in a customer's partition.</summary>
public static class LedgerKinds
{
    public const string Account = "account";
    public const string AccountId = "account";
    public const string Entry = "entry";
    public const string Refunds = "refunds";

    public static DocumentKey AccountOf(CustomerId customer) => new(customer.Value, Account, AccountId);

    public static DocumentKey EntryOf(CustomerId customer, string id) => new(customer.Value, Entry, id);

    public static DocumentKey RefundsOf(CustomerId customer, PurchaseId purchase) =>
        new(customer.Value, Refunds, purchase.Value);
}

/// <summary>Between what is stored and what is decided on.</summary>
internal static class LedgerMapping
{
    private static readonly LedgerJson Json = LedgerJson.Default;

    public static ReadOnlyMemory<byte> Write(Account account, Profile? profile) =>
        StoredJson.Write(
            new AccountDocument
            {
                Entries = account.Entries,
                Head = account.Head,
                HeadHash = account.Chain?.Hash,
                HashedFrom = account.Chain is { From: > 1 and var from } ? from : 0,
                Deficit = account.Deficit,
                LatestThrough = account.LatestThrough,
                OrderedThrough = account.OrderedThrough,
                ExpiredThrough = Ms(account.ExpiredThrough),
                Lots = Columns(account.Lots),
                Holds = account.Holds.IsEmpty ? null : [.. account.Holds.Select(Write)],
                Waiting = account.Waiting.IsEmpty
                    ? null
                    : [.. account.Waiting.SelectMany(waiting => new[] { waiting.Refund.Value, waiting.Purchase.Value })],
                Profile = ProfileMapping.Write(profile),
                Rhythm = RhythmMapping.Write(account.Rhythm),
                Flows = Write(account.Flows),
                InsightDueAt = account.InsightDueAt is { } look ? Ms(look) : null,
                HasFeedback = account.HasFeedback,
                BirthdayDueAt = account.BirthdayDueAt is { } birthday ? Ms(birthday) : null,
                ReferralDueAt = account.ReferralDueAt is { } referral ? Ms(referral) : null,
                Tiers = TierMapping.Write(account.Tiers),
                TierName = account.TierMark?.Level,
                TierSince = account.TierMark?.Since.DayNumber ?? 0,
                NoticeDueAt = account.NoticeDueAt is { } tell ? Ms(tell) : null,
            },
            Json.AccountDocument,
            0,
            static (json, _) => LedgerSeal.SealAccount(json));

    /// <summary>The rhythm of an account's document; null where it is from before there were rhythms.</summary>
    public static PurchaseRhythm? ReadRhythm(ReadOnlyMemory<byte> body)
    {
        var stored = AccountRhythmReader.Instance.Read(body.Span);
        return RhythmMapping.Read(stored.Rhythm, stored.Entries);
    }

    public static (Account Account, Profile? Profile) ReadAccount(ReadOnlyMemory<byte> body)
    {
        var stored = AccountReader.Instance.Read(body.Span);
        var account = Account.New with
        {
            Entries = stored.Entries,
            Head = stored.Head,
            Chain = stored.HeadHash is { } hash ? new ChainHead(hash, Math.Max(1, stored.HashedFrom)) : null,
            Deficit = stored.Deficit,
            LatestThrough = stored.LatestThrough,
            OrderedThrough = stored.OrderedThrough,
            ExpiredThrough = At(stored.ExpiredThrough),
            Lots = Lots(stored.Lots),
            Holds = stored.Holds is null ? [] : [.. stored.Holds.Select(Read)],
            Waiting = stored.Waiting is null
                ? []
                : [.. stored.Waiting.Chunk(2).Select(pair => new WaitingRefund(new(pair[0]), new(pair[1])))],
            Rhythm = RhythmMapping.Read(stored.Rhythm, stored.Entries),
            Flows = stored.Flows is { } flows
                ? new PointFlows(flows.ElementAtOrDefault(0), flows.ElementAtOrDefault(1), flows.ElementAtOrDefault(2), flows.ElementAtOrDefault(3))
                : default,
            InsightDueAt = stored.InsightDueAt is { } look ? At(look) : null,
            HasFeedback = stored.HasFeedback,
            BirthdayDueAt = stored.BirthdayDueAt is { } birthday ? At(birthday) : null,
            ReferralDueAt = stored.ReferralDueAt is { } referral ? At(referral) : null,
            Tiers = TierMapping.Read(stored.Tiers),
            TierMark = stored.TierName is { } level
                ? new TierMark(level, DateOnly.FromDayNumber(stored.TierSince))
                : null,
            NoticeDueAt = stored.NoticeDueAt is { } tell ? At(tell) : null,
        };
        return (account, ProfileMapping.Read(stored.Profile));
    }

    /// <param name="hash">
    /// The hash of the entry before (<see cref="LedgerSeal"/>), afterwards this one's; null: as entries were stored before they were
    /// chained.
    /// </param>
    public static ReadOnlyMemory<byte> Write(Entry entry, string? traceParent = null, byte[]? hash = null) =>
        StoredJson.Write(
            new EntryDocument
            {
                Sequence = entry.Sequence,
                Previous = entry.Previous,
                Points = entry.Points,
                OccurredAt = Ms(entry.OccurredAt),
                RecordedAt = Ms(entry.RecordedAt),
                Reference = Text(entry.Reference),
                Reason = Text(entry.Reason),
                Fingerprint = Text(entry.Fingerprint),
                Lots = Columns(entry.Lots),
                Purchased = entry.Fact is Fact.Purchased purchased ? FactMapping.Write(purchased) : null,
                Refunded = entry.Fact is Fact.Refunded refunded ? FactMapping.Write(refunded) : null,
                Held = entry.Fact is Fact.Held held
                    ? new HeldDocument { Points = held.Points, Until = Ms(held.Until) }
                    : null,
                Captured = entry.Fact is Fact.Captured captured ? FactMapping.Write(captured) : null,
                Released = (entry.Fact as Fact.Released)?.Hold.Value,
                ExpiredAt = entry.Fact is Fact.Expired expired ? Ms(expired.At) : null,
                Settled = (entry.Fact as Fact.Settled)?.Refund.Value,
                TraceParent = traceParent,
                Granted = entry.Fact is Fact.Granted granted ? FactMapping.Write(granted) : null,
                Deducted = entry.Fact is Fact.Deducted deducted
                    ? new DeductedDocument { Points = deducted.Points, ProgramVersion = deducted.ProgramVersion }
                    : null,
                Restored = entry.Fact is Fact.Restored restored ? FactMapping.Write(restored) : null,
            },
            Json.EntryDocument,
            (entry.Id, Hash: hash),
            static (json, chained) =>
                chained.Hash is { } hash ? LedgerSeal.SealEntry(json, chained.Id, hash) : json.ToArray());

    public static Entry ReadEntry(Document document) => ReadTracedEntry(document).Entry;

    public static (Entry Entry, string? TraceParent) ReadTracedEntry(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, Json.EntryDocument) ?? throw Corrupt("entry");
        var entry = new Entry(
            document.Key.Id,
            stored.Sequence,
            stored.Previous,
            stored.Points,
            At(stored.OccurredAt),
            At(stored.RecordedAt),
            stored.Reference ?? "",
            stored.Reason ?? "",
            Points(stored.Lots),
            FactMapping.Read(document.Key.Id, stored),
            stored.Fingerprint ?? "");
        return (entry, stored.TraceParent);
    }

    public static ReadOnlyMemory<byte> Write(RefundBook book) =>
        StoredJson.Write(
            new RefundBookDocument
            {
                IsWhole = book.IsWhole,
                Refunds = [.. book.Refunds.Select(refund => new RefundDocument
                {
                    Id = refund.Id.Value,
                    At = Ms(refund.At),
                    Scope = FactMapping.Write(refund.Scope),
                    Applied = refund.Outcome is RefundOutcome.Applied a ? [a.Amount, a.Points, a.Returned] : null,
                    Rejection = (refund.Outcome as RefundOutcome.Rejected)?.Reason.ToString(),
                })],
            },
            Json.RefundBookDocument);

    public static RefundBook ReadRefunds(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, Json.RefundBookDocument) ?? throw Corrupt("refunds");
        var refunds = stored.Refunds ?? [];
        return new RefundBook(
            new PurchaseId(document.Key.Id),
            [.. refunds.Select(refund => new RefundRecord(
                new RefundId(refund.Id), At(refund.At), FactMapping.Read(refund.Scope), Outcome(refund)))],
            stored.IsWhole);
    }

    private static RefundOutcome Outcome(RefundDocument refund) => refund switch
    {
        { Applied: [var amount, var points, var returned] } => new RefundOutcome.Applied(amount, points, returned),
        { Rejection: { } reason } => new RefundOutcome.Rejected(Enum.Parse<Reason>(reason)),
        _ => new RefundOutcome.Waiting(),
    };

    private static HoldDocument Write(Hold hold) => new()
    {
        Id = hold.Id.Value,
        Points = hold.Points,
        At = Ms(hold.At),
        Until = Ms(hold.Until),
        Lots = Columns(hold.Lots),
    };

    private static Hold Read(HoldDocument hold) =>
        new(new HoldId(hold.Id), hold.Points, At(hold.At), At(hold.Until), Points(hold.Lots));

    private static long[]? Write(PointFlows flows) =>
        flows.ClawedBack != 0 ? [flows.Issued, flows.Redeemed, flows.Expired, flows.ClawedBack]
        : flows.Expired != 0 ? [flows.Issued, flows.Redeemed, flows.Expired]
        : flows.Redeemed != 0 ? [flows.Issued, flows.Redeemed]
        : flows.Issued != 0 ? [flows.Issued]
        : null;

    private static LotColumns? Columns(ImmutableArray<Lot> lots)
    {
        if (lots.IsEmpty)
            return null;
        var columns = new LotColumns
        {
            Ids = new string[lots.Length],
            Points = new long[lots.Length],
            ActiveSteps = new long[lots.Length],
            ExpirySteps = new long[lots.Length],
        };
        long active = 0, expiry = 0;
        for (var i = 0; i < lots.Length; i++)
        {
            columns.Ids[i] = lots[i].Id.Value;
            columns.Points[i] = lots[i].Points;
            var (from, to) = (Ms(lots[i].ActiveAt), lots[i].ExpiresAt is { } end ? Ms(end) : 0);
            (columns.ActiveSteps[i], columns.ExpirySteps[i]) = (from - active, to - expiry);
            (active, expiry) = (from, to);
        }

        return columns;
    }

    private static ImmutableArray<Lot> Lots(LotColumns? columns)
    {
        if (columns is null)
            return [];
        var lots = ImmutableArray.CreateBuilder<Lot>(columns.Ids.Length);
        var (actives, expiries) = (columns.ActiveSteps ?? columns.ActiveAt!, columns.ExpirySteps ?? columns.ExpiresAt!);
        long active = 0, expiry = 0;
        for (var i = 0; i < columns.Ids.Length; i++)
        {
            active = columns.ActiveSteps is null ? actives[i] : active + actives[i];
            expiry = columns.ExpirySteps is null ? expiries[i] : expiry + expiries[i];
            lots.Add(new Lot(new LotId(columns.Ids[i]), columns.Points[i], At(active), AtOrNever(expiry)));
        }

        return lots.DrainToImmutable();
    }

    internal static LotPointsColumns? Columns(ImmutableArray<LotPoints> lots)
    {
        if (lots.IsEmpty)
            return null;
        var columns = new LotPointsColumns { Ids = new string[lots.Length], Points = new long[lots.Length] };
        for (var i = 0; i < lots.Length; i++)
            (columns.Ids[i], columns.Points[i]) = (lots[i].Lot.Value, lots[i].Points);
        return columns;
    }

    internal static ImmutableArray<LotPoints> Points(LotPointsColumns? columns)
    {
        if (columns is null)
            return [];
        var lots = ImmutableArray.CreateBuilder<LotPoints>(columns.Ids.Length);
        for (var i = 0; i < columns.Ids.Length; i++)
            lots.Add(new LotPoints(new LotId(columns.Ids[i]), columns.Points[i]));
        return lots.DrainToImmutable();
    }

    internal static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    internal static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    internal static DateTimeOffset? AtOrNever(long ms) => ms == 0 ? null : At(ms);

    internal static InvalidDataException Corrupt(string what) => new($"A stored {what} cannot be read.");

    private static string? Text(string text) => text.Length == 0 ? null : text;
}
