using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Gateway.Wire;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Xunit.Abstractions;

namespace Pipeline.Cosmos.Tests.UseCases;

/// <summary>
/// What each use case costs: requests, documents, bytes, and request units by the vendor's published figures
/// (<see cref="RequestUnits"/> names the page). A change here is a change of the bill.
/// </summary>
/// <remarks>
/// Two figures of request units: the vendor's table, which has one figure for writing a document of a size; and the whole of
/// the page, by which a replacement is a deletion and an insertion, and each changed term of the index costs 0.2.
/// Unless a test says otherwise the customer has 24 lots: two purchases a month under the default program.
/// </remarks>
public sealed class CostTests(ITestOutputHelper output)
{
    private const int Lots = 24;
    private const int AccountBytesMax = 2 * 1024;
    private const double PurchaseChargeMax = 18;

    /// <summary>As long as most: 150 characters.</summary>
    private const string Comment =
        "The cups came a week late and one of them was orange, but the lady at your support was very kind and sent a new one the "
        + "same day. Would buy here again.";

    [Fact]
    public async Task A_purchase_is_one_point_read_and_one_batch_of_two()
    {
        using var shop = await WithLotsAsync();

        var intake = await CostAsync(shop, "purchase, accept", () => shop.AcceptAsync("web-2026-000025", 42));
        Assert.Equal(["Read"], intake.Requests);
        var apply = await CostAsync(shop, "purchase, apply", shop.WorkAsync);

        Assert.Equal(["Read", "Batch 2"], apply.Requests);
        // Why the whole is a read more than the work: docs/adr/0020.
        var whole = new Cost([.. intake.Calls, .. apply.Calls]);
        Report("purchase, in all", whole);
        Assert.Equal(["Read", "Read", "Batch 2"], whole.Requests);
        Assert.True(whole.Table <= PurchaseChargeMax, $"{whole.Table:0.00} RU by the table");
        AssertCharges(12.62, 19.21, whole);
        AssertCharges(1.00, 1.00, intake);
        AssertCharges(11.62, 18.21, apply);
    }

    [Fact]
    public async Task A_purchase_that_draws_on_the_budget_of_a_campaign_is_two_point_reads_and_a_batch_of_two_more()
    {
        var campaign = new Campaign(
            "hello", "Hello", new CampaignEffect.Bonus(5), CampaignConditions.None, CampaignWindow.Always,
            CampaignCaps.None with { Budget = 1_000_000 }, CampaignStacking.Alone);
        using var shop = await WithLotsAsync(program: LoyaltyProgram.Default with { Campaigns = [campaign] });
        await shop.AcceptAsync("web-2026-000025", 42);

        var apply = await CostAsync(shop, "purchase with a budget", shop.WorkAsync);

        Assert.Equal(["Read", "Read", "Read", "Batch 2", "Batch 2"], apply.Requests);
        AssertCharges(23.52, 36.26, apply);
    }

    [Fact]
    public async Task A_purchase_of_a_customer_with_few_lots_aims_at_eleven()
    {
        using var shop = await CloudShop.OpenAsync();
        for (var i = 0; i < 3; i++)
            await shop.BuyAsync($"web-2026-{i:D6}", 42, CloudShop.Opening.AddDays(-31 * (3 - i)));
        await shop.AcceptAsync("web-2026-000025", 42);

        var apply = await CostAsync(shop, "purchase with 3 lots", shop.WorkAsync);

        Assert.Equal(["Read", "Batch 2"], apply.Requests);
        Assert.InRange(apply.Table, 0, 11);
    }

    [Fact]
    public async Task A_refund_reads_its_purchase_and_its_refunds_and_is_one_batch_of_three()
    {
        using var shop = await WithLotsAsync();

        var intake = await CostAsync(shop, "refund, accept", () => shop.AcceptRefundAsync("r-1", "web-2025-000020", 1_000));
        Assert.Equal(["Read", "Read", "Read"], intake.Requests);
        var apply = await CostAsync(shop, "refund, apply", shop.WorkAsync);

        Assert.Equal(["Read", "Read", "Read", "Batch 3"], apply.Requests);
        AssertCharges(3.00, 3.00, intake);
        AssertCharges(18.55, 25.74, apply);
    }

