using Moq;
using Pipeline.Functions.Purchases;
using Pipeline.Functions.ServiceBus;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests;

/// <summary>Many messages over a queue with sessions, in good days and in bad ones.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_poison_message_is_a_dead_letter_with_its_reason_and_holds_up_nobody_longer_than_its_deliveries()
    {
        await using var cloud = await Cloud.StartAsync();
        var queue = QueueOf(cloud);
        await Received.PurchaseAsync(cloud, "ann", "poison");
        await Received.PurchaseAsync(cloud, "ann", "behind");
        await Received.PurchaseAsync(cloud, "bob", "other");
        var isPoisoned = true;
        cloud.Store.OnRequest = partition =>
        {
            if (isPoisoned && partition == "ann")
                throw new InvalidDataException("A stored account cannot be read.");
        };

        await queue.RoundAsync();
        Assert.Equal(10, await cloud.PointsAsync("bob"));
        for (var delivery = 2; delivery <= SessionWorker.DeliveriesMax; delivery++)
            await queue.RoundAsync();
        isPoisoned = false;
        await queue.DrainAsync();

        var (_, reason, description) = Assert.Single(queue.DeadLetters);
        Assert.Equal((nameof(InvalidDataException), "A stored account cannot be read."), (reason, description));
        Assert.Equal(10, await cloud.PointsAsync("ann"));
        Assert.Equal(SessionWorker.DeliveriesMax, queue.Deliveries.Count(one => one.Id.StartsWith("ann/purchase:poison~", StringComparison.Ordinal)));
        Assert.Equal(1, queue.Deliveries.Count(one => one.Id.StartsWith("ann/purchase:behind~", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_message_that_ends_the_process_is_set_aside_by_the_service_and_its_session_goes_on()
    {
        await using var cloud = await Cloud.StartAsync();
        var queue = new SessionQueue(cloud, (message, actions) => message.MessageId.Contains("killer", StringComparison.Ordinal)
            ? throw new InvalidOperationException("As good as dead: nothing is settled.")
            : cloud.New<ApplyPurchase>().RunAsync(message, actions, default));
        await Received.PurchaseAsync(cloud, "ann", "killer");
        await Received.PurchaseAsync(cloud, "ann", "behind");

        await queue.DrainAsync();

        Assert.Equal("MaxDeliveryCountExceeded", Assert.Single(queue.DeadLetters).Reason);
        Assert.Equal(10, await cloud.PointsAsync("ann"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(12 * 60)]
    public async Task However_long_the_store_is_out_of_reach_no_purchase_is_lost_and_none_counts_twice(int minutes)
    {
        await using var cloud = await Cloud.StartAsync();
        var queue = QueueOf(cloud);
        for (var purchase = 0; purchase < 5; purchase++)
            foreach (var customer in new[] { "ann", "bob", "cyd" })
                await Received.PurchaseAsync(cloud, customer, $"p-{purchase}");
        var back = cloud.Time.GetUtcNow().AddMinutes(minutes);
        cloud.Store.OnRequest = partition =>
        {
            if (cloud.Time.GetUtcNow() < back)
                FaultyStore.Unreachable(partition);
        };

        await queue.DrainAsync();

        Assert.Empty(queue.DeadLetters);
        foreach (var customer in new[] { "ann", "bob", "cyd" })
            Assert.Equal(50, await cloud.PointsAsync(customer));
        // In an hour a message is tried some ten times, and not as fast as it can be delivered.
        Assert.True(queue.Deliveries.Count < 15 * (30 + (minutes / 5)), $"{queue.Deliveries.Count} deliveries");
    }

    [Fact]
    public async Task A_caller_who_repeats_while_the_message_waits_adds_nothing()
    {
        await using var cloud = await Cloud.StartAsync();
        var queue = QueueOf(cloud);
        await Received.PurchaseAsync(cloud);
        cloud.Store.OnRequest = FaultyStore.Unreachable;
        await queue.RoundAsync();
        await queue.RoundAsync();
        cloud.Store.OnRequest = static _ => { };

        await Received.PurchaseAsync(cloud);
        cloud.Time.Advance(TimeSpan.FromMinutes(11));
        await Received.PurchaseAsync(cloud);
        await queue.DrainAsync();

        Assert.Equal(1, queue.Dropped);
        Assert.Equal(10, await cloud.PointsAsync());
        Assert.Empty(queue.DeadLetters);
    }

    [Fact]
    public async Task A_crash_between_sending_again_and_settling_leaves_one_message_to_work()
    {
        await using var cloud = await Cloud.StartAsync();
        var isCrashing = true;
        var queue = new SessionQueue(cloud, async (message, actions) =>
        {
            var dying = isCrashing && message.DeliveryCount == 2 ? Dying() : actions;
            await cloud.New<ApplyPurchase>().RunAsync(message, dying, default);
        });
        await Received.PurchaseAsync(cloud);
        cloud.Store.OnRequest = FaultyStore.Unreachable;
        await queue.RoundAsync();
        await queue.RoundAsync();
        await queue.RoundAsync();
        isCrashing = false;
        cloud.Store.OnRequest = static _ => { };

        await queue.DrainAsync();

        Assert.Equal(1, queue.Dropped);
        Assert.Equal(10, await cloud.PointsAsync());

        static Microsoft.Azure.Functions.Worker.ServiceBusMessageActions Dying() =>
            new Mock<Microsoft.Azure.Functions.Worker.ServiceBusMessageActions>(MockBehavior.Strict).Object;
    }

    [Fact]
    public async Task What_waited_became_a_dead_letter_and_was_replayed_can_wait_again()
    {
        await using var cloud = await Cloud.StartAsync();
        var queue = QueueOf(cloud);
        await Received.PurchaseAsync(cloud);
        await PutOffAsync();
        cloud.Store.OnRequest = static _ => throw new InvalidDataException("A stored account cannot be read.");
        await queue.DrainAsync();
        var (letter, _, _) = Assert.Single(queue.DeadLetters);
        cloud.Bus.DeadLetters
            .Setup(it => it.PeekMessageAsync(letter.SequenceNumber, It.IsAny<CancellationToken>())).ReturnsAsync(letter);
        cloud.Bus.DeadLetters
            .Setup(it => it.ReceiveMessagesAsync(It.IsAny<int>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([letter]);

        // All of it within the time for which the queue remembers the first wait's id.
        Assert.True(await cloud.Get<IDeadLetters>().ReplayAsync(QueueNames.Purchases, letter.SequenceNumber, default));
        await PutOffAsync();
        cloud.Store.OnRequest = static _ => { };
        await queue.DrainAsync();

        Assert.Equal(0, queue.Dropped);
        Assert.Equal(10, await cloud.PointsAsync());

        async Task PutOffAsync()
        {
            cloud.Store.OnRequest = FaultyStore.Unreachable;
            await queue.RoundAsync();
            await queue.RoundAsync();
        }
    }

    [Fact]
    public async Task Other_content_under_a_key_that_is_a_dead_letter_is_worked()
    {
        await using var cloud = await Cloud.StartAsync();
        var queue = QueueOf(cloud);
        await Received.PurchaseAsync(cloud);
        cloud.Store.OnRequest = static _ => throw new InvalidDataException("A stored account cannot be read.");
        await queue.DrainAsync();
        cloud.Store.OnRequest = static _ => { };

        await Received.PurchaseAsync(cloud, cups: 7);
        await queue.DrainAsync();

        Assert.Single(queue.DeadLetters);
        Assert.Equal(7, await cloud.PointsAsync());
    }

    private static SessionQueue QueueOf(Cloud cloud) =>
        new(cloud, (message, actions) => cloud.New<ApplyPurchase>().RunAsync(message, actions, default));
}
