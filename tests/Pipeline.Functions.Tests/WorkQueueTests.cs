using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Pipeline.Functions.ServiceBus;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests;

public sealed class WorkQueueTests : IAsyncLifetime
{
    private Cloud cloud = null!;

    public async Task InitializeAsync() => cloud = await Cloud.StartAsync();

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task The_message_id_is_the_natural_key_with_a_mark_of_the_content_and_the_session_the_customer()
    {
        var notBefore = cloud.Time.GetUtcNow().AddMinutes(5);

        var result = await Queue.SendAsync(QueueNames.Purchases, Message("ann/purchase:p-1", notBefore), default);

        Assert.Equal(SendStatus.Queued, result.Status);
        var (entity, sent) = Assert.Single(cloud.Bus.Sent);
        Assert.Equal(
            ("purchases-entity", WorkMessages.IdOf("ann/purchase:p-1", "print"), "ann", notBefore),
            (entity, sent.MessageId, sent.SessionId, sent.ScheduledEnqueueTime));
        Assert.Matches("^ann/purchase:p-1~[0-9a-f]{16}$", sent.MessageId);
        Assert.Equal("print", sent.ApplicationProperties[WorkMessages.Fingerprint]);
    }

    [Fact]
    public async Task What_was_sent_is_read_back_as_it_was()
    {
        var message = Message("ann/purchase:P-1") with { TraceParent = "00-a-b-01" };
        await Queue.SendAsync(QueueNames.Purchases, message, default);

        var read = WorkMessages.Read(Received.Of(cloud.Bus.Sent[0].Message, delivery: 3, sequence: 7), out _)!;

        Assert.Equal((7, 3), (read.Sequence, read.DeliveryCount));
        Assert.Equal(message, read.Message with { Body = message.Body });
        Assert.Equal(message.Body.ToArray(), read.Message.Body.ToArray());
    }

    [Fact]
    public void Ids_stay_different_however_long_they_are_and_in_any_case_of_letters()
    {
        var tail = new string('x', 128);
        string[] keys =
        [
            "ann/purchase:a", "ann/purchase:A", "Ann/purchase:a", "ann/purchase:a~1", "ann/refund:a",
            $"ann/purchase:{tail}", $"bob/purchase:{tail}", $"{tail}/purchase:{tail}", $"{tail}/purchase:{tail[1..]}y",
            $"{tail}/purchase:{tail}~1",
        ];

        var ids = keys.SelectMany(static key => new[] { WorkMessages.IdOf(key, "a"), WorkMessages.IdOf(key, "b") }).ToArray();

        Assert.Equal(2 * keys.Length, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ids, static id => Assert.InRange(id.Length, 1, 128));
        Assert.StartsWith("ann/purchase:a~", ids[0]);
    }

    [Fact]
    public async Task A_session_that_is_too_long_is_shortened_and_travels_whole_beside_it()
    {
        var session = $"nightly:2026-03-01/customer/{new string('c', 128)}";
        await Queue.SendAsync(QueueNames.Nightly, new QueueMessage(session, session, "{}"u8.ToArray(), session), default);

        var sent = cloud.Bus.Sent[0].Message;

        Assert.Equal(128, sent.SessionId.Length);
        Assert.Equal(session, WorkMessages.Read(Received.Of(sent), out _)!.Message.Session);
    }

    [Fact]
    public async Task Many_messages_go_in_as_few_batches_as_their_size_allows()
    {
        cloud.Bus.BatchMessagesMax = 4;
        var messages = Enumerable.Range(0, 10).Select(number => Message($"ann/purchase:{number}")).ToArray();

        var results = await Queue.SendAsync(QueueNames.Purchases, messages, default);

        Assert.Equal([4, 4, 2], cloud.Bus.Batches);
        Assert.Equal(10, results.Count);
        Assert.Equal(
            messages.Select(message => WorkMessages.IdOf(message.MessageId, message.Fingerprint)),
            cloud.Bus.Sent.Select(sent => sent.Message.MessageId));
    }

    [Fact]
    public async Task A_message_that_fits_no_batch_is_told_by_its_size()
    {
        cloud.Bus.BatchMessagesMax = 0;

        var error = await Assert.ThrowsAsync<MessageTooLargeException>(async () =>
            await Queue.SendAsync(QueueNames.Purchases, [Message("ann/purchase:p-1")], default));

        Assert.Equal(2, error.Bytes);
    }

    [Theory]
    [InlineData(ServiceBusFailureReason.QuotaExceeded, typeof(QueueFullException))]
    [InlineData(ServiceBusFailureReason.MessageSizeExceeded, typeof(MessageTooLargeException))]
    [InlineData(ServiceBusFailureReason.ServiceBusy, typeof(StoreUnavailableException))]
    [InlineData(ServiceBusFailureReason.ServiceTimeout, typeof(StoreUnavailableException))]
    [InlineData(ServiceBusFailureReason.ServiceCommunicationProblem, typeof(StoreUnavailableException))]
    [InlineData(ServiceBusFailureReason.MessagingEntityNotFound, typeof(StoreUnavailableException))]
    public async Task A_fault_of_the_service_is_what_the_port_says_of_it(ServiceBusFailureReason reason, Type expected)
    {
        cloud.Bus.OnSend = _ => throw new ServiceBusException("no", reason);

        await Assert.ThrowsAsync(expected, async () =>
            await Queue.SendAsync(QueueNames.Purchases, Message("ann/purchase:p-1"), default));
        await Assert.ThrowsAsync(expected, async () =>
            await Queue.SendAsync(QueueNames.Purchases, [Message("ann/purchase:p-1")], default));
    }

    [Fact]
    public async Task Whoever_is_not_let_in_cannot_reach_the_queue()
    {
        foreach (var fault in new Exception[]
        {
            new AuthenticationFailedException("no token"), new CredentialUnavailableException("no identity"),
            new UnauthorizedAccessException("no right"),
        })
        {
            cloud.Bus.OnSend = _ => throw fault;
            await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
                await Queue.SendAsync(QueueNames.Purchases, Message("ann/purchase:p-1"), default));
            await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
                await Queue.SendAsync(QueueNames.Purchases, [Message("ann/purchase:p-1")], default));
        }
    }

    private IWorkQueue Queue => cloud.Get<IWorkQueue>();

    private static QueueMessage Message(string key, DateTimeOffset? notBefore = null) =>
        new(key, "ann", "{}"u8.ToArray(), "print", NotBefore: notBefore);
}
