using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Cosmos.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Store;

/// <summary>What a caller is told when the service is busy, silent or gone.</summary>
public sealed class FaultyServiceTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Write[] Writes = [new Write.Create("k", "i", Encoding.UTF8.GetBytes("{}"))];

    public static TheoryData<string> Operations => ["read", "page", "commit", "scan", "changes"];

    [Theory, MemberData(nameof(Operations))]
    public async Task A_busy_service_is_asked_again_until_it_answers(string operation)
    {
        using var store = await CloudStore.OpenAsync();
        store.Gateway.Faults.Plan(static (_, number) => number <= 3 ? Fault.Throttled : null);

        await AskAsync(store.Documents, operation);

        Assert.True(store.Gateway.Journal.Calls.Count(static call => call.Status == 429) == 3);
    }

    [Theory, MemberData(nameof(Operations))]
    public async Task A_service_that_stays_busy_is_given_up_after_a_bound(string operation)
    {
        using var store = await CloudStore.OpenAsync(with: static options => options with { ThrottledAttemptsMax = 4 });
        store.Gateway.Journal.Clear();
        store.Gateway.Faults.Plan(static (_, _) => Fault.Throttled);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AskAsync(store.Documents, operation));

        Assert.Equal(4, store.Gateway.Journal.Calls.Count);
    }

    [Fact]
    public async Task The_delay_that_the_service_names_is_kept_and_bounded()
    {
        using var store = await CloudStore.OpenAsync(
            with: static options => options with { ThrottledMillisecondsMax = 300 });
        store.Gateway.Faults.RetryAfterMilliseconds = 120;
        store.Gateway.Journal.Clear();
        store.Gateway.Faults.Plan(static (_, _) => Fault.Throttled);

        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AskAsync(store.Documents, "read"));

        Assert.Equal(3, store.Gateway.Journal.Calls.Count);
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(230));
    }

    [Theory]
    [InlineData("read", Fault.Unavailable)]
    [InlineData("page", Fault.Unavailable)]
    [InlineData("commit", Fault.Unavailable)]
    [InlineData("scan", Fault.Unavailable)]
    [InlineData("changes", Fault.Unavailable)]
    [InlineData("read", Fault.TimedOut)]
    [InlineData("commit", Fault.TimedOut)]
    [InlineData("scan", Fault.TimedOut)]
    [InlineData("commit", Fault.Unreachable)]
    public async Task A_service_that_cannot_now_is_ours_to_repeat(string operation, Fault fault)
    {
        using var store = await CloudStore.OpenAsync(with: static options => options with { OperationSecondsMax = 2 });
        store.Gateway.Faults.Plan((_, _) => fault);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AskAsync(store.Documents, operation));

        store.Gateway.Faults.None();
        Assert.Null(await store.Documents.ReadAsync(new("p", "k", "i"), None));
        await AskAsync(store.Documents, operation);
    }

    [Theory]
    [InlineData("read", Fault.Silent)]
    [InlineData("commit", Fault.Silent)]
    [InlineData("commit", Fault.SilentAfter)]
    public async Task A_silent_service_is_waited_for_no_longer_than_the_bound(string operation, Fault fault)
    {
        using var store = await CloudStore.OpenAsync();
        using var other = await CloudStore.OpenAsync(
            store.Gateway, static options => options with { OperationSecondsMax = 1 });
        // What the client reads once is read already, so that only the request itself waits.
        await AskAsync(other.Documents, "read");
        store.Gateway.Faults.Plan((_, _) => fault);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AskAsync(other.Documents, operation));

        store.Gateway.Faults.None();
        Assert.Equal(fault == Fault.SilentAfter, await store.Documents.ReadAsync(new("p", "k", "i"), None) is not null);
    }

    [Fact]
    public async Task A_read_that_did_not_arrive_is_sent_again()
    {
        using var store = await CloudStore.OpenAsync();
        await AskAsync(store.Documents, "commit");
        store.Gateway.Faults.FailAt(1, Fault.Unreachable);

        Assert.NotNull(await store.Documents.ReadAsync(new("p", "k", "i"), None));
        Assert.True(store.Gateway.Faults.HasFailed);
    }

    [Theory, MemberData(nameof(Operations))]
    public async Task A_caller_who_gives_up_is_told_so(string operation)
    {
        using var store = await CloudStore.OpenAsync();
        store.Gateway.Faults.Plan(static (_, _) => Fault.Silent);
        using var giving = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AskAsync(store.Documents, operation, cancellation: giving.Token));
    }

    [Fact]
    public async Task Every_answer_s_charge_is_measured_and_traced_and_throttling_is_counted()
    {
        using var store = await CloudStore.OpenAsync();
        using var measured = new Measured();
        store.Gateway.Journal.Clear();
        store.Gateway.Faults.FailAt(2, Fault.Throttled);

        await AskAsync(store.Documents, "commit", key: measured.Key);
        await AskAsync(store.Documents, "page", key: measured.Key);

        Assert.Equal(1, measured.Throttled);
        var spans = measured.Spans;
        Assert.Equal(["cosmos commit", "cosmos page"], spans.Select(static span => span.DisplayName));
        var charged = store.Gateway.Journal.Calls.Sum(static call => call.Charge);
        var traced = spans.Sum(static span => (double)span.GetTagItem("azure.cosmosdb.operation.request_charge")!);
        Assert.Equal(charged, traced, 0.02);
        Assert.Equal(charged, measured.Charge, 0.02);
    }

    private static async Task AskAsync(
        IDocumentStore store, string operation, ActivityContext key = default, CancellationToken cancellation = default)
    {
        using var parent = new Activity("test").SetParentId(key.TraceId, key.SpanId).Start();
        switch (operation)
        {
            case "read":
                await store.ReadAsync(new("p", "k", "i"), cancellation);
                break;
            case "page":
                await store.PageAsync(new("p", "k", 10), cancellation);
                break;
            case "commit":
                Assert.True((await store.CommitAsync("p", Writes, cancellation)).Committed);
                break;
            case "scan":
                await store.ScanAsync(new(0, "k", 10, DueAtOrBefore: DateTimeOffset.UnixEpoch), cancellation);
                break;
            default:
                await store.ChangesAsync(new(0, 10), cancellation);
                break;
        }
    }

    /// <summary>
    /// Listens to the store's meter and traces. Other tests run at the same time, and are told apart by their trace.
    /// </summary>
    private sealed class Measured : IDisposable
    {
        private readonly MeterListener meters = new();
        private readonly ActivityListener activities;
        private readonly List<Activity> spans = [];

        public Measured()
        {
            meters.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Pipeline.Cosmos")
                    listener.EnableMeasurementEvents(instrument);
            };
            // Called by other tests too, at the same time: what is not ours must not be added, not even as 0.
            meters.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
            {
                if (IsOurs && instrument.Unit == "{request_unit}")
                    Charge += value;
            });
            meters.SetMeasurementEventCallback<long>((_, value, _, _) =>
            {
                if (IsOurs)
                    Throttled += value;
            });
            meters.Start();
            activities = new ActivityListener
            {
                ShouldListenTo = static source => source.Name == "Pipeline.Cosmos",
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (activity.TraceId == Key.TraceId)
                        spans.Add(activity);
                },
            };
            ActivitySource.AddActivityListener(activities);
        }

        public ActivityContext Key { get; } =
            new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

        public double Charge { get; private set; }

        public long Throttled { get; private set; }

        public IReadOnlyList<Activity> Spans => spans;

        private bool IsOurs => Activity.Current?.TraceId == Key.TraceId;

        public void Dispose()
        {
            meters.Dispose();
            activities.Dispose();
        }
    }
}
