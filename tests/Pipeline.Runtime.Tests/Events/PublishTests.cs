using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Domain;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Events;

public sealed class PublishTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static readonly Delivery.Failed Busy = new("It answered 503.", IsPermanent: false);
    private static readonly Delivery.Failed Refused = new("It answered 422.", IsPermanent: true);

    private readonly Shop shop = new();
    private readonly Sink crm = new();
    private readonly UndeliveredEvents undelivered;

    public PublishTests() => undelivered = new UndeliveredEvents(shop.Tap, shop.Time);

    [Fact]
    public async Task Every_entry_becomes_one_event_and_nothing_else_does()
    {
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-1", 10);
        await shop.RefundAsync("r-1", "p-1");

        await DrainAsync(outbox);

        Assert.Equal(
            [("ann/purchase:p-1", "pipeline.ledger.earn", 1), ("ann/refund:r-1", "pipeline.ledger.refund", 2)],
            crm.Taken.Select(one => (one.Id, one.Type, one.Sequence)));
        Assert.All(crm.Taken, static one => Assert.Equal(("/pipeline/ledger", "ann"), (one.Source, one.Subject)));
    }

    [Fact]
    public async Task An_event_is_a_CloudEvent_whose_data_is_the_line_of_the_ledger()
    {
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-1", 10);
        await DrainAsync(outbox);

        var json = JsonDocument.Parse(LedgerEvents.ToJson(crm.Taken.Single())).RootElement;

        Assert.Equal("1.0", json.GetProperty("specversion").GetString());
        Assert.Equal("0000000001", json.GetProperty("sequence").GetString());
        Assert.Equal("2026-03-01T12:00:00Z", json.GetProperty("time").GetString());
        var data = json.GetProperty("data");
        Assert.Equal("purchase:p-1", data.GetProperty("entryId").GetString());
        Assert.Equal(10, data.GetProperty("points").GetInt64());
    }

    [Fact]
    public async Task The_trace_of_the_request_goes_through_the_queue_and_the_entry_into_the_event()
    {
        var outbox = await StartedAsync(crm);
        await shop.Intake.AcceptAsync(
            Shop.Ann, new PurchaseId("p-1"), Shop.Cups(10), null, shop.Now, Trace, default);
        await shop.WorkAsync();

        await DrainAsync(outbox);

        Assert.Equal(Trace, crm.Taken.Single().TraceParent);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task What_was_recorded_before_the_first_sink_is_not_told()
    {
        await shop.BuyAsync("p-1", 10);
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-2", 10);

        await DrainAsync(outbox);

        Assert.Equal(["ann/purchase:p-2"], crm.Taken.Select(one => one.Id));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_stood()
    {
        await DrainAsync(await StartedAsync(crm));
        await shop.BuyAsync("p-1", 10);
        await DrainAsync(Outbox(crm));
        await shop.BuyAsync("p-2", 10);

        await DrainAsync(Outbox(crm));

        Assert.Equal(["ann/purchase:p-1", "ann/purchase:p-2"], crm.Taken.Select(one => one.Id));
    }

    [Fact]
    public async Task A_bad_event_is_dead_with_its_reason_and_the_others_are_delivered()
    {
        crm.Answer = one => one.Id == "ann/purchase:p-2" ? Refused : Delivery.Done;
        var outbox = await StartedAsync(crm);
        foreach (var purchase in new[] { "p-1", "p-2", "p-3" })
            await shop.BuyAsync(purchase, 10);

        await DrainAsync(outbox);

        Assert.Equal(["ann/purchase:p-1", "ann/purchase:p-3"], crm.Taken.Select(one => one.Id));
        var dead = Assert.Single(await KeptAsync());
        Assert.Equal(("crm:purchase:p-2", Refused.Reason, null), (dead.EventId, dead.Reason, dead.NextAttemptAt));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_dead_and_stops_nothing()
    {
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-1", 10);
        var publish = Publish(crm);
        var entry = (await shop.Memory.ReadAsync(Shop.Entry("purchase:p-1"), default))!;

        await publish.RunAsync([entry with { Body = "[]"u8.ToArray(), Key = Shop.Entry("purchase:bad") }, entry], default);

        Assert.Single(crm.Taken);
        Assert.Equal("crm:purchase:bad", Assert.Single(await KeptAsync()).EventId);
        GC.KeepAlive(outbox);
    }

    [Fact]
    public async Task A_sink_that_is_down_is_asked_once_a_round_and_the_others_get_all()
    {
        var mail = new Sink("mail") { Answer = static _ => throw new HttpRequestException("no route") };
        var outbox = await StartedAsync(crm, mail);
        foreach (var purchase in new[] { "p-1", "p-2", "p-3" })
            await shop.BuyAsync(purchase, 10);

        await DrainAsync(outbox);

        Assert.Equal(3, crm.Taken.Count);
        Assert.Equal(1, mail.Asked);
        Assert.Equal(
            ["mail:purchase:p-1", "mail:purchase:p-2", "mail:purchase:p-3"], (await KeptAsync()).Select(one => one.EventId));
    }

    [Fact]
    public async Task What_was_kept_is_delivered_once_the_sink_is_back()
    {
        crm.Answer = static _ => Busy;
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-1", 10);
        await DrainAsync(outbox);
        crm.Answer = static _ => Delivery.Done;

        Assert.Equal(0, await RedeliverAsync());
        shop.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await RedeliverAsync());

        Assert.Single(crm.Taken);
        Assert.Empty(await KeptAsync());
    }

    [Fact]
    public async Task A_slow_sink_ends_a_round_in_time_and_the_rest_is_kept_for_the_next()
    {
        var outbox = await StartedAsync(crm);
        foreach (var purchase in new[] { "p-1", "p-2", "p-3", "p-4", "p-5" })
            await shop.BuyAsync(purchase, 10);
        crm.Answer = _ =>
        {
            shop.Time.Advance(TimeSpan.FromSeconds(50));
            return Delivery.Done;
        };

        await DrainAsync(outbox);

        Assert.Equal(["ann/purchase:p-1", "ann/purchase:p-2", "ann/purchase:p-3"], crm.Taken.Select(one => one.Id));
        Assert.Equal(["crm:purchase:p-4", "crm:purchase:p-5"], (await KeptAsync()).Select(one => one.EventId));
        shop.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, await RedeliverAsync());
        Assert.Empty(await KeptAsync());
    }

    [Fact]
    public async Task However_many_events_wait_for_a_sink_that_is_down_another_gets_its_own()
    {
        const int Waiting = 2_500;
        crm.Answer = static _ => Busy;
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-1", 10);
        foreach (var some in Enumerable.Range(0, Waiting).Chunk(100))
            await shop.Tap.CommitAsync(Shop.Ann.Value, [.. some.Select(WaitingForMail)], default);
        await DrainAsync(outbox);
        crm.Answer = static _ => Delivery.Done;
        shop.Time.Advance(TimeSpan.FromMinutes(5));
        var mail = new Sink("mail") { Answer = static _ => Busy };

        Assert.Equal(1, await RedeliverAsync(crm, mail));

        Assert.Single(crm.Taken);
        Assert.InRange(mail.Asked, 1, 16);
    }

    private Write WaitingForMail(int number) => new Write.Create(
        UndeliveredEvents.Kind,
        $"mail:{number}",
        UndeliveredJson.Write(new UndeliveredDocument { Sink = "mail", Entry = "purchase:p-1", Reason = "down", Attempts = 1 }),
        shop.Now.AddSeconds(-1));

    [Fact]
    public async Task After_its_attempts_an_event_is_dead_until_it_is_replayed()
    {
        crm.Answer = static _ => Busy;
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-1", 10);
        await DrainAsync(outbox);
        for (var hour = 0; hour < 40 * 6; hour++)
        {
            shop.Time.Advance(TimeSpan.FromMinutes(10));
            await RedeliverAsync();
        }

        var dead = Assert.Single(await KeptAsync());
        Assert.Equal((9, null), (dead.Attempts, dead.NextAttemptAt));
        crm.Answer = static _ => Delivery.Done;
        Assert.True(await undelivered.ReplayAsync("ann", dead.EventId, default));
        Assert.False(await undelivered.ReplayAsync("ann", "crm:purchase:none", default));
        Assert.Equal(1, await RedeliverAsync());
        Assert.Empty(await KeptAsync());
    }

    [Fact]
    public async Task An_event_of_a_sink_that_is_gone_is_dead_with_that_reason()
    {
        crm.Answer = static _ => Busy;
        var outbox = await StartedAsync(crm);
        await shop.BuyAsync("p-1", 10);
        await DrainAsync(outbox);
        shop.Time.Advance(TimeSpan.FromMinutes(1));

        await RedeliverAsync(new Sink("other"));

        var dead = Assert.Single(await KeptAsync());
        Assert.Null(dead.NextAttemptAt);
        Assert.Contains("configured", dead.Reason);
    }

    /// <summary>Whatever request to the store fails while events are published, each is delivered or kept in the end.</summary>
    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.LostAnswer)]
    public async Task No_fault_of_the_store_loses_an_event(Fault fault)
    {
        for (var number = 1; ; number++)
        {
            var fixture = new PublishTests();
            var outbox = await fixture.StartedAsync(fixture.crm);
            await fixture.shop.BuyAsync("p-1", 10);
            await fixture.shop.BuyAsync("p-2", 10);
            fixture.crm.Answer = static one => one.Id.EndsWith('1') ? Refused : Delivery.Done;
            fixture.shop.Tap.FailAt(number, fault);
            try
            {
                await DrainAsync(outbox);
            }
            catch (Exception error) when (error is StoreUnavailableException)
            {
                // The host dies and starts again.
            }

            var hasFailed = fixture.shop.Tap.HasFailed;
            fixture.shop.Tap.Listen();
            await DrainAsync(fixture.Outbox(fixture.crm));
            Assert.Contains(fixture.crm.Taken, one => one.Id == "ann/purchase:p-2");
            Assert.Equal("crm:purchase:p-1", Assert.Single(await fixture.KeptAsync()).EventId);
            if (!hasFailed)
                return;
        }
    }

    [Fact]
    public async Task The_list_goes_on_from_page_to_page_over_all_shards()
    {
        crm.Answer = static _ => Refused;
        var outbox = await StartedAsync(crm);
        foreach (var customer in new[] { "ann", "bob", "cyd", "dee", "eve", "fay", "gus" })
            await shop.BuyAsync("p", 10, customer: new CustomerId(customer));
        await DrainAsync(outbox);

        var customers = new List<string>();
        string? cursor = null;
        do
        {
            var (page, next) = await undelivered.ListAsync(2, cursor, default);
            customers.AddRange(page.Select(one => one.Customer));
            cursor = next;
        }
        while (cursor is not null);

        Assert.Equal(["ann", "bob", "cyd", "dee", "eve", "fay", "gus"], customers.Order());
    }

    private PublishEvents Publish(params IEventSink[] sinks) =>
        new(sinks, undelivered, shop.Time, NullLogger<PublishEvents>.Instance);

    private Outbox Outbox(params IEventSink[] sinks) => new(shop.Tap, Publish(sinks), shop.Time);

    /// <summary>An outbox that has looked once, and so tells what comes from now on.</summary>
    private async Task<Outbox> StartedAsync(params IEventSink[] sinks)
    {
        var outbox = Outbox(sinks);
        await DrainAsync(outbox);
        return outbox;
    }

    private static async Task DrainAsync(Outbox outbox)
    {
        for (var round = 0; await outbox.PublishNewAsync(default); round++)
            Assert.True(round < 100, "The outbox has no end.");
    }

    private async Task<int> RedeliverAsync(params Sink[] sinks) => await new RedeliverEvents(
        shop.Tap, sinks.Length > 0 ? sinks : [crm], undelivered, shop.Time, NullLogger<RedeliverEvents>.Instance).RunAsync(default);

    private async Task<IReadOnlyList<UndeliveredEvent>> KeptAsync() =>
        [.. (await undelivered.ListAsync(100, null, default)).Events.OrderBy(one => one.EventId, StringComparer.Ordinal)];
}
