using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class AuditTests : IAsyncLifetime
{
    private readonly Shop shop = new();

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 20; i++)
            await shop.BuyAsync("p1", 50, customer: new CustomerId($"c{i}"));
        await shop.BuyAsync("p1", 100);
        await shop.BuyAsync("p2", 40);
        await shop.RefundAsync("r1", "p1", pence: 2_000);
        await shop.HoldAsync("h1", 30);
        await shop.CaptureAsync("h1");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_sound_ledger_is_proven_and_counted()
    {
        var audit = await shop.Audit.RunAsync(null, default);

        Assert.Equal(new AuditResult(Customers: 21, Entries: 25, Points: 1_090, Failure: null), audit);
    }

    [Fact]
    public async Task Points_are_those_that_customers_have_with_the_expiries_that_are_due()
    {
        shop.Time.Advance(TimeSpan.FromDays(500));

        Assert.Equal(0, (await shop.Audit.RunAsync(null, default)).Points);
    }

    [Fact]
    public async Task Of_damage_that_the_store_itself_finds_the_customer_is_named()
    {
        var pages = 0;
        shop.Tap.OnRequest = request => request.StartsWith("page", StringComparison.Ordinal) && ++pages == 1
            ? throw new InvalidDataException("A stored block is damaged.")
            : Task.CompletedTask;

        var audit = await new LedgerAudit(shop.Tap, shop.Programs, shop.Time).RunAsync(null, default);

        var failure = Assert.IsType<AuditFailure>(audit.Failure);
        Assert.Equal(
            ("readable", "what is stored of the customer cannot be read: A stored block is damaged"),
            (failure.Invariant, failure.Detail));
        Assert.NotNull(await shop.Memory.ReadAsync(LedgerKinds.AccountOf(new CustomerId(failure.Customer)), default));
    }

    [Fact]
    public async Task Progress_is_told()
    {
        var told = new List<long>();

        await shop.Audit.RunAsync(new Told(told), default);

        Assert.Equal(21, told[^1]);
        Assert.Equal(told.Order(), told);
    }

    [Theory]
    [InlineData("purchase:p1", "\"p\":100,\"at\"", "\"p\":101,\"at\"", "deficit")]
    [InlineData("purchase:p1", "\"p\":100,\"at\"", "\"p\":99,\"at\"", "sum")]
    [InlineData("refund:r1", "\"p\":-20", "\"p\":-19", "deficit")]
    [InlineData("purchase:p1", "\"v\":1,\"p\":100", "\"v\":1,\"p\":1000", "fold")]
    [InlineData("refund:r1", "\"amount\":2000", "\"amount\":1000", "fold")]
    [InlineData("purchase:p2", "\"lots\":{\"id\":[\"p2\"]", "\"lots\":{\"id\":[\"p3\"]", "lot")]
    [InlineData("purchase:p2", "\"prev\":\"purchase:p1\"", "\"prev\":\"purchase:p0\"", "hash")]
    [InlineData("purchase:p2", "\"n\":2", "\"n\":3", "chain")]
    [InlineData("purchase:p1", "\"v\":1", "\"v\":7", "readable")]
    [InlineData("purchase:p2", "\"bought\"", "\"bough\"", "readable")]
    public async Task An_edited_entry_is_named_and_so_is_one_whose_hashes_were_made_anew(
        string entry, string was, string becomes, string invariant)
    {
        await shop.TamperAsync(Shop.Entry(entry), text => text.Replace(was, becomes, StringComparison.Ordinal));
        await AssertFoundAsync("hash", entry);

        await shop.ResealAsync();
        await AssertFoundAsync(invariant);
    }

    [Theory]
    [InlineData("purchase:p1", "chain")]
    [InlineData("refund:r1", "chain")]
    [InlineData("capture:h1", "chain")]
    public async Task A_deleted_entry_is_found(string entry, string invariant)
    {
        await shop.Memory.CommitAsync("ann", [new Write.Delete(LedgerKinds.Entry, entry)], default);

        await AssertFoundAsync(invariant, entry);
    }

    [Theory]
    [InlineData("\"p\":[", "\"p\":[1", "sum")]
    [InlineData("\"id\":[\"p", "\"id\":[\"q", "lot")]
    [InlineData("\"n\":5", "\"n\":6", "chain")]
    [InlineData("\"head\":\"capture:h1\"", "\"head\":\"hold:h1\"", "chain")]
    [InlineData("\"latest\":7", "\"latest\":8", "fold")]
    [InlineData("\"de\":[1", "\"de\":[2", "fold")]
    public async Task An_edited_account_is_found_and_so_is_one_that_was_sealed_anew(string was, string becomes, string invariant)
    {
        await shop.TamperAsync(Shop.Account(), text => text.Replace(was, becomes, StringComparison.Ordinal));
        await AssertFoundAsync("account");

        await shop.ResealAsync();
        await AssertFoundAsync(invariant);
    }

    [Fact]
    public async Task The_chains_alone_are_proven_without_the_sums()
    {
        Assert.Equal(
            new AuditResult(Customers: 21, Entries: 25, Points: 0, Failure: null),
            await shop.Audit.RunAsync(null, default, chainsOnly: true));

        await shop.TamperAsync(Shop.Entry("purchase:p2"), static text => text.Replace("\"n\":2", "\"n\":3", StringComparison.Ordinal));

        Assert.Equal("purchase:p2", (await shop.Audit.RunAsync(null, default, chainsOnly: true)).Failure?.EntryId);
    }

    [Fact]
    public async Task An_edited_book_of_refunds_is_found()
    {
        await shop.TamperAsync(
            LedgerKinds.RefundsOf(Shop.Ann, new PurchaseId("p1")),
            static text => text.Replace("[2000,20,0]", "[2000,19,0]", StringComparison.Ordinal));

        await AssertFoundAsync("refunds");
    }

    [Fact]
    public async Task An_account_that_the_night_would_not_find_is_found()
    {
        var account = (await shop.Memory.ReadAsync(Shop.Account(), default))!;
        await shop.Memory.CommitAsync(
            "ann", [new Write.Upsert(LedgerKinds.Account, LedgerKinds.AccountId, account.Body)], default);

        await AssertFoundAsync("due");
    }

    [Fact]
    public async Task A_customer_who_buys_between_the_audits_reads_is_proven_all_the_same()
    {
        var audit = new LedgerAudit(shop.Tap, shop.Programs, shop.Time);
        var (asked, bought) = (0, 0);
        shop.Tap.OnRequest = async request =>
        {
            if (request == "page entry" && asked++ % 3 == 0)
                await BuyBesideAsync($"beside{bought++}");
        };

        var result = await audit.RunAsync(null, default);

        Assert.Null(result.Failure);
        Assert.True(bought > 5);
    }

    private async Task BuyBesideAsync(string purchase)
    {
        Pricing.TryPrice(Shop.Cups(1), out var priced);
        var coordinator = new LedgerCoordinator(shop.Memory, shop.Programs);
        for (var i = 0; i < 20; i++)
            await coordinator.DecideAsync(
                new CustomerId($"c{i}"),
                new LedgerCommand.Purchase(new PurchaseId(purchase), priced!, null, shop.Now, shop.Now, purchase),
                default);
    }

    private async Task AssertFoundAsync(string invariant, string? entry = null)
    {
        var failure = (await shop.Audit.RunAsync(null, default)).Failure;
        Assert.NotNull(failure);
        Assert.Equal(("ann", invariant), (failure.Customer, failure.Invariant));
        Assert.NotEmpty(failure.Detail);
        Assert.True(entry is null || entry == failure.EntryId, $"{failure.EntryId} was named: {failure.Detail}");
    }

    private sealed class Told(List<long> told) : IProgress<long>
    {
        public void Report(long value) => told.Add(value);
    }
}
