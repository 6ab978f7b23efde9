using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;
using Pipeline.Functions.Operations;
using Pipeline.Functions.ServiceBus;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests;

public sealed class QueueWatchTests : IAsyncLifetime
{
    private Cloud cloud = null!;

    public async Task InitializeAsync() => cloud = await Cloud.StartAsync();

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task The_oldest_message_of_each_queue_is_measured_and_an_empty_queue_is_zero_seconds_old()
    {
        var sent = await Received.PurchaseAsync(cloud);
        cloud.Bus.Waiting["purchases-entity"] =
        [
            Received.Of(sent, sequence: 7, enqueuedAfter: TimeSpan.FromMinutes(3)),
            Received.Of(sent, sequence: 8, enqueuedAfter: TimeSpan.FromMinutes(1)),
            Received.Of(sent, sequence: 9, enqueuedAfter: TimeSpan.FromMinutes(4)),
        ];
        cloud.Time.Advance(TimeSpan.FromMinutes(5));

        var ages = await LookAsync();

        Assert.Equal(240, ages[QueueNames.Purchases]);
        Assert.Equal(0, ages[QueueNames.Feedback]);
        Assert.Equal(0, ages[QueueNames.Nightly]);
    }

    [Fact]
    public async Task What_was_put_off_is_as_old_as_its_first_copy()
    {
        var failed = Received.Of(await Received.PurchaseAsync(cloud));
        var copy = WorkMessages.Later(failed, resends: 1);
        cloud.Bus.Waiting["purchases-entity"] =
            [Received.Of(copy, sequence: 2, enqueuedAfter: TimeSpan.FromHours(1), state: ServiceBusMessageState.Scheduled)];
        cloud.Time.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(1_200, (await LookAsync())[QueueNames.Purchases]);
    }

    [Fact]
    public async Task What_was_sent_for_later_is_not_late()
    {
        var sent = await Received.PurchaseAsync(cloud);
        cloud.Bus.Waiting["purchases-entity"] = [Received.Of(sent, state: ServiceBusMessageState.Scheduled)];
        cloud.Time.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(0, (await LookAsync())[QueueNames.Purchases]);
    }

    /// <summary>What the timer's function measures, by queue.</summary>
    private async Task<Dictionary<string, double>> LookAsync()
    {
        var ages = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, all) =>
            {
                if (instrument.Name == "pipeline.queue.oldest")
                    all.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, age, tags, _) => ages.Add((string)tags[0].Value!, age));
        listener.Start();
        await cloud.New<WatchQueues>().RunAsync(new(), default);
        return ages;
    }
}
