using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Moq;
using Pipeline.Functions.Events;
using Pipeline.Functions.Purchases;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests;

public sealed class EventTests : IAsyncLifetime
{
    private readonly TestSink sink = new();
    private Cloud cloud = null!;

    public async Task InitializeAsync() => cloud = await Cloud.StartAsync(null, null, sink);

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public void The_trigger_repeats_a_batch_without_end_and_slower_each_time()
    {
        var retry = typeof(PublishLedgerEvents).GetMethod(nameof(PublishLedgerEvents.RunAsync))!
            .GetCustomAttribute<ExponentialBackoffRetryAttribute>()!;

        Assert.Equal((-1, "00:00:05", "00:05:00"), (retry.MaxRetryCount, retry.MinimumInterval, retry.MaximumInterval));
    }

    [Fact]
    public void The_trigger_begins_at_the_first_entry_where_its_place_is_lost() => Assert.True(
        typeof(PublishLedgerEvents).GetMethod(nameof(PublishLedgerEvents.RunAsync))!
            .GetParameters()[0].GetCustomAttribute<CosmosDBTriggerAttribute>()!.StartFromBeginning);

    [Fact]
    public async Task Entries_of_the_change_feed_become_events_and_other_documents_do_not()
    {
        await BuyAsync("p-1");

        await PublishAsync(await ItemAsync("purchase:p-1"), Json("""{"id":"account:account","customerId":"ann","_etag":"1"}"""));

        Assert.Equal(["ann/purchase:p-1"], sink.Taken.Select(one => one.Id));
    }

    [Fact]
    public async Task An_item_that_fails_is_kept_with_its_reason_and_the_others_are_delivered()
    {
        sink.Answer = static one => one.Id.EndsWith('1') ? new Delivery.Failed("It answered 422.", true) : Delivery.Done;
        await BuyAsync("p-1");
        await BuyAsync("p-2");

        await PublishAsync(await ItemAsync("purchase:p-1"), await ItemAsync("purchase:p-2"));

        Assert.Equal(["ann/purchase:p-2"], sink.Taken.Select(one => one.Id));
        var (events, _) = await cloud.Get<UndeliveredEvents>().ListAsync(10, null, default);
        Assert.Equal(("crm:purchase:p-1", "It answered 422."), (events[0].EventId, events[0].Reason));
    }

    [Fact]
    public async Task An_item_that_cannot_be_read_is_a_dead_letter_and_its_replay_takes_the_entry_from_the_store()
    {
        await BuyAsync("p-1");

        await PublishAsync(
            Json("""{"id":"entry:purchase:p-1","customerId":"ann","_etag":"1","base64":"not base64"}"""),
            Json("""{"id":42}"""));

        Assert.Empty(sink.Taken);
        var undelivered = cloud.Get<UndeliveredEvents>();
        Assert.True(await undelivered.ReplayAsync("ann", "crm:purchase:p-1", default));
        await cloud.New<RedeliverLedgerEvents>().RunAsync(new TimerInfo(), default);
        Assert.Equal(["ann/purchase:p-1"], sink.Taken.Select(one => one.Id));
    }

    [Fact]
    public async Task Only_a_store_that_cannot_keep_what_failed_fails_the_batch_and_its_repetition_loses_nothing()
    {
        sink.Answer = static _ => new Delivery.Failed("It answered 503.", false);
        await BuyAsync("p-1");
        var item = await ItemAsync("purchase:p-1");
        cloud.Store.OnRequest = FaultyStore.Unreachable;
        await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => PublishAsync(item));
        cloud.Store.OnRequest = static _ => { };

        await PublishAsync(item);

        sink.Answer = static _ => Delivery.Done;
        cloud.Time.Advance(TimeSpan.FromMinutes(5));
        await cloud.New<RedeliverLedgerEvents>().RunAsync(new TimerInfo(), default);
        Assert.Equal(["ann/purchase:p-1"], sink.Taken.Select(one => one.Id));
        Assert.Empty((await cloud.Get<UndeliveredEvents>().ListAsync(10, null, default)).Events);
    }

    private Task PublishAsync(params JsonElement[] items) =>
        cloud.New<PublishLedgerEvents>().RunAsync(items, default);

    private async Task BuyAsync(string purchase)
    {
        var message = Received.Of(await Received.PurchaseAsync(cloud, purchase: purchase));
        await cloud.New<ApplyPurchase>().RunAsync(message, new Mock<ServiceBusMessageActions>().Object, default);
    }

    /// <summary>The stored entry as the feed gives it.</summary>
    private async Task<JsonElement> ItemAsync(string entry)
    {
        var document = (await cloud.Store.ReadAsync(new DocumentKey("ann", LedgerKinds.Entry, entry), default))!;
        var body = JsonDocument.Parse(document.Body).RootElement.GetRawText();
        return Json($$"""{"id":"entry:{{entry}}","customerId":"ann","_etag":"\"1\"","_lsn":1,"body":{{body}}}""");
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private sealed class TestSink : IEventSink
    {
        public string Name => "crm";

        public List<CloudEvent> Taken { get; } = [];

        public Func<CloudEvent, Delivery> Answer { get; set; } = static _ => Delivery.Done;

        public ValueTask<Delivery> DeliverAsync(CloudEvent cloudEvent, CancellationToken cancellation)
        {
            var delivery = Answer(cloudEvent);
            if (delivery is Delivery.Delivered)
                Taken.Add(cloudEvent);
            return new ValueTask<Delivery>(delivery);
        }
    }
}
