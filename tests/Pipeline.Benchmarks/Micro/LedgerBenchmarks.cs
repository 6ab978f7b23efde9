using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Stores;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Benchmarks.Micro;

/// <summary>What a purchase costs without HTTP and without the engine.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private readonly ProgramHistory programs = new([LoyaltyProgram.Default]);
    private Account account = Account.New;
    private LedgerCommand.Purchase purchase = null!;
    private RecordingStore store = null!;
    private PurchaseIntake intake = null!;
    private ApplyPurchases apply = null!;
    private Basket basket = null!;
    private int next;

    [Params(0, 10, 100)]
    public int Lots { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _ = Currency.TryParse("GBP", out var currency);
        basket = new Basket(
            currency, "web",
            [.. Purchases.LinesOf(2).Select(line =>
                new BasketLine(line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice))],
            0, 395, 0);
        _ = Pricing.TryPrice(basket, out var priced);
        account = Account.New;
        for (var i = 0; i < Lots; i++)
            account = ((Decision.Accepted)Decide(Of(i, priced!))).Account;
        purchase = Of(Lots, priced!);
        store = new RecordingStore();
        var source = new FixedPrograms(programs);
        intake = new PurchaseIntake(store, store, source, TimeProvider.System);
        apply = new ApplyPurchases(new LedgerCoordinator(store, source), NullLogger<ApplyPurchases>.Instance);
    }

    /// <summary>The decision alone.</summary>
    [Benchmark]
    public object DecidePurchase() => Decide(purchase);

    /// <summary>Both use cases for a new customer, over a store in memory.</summary>
    [Benchmark]
    public async Task<object> AcceptAndApply()
    {
        var customer = new CustomerId(Purchases.CustomerId(next++ % 1_000_000));
        store.Messages.Clear();
        await intake.AcceptAsync(
            customer, new PurchaseId(Purchases.PurchaseId(next)), basket, null, Start.AddMilliseconds(next), null,
            CancellationToken.None);
        return await apply.HandleAsync(
            customer.Value, [new DeliveredMessage(next, store.Messages[0], Start, 1)], CancellationToken.None);
    }

    private Decision Decide(LedgerCommand.Purchase command) =>
        Ledger.Decide(new LedgerView(account), command, programs);

    private static LedgerCommand.Purchase Of(int number, PricedBasket priced) => new(
        new PurchaseId(Purchases.PurchaseId(number)), priced, null, Start.AddHours(number), Start.AddHours(number),
        "fingerprint");
}
