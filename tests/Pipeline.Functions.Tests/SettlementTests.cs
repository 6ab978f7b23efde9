using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Moq;
using Pipeline.Domain;
using Pipeline.Functions.Nightly;
using Pipeline.Functions.Purchases;
using Pipeline.Functions.ServiceBus;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Nightly;
using WorkNightlyPage = Pipeline.Functions.Nightly.WorkNightlyPage;

namespace Pipeline.Functions.Tests;

/// <summary>What becomes of a message after each outcome of its work.</summary>
public sealed class SettlementTests : IAsyncLifetime
{
    private readonly Mock<ServiceBusMessageActions> actions = new(MockBehavior.Strict);
    private Cloud cloud = null!;

    public async Task InitializeAsync() => cloud = await Cloud.StartAsync();

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task A_purchase_that_was_applied_is_completed()
    {
        var message = Received.Of(await Received.PurchaseAsync(cloud));
        ExpectComplete(message);

        await ApplyAsync(message);

        actions.VerifyAll();
        Assert.Equal(10, await cloud.PointsAsync());
    }

    [Fact]
    public async Task A_purchase_that_comes_again_is_completed_and_counts_once()
    {
        var message = Received.Of(await Received.PurchaseAsync(cloud));
        ExpectComplete(message);

        await ApplyAsync(message);
        await ApplyAsync(message);

        Assert.Equal(10, await cloud.PointsAsync());
    }

    [Fact]
    public async Task A_malformed_body_is_a_dead_letter_with_reason_and_description()
    {
        var sent = await Received.PurchaseAsync(cloud);
        sent.Body = BinaryData.FromString("{");
        var message = Received.Of(sent);
        ExpectDeadLetter(message, "malformed", description => description.Length > 0);

        await ApplyAsync(message);

        actions.VerifyAll();
    }

    [Theory]
    [InlineData(WorkMessages.NaturalKey)]
    [InlineData(WorkMessages.Session)]
    [InlineData(WorkMessages.Fingerprint)]
    public async Task A_message_that_is_none_of_ours_is_a_dead_letter_that_says_what_it_lacks(string property)
    {
        var sent = await Received.PurchaseAsync(cloud);
        sent.ApplicationProperties.Remove(property);
        var message = Received.Of(sent);
        ExpectDeadLetter(message, "malformed", description => description.Contains(property));

        await ApplyAsync(message);

        actions.VerifyAll();
    }

    [Fact]
    public async Task Another_content_under_one_key_is_completed_since_the_first_holds()
    {
        var first = Received.Of(await Received.PurchaseAsync(cloud));
        var other = Received.Of(await Received.PurchaseAsync(cloud, cups: 99));
        ExpectComplete(first);
        ExpectComplete(other);

        await ApplyAsync(first);
        await ApplyAsync(other);

        Assert.Equal(10, await cloud.PointsAsync());
    }

    [Fact]
    public async Task The_first_time_that_the_store_is_out_of_reach_the_message_is_abandoned_by_throwing()
    {
        var message = Received.Of(await Received.PurchaseAsync(cloud), delivery: 1);
        cloud.Store.OnRequest = FaultyStore.Unreachable;

        await Assert.ThrowsAsync<TransientFaultException>(() => ApplyAsync(message));

        actions.VerifyNoOtherCalls();
        Assert.Single(cloud.Bus.Sent);
    }

    [Fact]
    public async Task The_second_time_it_is_sent_again_for_later_under_another_id_and_completed()
    {
        var sent = await Received.PurchaseAsync(cloud);
        var message = Received.Of(sent, delivery: 2, sequence: 7);
        cloud.Store.OnRequest = FaultyStore.Unreachable;
        ExpectComplete(message);

        await ApplyAsync(message);

        actions.VerifyAll();
        var (entity, again) = cloud.Bus.Sent[1];
        Assert.Equal("purchases-entity", entity);
        Assert.Equal($"{sent.MessageId}~7", again.MessageId);
        Assert.Equal(sent.SessionId, again.SessionId);
        Assert.Equal("ann/purchase:p-1", again.ApplicationProperties[WorkMessages.NaturalKey]);
        Assert.Equal(sent.ApplicationProperties[WorkMessages.Fingerprint], again.ApplicationProperties[WorkMessages.Fingerprint]);
        Assert.Equal(sent.Body.ToArray(), again.Body.ToArray());
        Assert.Equal(message.EnqueuedTime, WorkMessages.FirstEnqueuedAtOf(Received.Of(again, enqueuedAfter: TimeSpan.FromHours(1))));
        Assert.InRange(again.ScheduledEnqueueTime - cloud.Time.GetUtcNow(), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Waits_double_up_to_a_quarter_of_an_hour_and_half_of_it_more()
    {
        var message = await Received.PurchaseAsync(cloud);
        cloud.Store.OnRequest = FaultyStore.Unreachable;
        actions.Setup(it => it.CompleteMessageAsync(It.IsAny<ServiceBusReceivedMessage>(), default)).Returns(Task.CompletedTask);
        var waits = new List<double>();
        for (var resend = 0; resend < 12; resend++)
        {
            await ApplyAsync(Received.Of(message, delivery: 2, sequence: 64));
            message = cloud.Bus.Sent[^1].Message;
            waits.Add((message.ScheduledEnqueueTime - cloud.Time.GetUtcNow()).TotalSeconds);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900], waits);
        Assert.Equal(12, message.ApplicationProperties[WorkMessages.Resends]);
    }

    [Fact]
    public async Task After_a_day_of_waits_it_is_a_dead_letter_that_says_so()
    {
        var sent = await Received.PurchaseAsync(cloud);
        sent.ApplicationProperties[WorkMessages.Resends] = SessionWorker.ResendsMax;
        var message = Received.Of(sent, delivery: 2);
        cloud.Store.OnRequest = FaultyStore.Unreachable;
        ExpectDeadLetter(message, "unavailable", description => description.Contains("Out of reach"));

        await ApplyAsync(message);

        actions.VerifyAll();
        Assert.Single(cloud.Bus.Sent);
    }

    [Fact]
    public async Task A_fault_of_the_message_is_thrown_until_its_last_delivery_and_then_a_dead_letter_with_its_reason()
    {
        var sent = await Received.PurchaseAsync(cloud);
        cloud.Store.OnRequest = static _ => throw new InvalidDataException("A stored account cannot be read.");
        for (var delivery = 1; delivery < SessionWorker.DeliveriesMax; delivery++)
            await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync(Received.Of(sent, delivery)));
        var last = Received.Of(sent, SessionWorker.DeliveriesMax);
        ExpectDeadLetter(last, nameof(InvalidDataException), description => description.Contains("account"));

        await ApplyAsync(last);

        actions.VerifyAll();
        Assert.Single(cloud.Bus.Sent);
    }

