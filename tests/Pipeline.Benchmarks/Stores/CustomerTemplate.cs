using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Benchmarks.Load;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Benchmarks.Stores;

/// <summary>
/// A customer as the product's own decisions made them, to be written again under other ids: every purchase id and
/// every fingerprint is replaced by one of the same width, so that no two stored documents are alike.
/// </summary>
internal sealed class CustomerTemplate
{
    /// <summary>The template's purchases have ids that nothing else in a document looks like.</summary>
    private const long FirstPurchase = 9_876_543_200;

    private readonly Piece account;
    private readonly DateTimeOffset? dueAt;
    private readonly (int Purchase, Piece Body)[] entries;

    private CustomerTemplate(Piece account, DateTimeOffset? dueAt, (int Purchase, Piece Body)[] entries) =>
        (this.account, this.dueAt, this.entries) = (account, dueAt, entries);

    public int AccountBytes => account.Bytes.Length;

    /// <summary>Lets the product accept and work purchases at these instants, and keeps what it stored.</summary>
    /// <param name="entriesKept">How many of the last entries are written again; the account has all.</param>
    public static async Task<CustomerTemplate> MakeAsync(
        int seed, IReadOnlyList<DateTimeOffset> instants, int entriesKept)
    {
        var store = new RecordingStore();
        var programs = new FixedPrograms(new ProgramHistory([LoyaltyProgram.Default]));
        var clock = new SetClock();
        var intake = new PurchaseIntake(store, store, programs, clock);
        var apply = new ApplyPurchases(new LedgerCoordinator(store, programs), NullLogger<ApplyPurchases>.Instance);
        var customer = new CustomerId("template");
        for (var i = 0; i < instants.Count; i++)
        {
            clock.Now = instants[i];
            await intake.AcceptAsync(
                customer, IdOf(i), BasketOf((seed * 31) + i), null, instants[i], null, CancellationToken.None);
            await apply.HandleAsync(
                customer.Value, [new DeliveredMessage(i, store.Messages[i], instants[i], 1)], CancellationToken.None);
        }

        var account = (await store.ReadAsync(LedgerKinds.AccountOf(customer), CancellationToken.None))!;
        var entries = new List<(int, Piece)>();
        for (var i = Math.Max(0, instants.Count - entriesKept); i < instants.Count; i++)
        {
            var entry = await store.ReadAsync(
                LedgerKinds.EntryOf(customer, EntryIds.Purchase(IdOf(i).Value)), CancellationToken.None);
            entries.Add((i, Piece.Of(entry!.Body, instants.Count)));
        }

        var (body, dueAt) = Looked(account.Body);
        return new CustomerTemplate(Piece.Of(body, instants.Count), dueAt, [.. entries]);
    }

    /// <summary>The template's documents as those of another customer.</summary>
    public List<Write> Writes(long customer)
    {
        var writes = new List<Write>(1 + entries.Length)
        {
            new Write.Create(LedgerKinds.Account, LedgerKinds.AccountId, account.For(customer), dueAt),
        };
        foreach (var (purchase, body) in entries)
        {
            writes.Add(new Write.Create(
                LedgerKinds.Entry, EntryIds.Purchase(Purchases.PurchaseId(NumberOf(customer, purchase))),
                body.For(customer)));
        }

        return writes;
    }

    /// <summary>As after a night that looked at the customer: due again when the first lot lapses.</summary>
    private static (ReadOnlyMemory<byte> Body, DateTimeOffset? DueAt) Looked(ReadOnlyMemory<byte> account)
    {
        var stored = JsonNode.Parse(account.Span)!.AsObject();
        stored.Remove("look");
        // Steps; the first lot lapses first.
        var first = stored["lots"]!["de"]!.AsArray()[0]!.GetValue<long>();
        return (Encoding.UTF8.GetBytes(stored.ToJsonString()), DateTimeOffset.FromUnixTimeMilliseconds(first));
    }

    private static PurchaseId IdOf(int purchase) => new(Purchases.PurchaseId(FirstPurchase + purchase));

    /// <summary>Apart from the numbers that load generators take.</summary>
    private static long NumberOf(long customer, int purchase) => 5_000_000_000 + (customer * 16) + purchase;

    private static Basket BasketOf(int variant)
    {
        _ = Currency.TryParse("GBP", out var currency);
        return new Basket(
            currency, "web",
            [.. Purchases.LinesOf(variant % Purchases.Variants).Select(line =>
                new BasketLine(line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice))],
            0, 395, 0);
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <param name="Ids">Where the digits of which purchase stand.</param>
    /// <param name="FingerprintAt">-1: it has none.</param>
    private sealed record Piece(byte[] Bytes, (int At, int Purchase)[] Ids, int FingerprintAt)
    {
        private const int FingerprintCharacters = 22;
        private const string Base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        public static Piece Of(ReadOnlyMemory<byte> body, int purchases)
        {
            var bytes = body.ToArray();
            var ids = new List<(int, int)>();
            for (var purchase = 0; purchase < purchases; purchase++)
            {
                var digits = Encoding.ASCII.GetBytes(IdOf(purchase).Value[1..]);
                for (var at = 0; bytes.AsSpan(at).IndexOf(digits) is var found and >= 0; at += found + digits.Length)
                    ids.Add((at + found, purchase));
            }

            var fingerprint = bytes.AsSpan().IndexOf("\"fp\":\""u8);
            return new Piece(bytes, [.. ids], fingerprint < 0 ? -1 : fingerprint + 6);
        }

        public byte[] For(long customer)
        {
            var bytes = Bytes.AsSpan().ToArray();
            foreach (var (at, purchase) in Ids)
                NumberOf(customer, purchase).TryFormat(bytes.AsSpan(at), out _, "D10", CultureInfo.InvariantCulture);
            if (FingerprintAt < 0)
                return bytes;
            var random = (ulong)customer;
            for (var i = 0; i < FingerprintCharacters; i++)
            {
                random = Population.Mix(random + (ulong)i);
                bytes[FingerprintAt + i] = (byte)Base64Url[(int)(random & 63)];
            }

            return bytes;
        }
    }
}