    [Fact]
    public async Task A_hold_and_a_capture_are_one_point_read_and_one_batch_of_two_each()
    {
        using var shop = await WithLotsAsync();

        var hold = await CostAsync(shop, "hold", () => shop.HoldAsync("h-1", 100));
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        var capture = await CostAsync(shop, "capture", () => shop.CaptureAsync("h-1"));

        Assert.All([hold, capture], static cost => Assert.Equal(["Read", "Batch 2"], cost.Requests));
        AssertCharges(11.77, 18.36, hold);
        AssertCharges(11.52, 18.32, capture);
    }

    [Fact]
    public async Task An_expiry_is_one_batch_of_two_a_customer_and_the_scan_reads_only_who_is_due()
    {
        using var shop = await CloudShop.OpenAsync(shardCount: 1);
        for (var customer = 0; customer < 10; customer++)
            await shop.BuyAsync("p-1", 42, customer: new($"c{customer}"));
        shop.Time.Advance(TimeSpan.FromDays(200));
        for (var customer = 10; customer < 60; customer++)
            await shop.BuyAsync("p-1", 42, customer: new($"c{customer}"));
        shop.Time.Advance(TimeSpan.FromDays(200));
        await shop.Runs.PlanAsync("nightly", new DateOnly(2027, 3, 30), default);
        await shop.WorkNightAsync(); // knows everybody from now on
        await shop.Runs.PlanAsync("nightly", new DateOnly(2027, 4, 5), default);

        var night = await CostAsync(shop, "night of 10 expiries", shop.WorkNightAsync);

        // The expiry and the account; the insight and the account; and once the report and the totals.
        Assert.Equal(10 + 10 + 1, night.Requests.Count(static request => request == "Batch 2"));
        var scan = night.Calls.First(static call => call.Kind == CallKind.Query);
        Assert.Equal(10, scan.DocumentsRead);
        var expiry = new Cost([night.Calls.First(static call => call.DocumentsWritten == 2)]);
        Report("one expiry of it", expiry);
        AssertCharges(9.90, 15.85, expiry);
    }

    [Fact]
    public async Task A_feedback_is_a_claim_and_then_three_reads_a_query_and_two_batches_of_two()
    {
        using var shop = await WithLotsAsync();
        await HearAsync(shop, "f-0");

        var intake = await CostAsync(shop, "feedback, accept", () => shop.SendFeedbackAsync("f-1", 5, Comment, customer: CloudShop.Ann));
        var analysed = await CostAsync(shop, "feedback, analyse", shop.AnalyseAsync);
        var repeated = await CostAsync(shop, "feedback, again", () => HearAsync(shop, "f-1"));

        Assert.Equal(["Batch 1"], intake.Requests);
        Assert.Equal(["Read", "Read", "Read", "Batch 2", "QueryPlan", "Query", "Batch 2"], analysed.Requests);
        Assert.DoesNotContain(repeated.Calls, static call => call.Status < 300 && call.DocumentsWritten > 0);
        AssertCharges(4.95, 5.55, intake);
        AssertCharges(26.12, 38.02, analysed);
    }

    [Fact]
    public async Task The_purchase_of_a_feedback_is_a_read_more_and_the_case_that_it_opens_a_document_more()
    {
        using var shop = await WithLotsAsync();
        await HearAsync(shop, "f-0");

        await shop.SendFeedbackAsync("f-1", 1, Comment, "web-2025-000020", CloudShop.Ann);
        var analysed = await CostAsync(shop, "feedback, with a case", shop.AnalyseAsync);

        Assert.Equal(["Read", "Read", "Read", "Read", "Batch 3", "QueryPlan", "Query", "Batch 2"], analysed.Requests);
        AssertCharges(32.07, 44.77, analysed);
    }

    [Fact]
    public async Task Asking_the_language_service_costs_a_point_read_and_a_batch_of_one_before_the_call()
    {
        using var shop = await CloudShop.OpenAsync();
        using var services = shop.ServicesAsking(new AnsweringCloud(), recordsPerMonth: 1_600);
        var analyser = services.GetRequiredService<ITextAnalyser>();
        for (var counter = 0; counter < 16; counter++)
            await analyser.AnalyseAsync([new CommentText(Comment, "en-GB")], default);

        var asked = await CostAsync(
            shop, "a question", async () => await analyser.AnalyseAsync([new CommentText(Comment, "en-GB")], default));

        Assert.Equal(["Read", "Batch 1"], asked.Requests);
        AssertCharges(5.95, 11.30, asked);
    }

