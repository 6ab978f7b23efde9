using Azure.Messaging.ServiceBus;
using Moq;
using Pipeline.Functions.ServiceBus;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests;

public sealed class DeadLetterTests : IAsyncLifetime
{
    private Cloud cloud = null!;

    public async Task InitializeAsync() => cloud = await Cloud.StartAsync();

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task The_letters_are_looked_at_page_by_page_without_being_touched()
    {
        var stored = await LettersAsync(5);
        SetUpPeek(stored, atOnce: 2);

        var first = await Letters.ListAsync(QueueNames.Purchases, 3, null, default);
        var second = await Letters.ListAsync(QueueNames.Purchases, 3, first.Cursor, default);

        Assert.Equal([1, 2, 3], first.Letters.Select(letter => letter.Sequence));
        Assert.Equal([4, 5], second.Letters.Select(letter => letter.Sequence));
        Assert.Null(second.Cursor);
        Assert.All(first.Letters, static letter => Assert.Equal("malformed", letter.Reason));
        Assert.Equal("ann/purchase:p-1", first.Letters[0].Message.MessageId);
        cloud.Bus.DeadLetters.Verify(
            it => it.ReceiveMessagesAsync(It.IsAny<int>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Fact]
    public async Task Letters_that_we_may_not_see_are_out_of_reach()
    {
        cloud.Bus.DeadLetters
            .Setup(it => it.PeekMessagesAsync(It.IsAny<int>(), It.IsAny<long?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new UnauthorizedAccessException("no right"));

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await Letters.ListAsync(QueueNames.Purchases, 3, null, default));
    }

    [Fact]
    public async Task A_foreign_cursor_is_the_caller_s_fault() => await Assert.ThrowsAsync<InvalidCursorException>(
        async () => await Letters.ListAsync(QueueNames.Purchases, 3, "page two", default));

    [Fact]
    public async Task A_replay_sends_the_message_again_under_another_id_takes_the_letter_away_and_gives_the_others_back()
    {
        var stored = await LettersAsync(5);
        var sentBefore = cloud.Bus.Sent.Count;
        SetUpPeek(stored, atOnce: 10);
        SetUpReceive([.. stored.Take(2)], [.. stored.Skip(2)]);

        Assert.True(await Letters.ReplayAsync(QueueNames.Purchases, 4, default));

        var again = Assert.Single(cloud.Bus.Sent.Skip(sentBefore)).Message;
        Assert.Equal($"{stored[3].MessageId}~replay-4", again.MessageId);
        Assert.Equal("ann/purchase:p-4", again.ApplicationProperties[WorkMessages.NaturalKey]);
        Assert.Equal(0, again.ApplicationProperties[WorkMessages.Resends]);
        Assert.DoesNotContain("DeadLetterReason", again.ApplicationProperties.Keys);
        Assert.Equal("ann", again.SessionId);
        cloud.Bus.DeadLetters.Verify(it => it.CompleteMessageAsync(stored[3], It.IsAny<CancellationToken>()), Times.Once);
        foreach (var other in stored.Where(letter => letter.SequenceNumber != 4))
            cloud.Bus.DeadLetters.Verify(
                it => it.AbandonMessageAsync(other, null, It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task There_is_no_replay_of_a_letter_that_is_not_there()
    {
        SetUpPeek(await LettersAsync(2), atOnce: 10);

        Assert.False(await Letters.ReplayAsync(QueueNames.Purchases, 3, default));
    }

    [Fact]
    public async Task A_letter_that_another_replay_holds_is_busy_and_nothing_is_sent()
    {
        var stored = await LettersAsync(2);
        var sentBefore = cloud.Bus.Sent.Count;
        SetUpPeek(stored, atOnce: 10);
        SetUpReceive([stored[0]]);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
            await Letters.ReplayAsync(QueueNames.Purchases, 2, default));

        Assert.Equal(sentBefore, cloud.Bus.Sent.Count);
        cloud.Bus.DeadLetters.Verify(it => it.AbandonMessageAsync(stored[0], null, It.IsAny<CancellationToken>()), Times.Once);
    }

    private IDeadLetters Letters => cloud.Get<IDeadLetters>();

    private async Task<ServiceBusReceivedMessage[]> LettersAsync(int count)
    {
        var letters = new ServiceBusReceivedMessage[count];
        for (var i = 0; i < count; i++)
            letters[i] = Received.Of(
                await Received.PurchaseAsync(cloud, purchase: $"p-{i + 1}"), 5, i + 1, deadLetterReason: "malformed");
        return letters;
    }

    /// <param name="atOnce">A look may give fewer than asked for.</param>
    private void SetUpPeek(ServiceBusReceivedMessage[] stored, int atOnce)
    {
        cloud.Bus.DeadLetters
            .Setup(it => it.PeekMessagesAsync(It.IsAny<int>(), It.IsAny<long?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((int most, long? from, CancellationToken _) =>
                [.. stored.Where(letter => letter.SequenceNumber >= from).Take(Math.Min(most, atOnce))]);
        cloud.Bus.DeadLetters
            .Setup(it => it.PeekMessageAsync(It.IsAny<long?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((long? from, CancellationToken _) => stored.FirstOrDefault(letter => letter.SequenceNumber >= from)!);
    }

    private void SetUpReceive(params ServiceBusReceivedMessage[][] batches)
    {
        var left = new Queue<ServiceBusReceivedMessage[]>(batches);
        cloud.Bus.DeadLetters
            .Setup(it => it.ReceiveMessagesAsync(It.IsAny<int>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => left.TryDequeue(out var batch) ? batch : []);
    }
}
