using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>A shop changes its program while it serves, and proves its ledgers.</summary>
public sealed class ProgramChangeTests : IDisposable
{
    private static readonly object Double = new
    {
        version = 2,
        name = "Two points",
        timeZone = "UTC",
        earning = new { pointsPerMajorUnit = new { @default = 2 } },
    };

    private readonly TempFolder folder = new();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_new_version_awards_what_is_bought_from_then_on_and_a_refund_keeps_the_old()
    {
        string key;
        await using (var shop = await LocalShop.StartAsync(folder.Data))
        {
            key = shop.Key;
            Assert.Equal(10, await BuyAsync(shop, "p-1", Now));
            var dry = await PutAsync(shop, "?dryRun=true", Double);
            Assert.Equal(1, (await shop.GetAsync("/v1/program")).GetProperty("version").GetInt32());

            var put = await PutAsync(shop, "", Double);
            var effective = put.GetProperty("effectiveFrom").GetDateTimeOffset();
            Assert.Equal(dry.GetProperty("differences").GetRawText(), put.GetProperty("differences").GetRawText());
            while (Now < effective)
                await Task.Delay(1);

            Assert.Equal(20, await BuyAsync(shop, "p-2", Now));
            Assert.Equal(10, await BuyAsync(shop, "p-3", effective.AddMinutes(-1)));
            await shop.PostAsync("/v1/refunds", new { refundId = "r-1", purchaseId = "p-1", customerId = "alice", occurredAt = Now });
            var refund = await shop.UntilAsync("/v1/customers/alice/refunds/r-1");
            Assert.Equal(10, refund.GetProperty("points").GetInt64());
        }

        await using var again = await LocalShop.StartAsync(folder.Data, key);
        Assert.Equal(20, await BuyAsync(again, "p-4", Now));
        Assert.Equal(
            ["inEffect", "past"],
            (await again.GetAsync("/v1/program/versions")).GetProperty("versions").EnumerateArray()
                .Select(static version => version.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_program_with_errors_is_refused_with_all_of_them()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);

        using var answer = await shop.Client.PutAsJsonAsync(
            "/v1/program", new { version = 2, name = "", timeZone = "Mars/Olympus", extra = 1 });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(
            ["/extra", "/name", "/timeZone"], errors.EnumerateObject().Select(static error => error.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>On the disk's engine, through its own writes: every byte of the entries, the account and the refunds.</summary>
    [Fact]
    public async Task A_flipped_byte_of_any_stored_document_is_found_and_named()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);
        await BuyAsync(shop, "p-1", Now);
        await shop.PostAsync("/v1/refunds", new { refundId = "r-1", purchaseId = "p-1", customerId = "alice", occurredAt = Now, amount = 500 });
        await shop.UntilAsync("/v1/customers/alice/refunds/r-1");
        var store = shop.Get<IDocumentStore>();
        var alice = new CustomerId("alice");
        foreach (var key in (DocumentKey[])
            [
                LedgerKinds.EntryOf(alice, "purchase:p-1"), LedgerKinds.EntryOf(alice, "refund:r-1"),
                LedgerKinds.AccountOf(alice), LedgerKinds.RefundsOf(alice, new PurchaseId("p-1")),
            ])
        {
            var document = (await store.ReadAsync(key, default))!;
            for (var at = 0; at < document.Body.Length; at++)
            {
                var flipped = document.Body.ToArray();
                flipped[at] ^= 1;
                await PutAsync(store, document, flipped);
                var broken = (await shop.Get<ProofReader>().GetAsync(alice, 0, 1, default))!.FirstBroken;
                var named = key.Kind == LedgerKinds.Entry ? broken?.EntryId == key.Id : broken?.Invariant == key.Kind;
                Assert.True(named, $"byte {at} of {key.Kind} {key.Id}: {broken}");
            }

            await PutAsync(store, document, document.Body.ToArray());
        }

        Assert.True((await shop.GetAsync("/v1/customers/alice/proof")).GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task A_date_that_is_too_early_is_refused_with_the_earliest_one_in_a_form_that_can_be_sent_back()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);

        using var answer = await shop.Client.PutAsJsonAsync("/v1/program?effectiveFrom=2001-01-01T00:00:00Z", Double);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Matches(
            @"^A new version can take effect at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z at the earliest\.$",
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    private static async Task PutAsync(IDocumentStore store, Document document, byte[] body) => await store.CommitAsync(
        document.Key.Partition, [new Write.Upsert(document.Key.Kind, document.Key.Id, body, document.DueAt)], default);

    private static async Task<JsonElement> PutAsync(LocalShop shop, string query, object program)
    {
        using var answer = await shop.Client.PutAsJsonAsync($"/v1/program{query}", program);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<long> BuyAsync(LocalShop shop, string purchase, DateTimeOffset at)
    {
        await shop.PostAsync("/v1/purchases", new
        {
            purchaseId = purchase,
            customerId = "alice",
            occurredAt = at,
            currency = "GBP",
            lines = new[] { new { sku = "mug", quantity = 1, unitPrice = 1_000 } },
        });
        return (await shop.UntilAsync($"/v1/customers/alice/purchases/{purchase}")).GetProperty("points").GetInt64();
    }
}