    [Fact]
    public async Task When_the_host_stops_nothing_is_settled_whatever_the_delivery()
    {
        var message = Received.Of(await Received.PurchaseAsync(cloud), delivery: 9);
        using var stopping = new CancellationTokenSource();
        cloud.Store.OnRequest = _ =>
        {
            stopping.Cancel();
            stopping.Token.ThrowIfCancellationRequested();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            cloud.New<ApplyPurchase>().RunAsync(message, actions.Object, stopping.Token));

        actions.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task A_customer_whose_id_differs_only_in_case_is_another_customer()
    {
        var small = await Received.PurchaseAsync(cloud, "ann");
        var large = await Received.PurchaseAsync(cloud, "ANN", cups: 7);
        actions.Setup(it => it.CompleteMessageAsync(It.IsAny<ServiceBusReceivedMessage>(), default)).Returns(Task.CompletedTask);
        Assert.NotEqual(small.MessageId, large.MessageId, StringComparer.OrdinalIgnoreCase);

        // The service gives the session's first spelling to all of it.
        large.SessionId = small.SessionId;
        await ApplyAsync(Received.Of(small));
        await ApplyAsync(Received.Of(large, sequence: 2));

        Assert.Equal((10, 7), (await cloud.PointsAsync("ann"), await cloud.PointsAsync("ANN")));
    }

    [Fact]
    public async Task The_work_goes_on_the_trace_of_the_request_and_the_entry_keeps_it()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Activity? work = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Pipeline.Work",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => work = activity.ParentId == Trace ? activity : work,
        };
        ActivitySource.AddActivityListener(listener);
        var sent = await Received.PurchaseAsync(cloud, traceParent: Trace);
        var message = Received.Of(sent);
        ExpectComplete(message);

        await ApplyAsync(message);

        Assert.Equal(Trace, sent.ApplicationProperties[WorkMessages.TraceParent]);
        Assert.Equal(Trace, sent.ApplicationProperties[WorkMessages.DiagnosticId]);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", work?.TraceId.ToString());
    }

    [Fact]
    public async Task A_nightly_page_that_was_worked_is_completed_and_the_run_ends()
    {
        cloud.Time.Advance(TimeSpan.FromDays(1));
        await cloud.Get<NightlyRuns>().PlanAsync(NightlyRuns.NightlyKind, new DateOnly(2026, 3, 2), default);
        actions.Setup(it => it.CompleteMessageAsync(It.IsAny<ServiceBusReceivedMessage>(), default)).Returns(Task.CompletedTask);

        // The first night measures before it scores: a page that is worked may send the next.
        for (var next = 0; next < cloud.Bus.Sent.Count; next++)
            await cloud.New<WorkNightlyPage>().RunAsync(Received.Of(cloud.Bus.Sent[next].Message), actions.Object, default);

        Assert.All(cloud.Bus.Sent, sent => Assert.Equal("nightly-entity", sent.Entity));
        Assert.Equal("done", (await cloud.Get<NightlyRuns>().GetAsync("nightly:2026-03-02", default))!.Status);
    }

    [Fact]
    public async Task Nights_that_were_missed_are_planned_at_the_next_look_and_once()
    {
        var plan = cloud.New<PlanNights>();
        await plan.RunAsync(new TimerInfo(), default);
        cloud.Time.Advance(TimeSpan.FromDays(3));

        await plan.RunAsync(new TimerInfo(), default);
        await plan.RunAsync(new TimerInfo { IsPastDue = true }, default);

        var (runs, _) = await cloud.Get<NightlyRuns>().ListAsync(10, null, default);
        Assert.Equal([new(2026, 3, 4), new(2026, 3, 3), new DateOnly(2026, 3, 2)], runs.Select(run => run.Slot));
    }

    private Task ApplyAsync(ServiceBusReceivedMessage message) =>
        cloud.New<ApplyPurchase>().RunAsync(message, actions.Object, default);

    private void ExpectComplete(ServiceBusReceivedMessage message) => actions
        .Setup(it => it.CompleteMessageAsync(message, It.IsAny<CancellationToken>()))
        .Returns(Task.CompletedTask);

    private void ExpectDeadLetter(ServiceBusReceivedMessage message, string reason, Func<string, bool> description) => actions
        .Setup(it => it.DeadLetterMessageAsync(
            message,
            It.Is<Dictionary<string, object>>(one => one.ContainsKey(WorkMessages.DeadLetteredAt)),
            reason,
            It.Is<string>(text => description(text)),
            It.IsAny<CancellationToken>()))
        .Returns(Task.CompletedTask);
}