    [Theory]
    [InlineData("web-2025-0000")]
    [InlineData("0198c9a2-7b1e-7cc3-98c4-dc0c0c0730")]
    public async Task The_account_document_of_a_customer_with_24_lots_is_two_kibibytes_at_most(string purchases)
    {
        using var shop = await WithLotsAsync(purchases);
        var account = (await shop.Documents.ReadAsync(LedgerKinds.AccountOf(CloudShop.Ann), default))!;
        var item = shop.Items.Single(static item => item.Contains("\"id\":\"account:account\""));

        output.WriteLine($"body {account.Body.Length} bytes, item {Encoding.UTF8.GetByteCount(item)} bytes");
        Assert.InRange(account.Body.Length, 1, AccountBytesMax);
        Assert.InRange(Encoding.UTF8.GetByteCount(item), 1, AccountBytesMax);
    }

    private static async Task HearAsync(CloudShop shop, string id)
    {
        await shop.SendFeedbackAsync(id, 5, Comment, customer: CloudShop.Ann);
        await shop.AnalyseAsync();
    }

    /// <summary>To a tenth: the length of an instant or a version may change a few bytes.</summary>
    private static void AssertCharges(double table, double page, Cost cost)
    {
        Assert.InRange(cost.Table, table - 0.1, table + 0.1);
        Assert.InRange(cost.Charge, page - 0.1, page + 0.1);
    }

    private static async Task<CloudShop> WithLotsAsync(string purchases = "web-2025-0000", LoyaltyProgram? program = null)
    {
        // Twelve months are the default program's life of a lot, so two purchases a month.
        var shop = await CloudShop.OpenAsync(program: program);
        for (var i = 0; i < Lots; i++)
            await shop.BuyAsync($"{purchases}{i:D2}", 42, CloudShop.Opening.AddDays(-15 * (Lots - i)));
        var account = (await shop.Reader.BalanceAsync(CloudShop.Ann, null, null, default))!;
        Assert.Equal(Lots * (program is null ? 42 : 42 + 5), account.Spendable);
        return shop;
    }

    private async Task<Cost> CostAsync(CloudShop shop, string what, Func<Task> act)
    {
        // So that the time of the last write, which is indexed, is another.
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        shop.Gateway.Journal.Clear();
        await act();
        var cost = new Cost(shop.Gateway.Journal.Calls);
        Report(what, cost);
        return cost;
    }

    private void Report(string what, Cost cost) => output.WriteLine(
        $"{what,-22} {cost.Calls.Count,3} requests"
        + $", {cost.Calls.Sum(static call => call.DocumentsRead),2} read"
        + $", {cost.Calls.Sum(static call => call.DocumentsWritten),2} written"
        + $", {cost.Calls.Sum(static call => call.BytesIn),6} B sent"
        + $", {cost.Calls.Sum(static call => call.BytesOut),6} B received"
        + $", {cost.Table,6:0.00} RU by the table, {cost.Charge,6:0.00} by the whole page");

    private sealed class AnsweringCloud : ICloudTextAnalyser
    {
        public ValueTask<IReadOnlyList<CloudAnswer>> AnalyseAsync(
            IReadOnlyList<CloudDocument> documents, CancellationToken cancellation) =>
            new([.. documents.Select(static _ => new CloudAnswer.Refused("Nothing"))]);
    }

    private sealed record Cost(IReadOnlyList<Call> Calls)
    {
        public IReadOnlyList<string> Requests =>
        [
            .. Calls.Select(static call =>
                call.Kind == CallKind.Batch ? $"Batch {call.DocumentsWritten}" : $"{call.Kind}"),
        ];

        /// <summary>By the whole of the vendor's page.</summary>
        public double Charge => Calls.Sum(static call => call.Charge);

        /// <summary>By the vendor's table alone.</summary>
        public double Table => Calls.Sum(static call => call.TableCharge);
    }
}
