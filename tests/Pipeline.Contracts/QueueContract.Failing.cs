using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Contracts;

public abstract partial class QueueContract
{
    [Fact]
    public async Task A_lease_that_ends_is_delivered_again_with_a_greater_token_and_count()
    {
        await SendAsync("s", "1", "2");
        var first = await ReceiveAsync(messagesMax: 2);

        Under.Time.Advance(TimeSpan.FromSeconds(LeaseSeconds + 1));

        var second = await ReceiveAsync(messagesMax: 2);
        Assert.Equal(["1", "2"], Ids(second));
        Assert.True(second.Token > first.Token);
        Assert.All(second.Messages, static one => Assert.Equal(2, one.DeliveryCount));
        Assert.Equal(first.Messages.Select(static one => one.Sequence), second.Messages.Select(static one => one.Sequence));
    }

    [Fact]
    public async Task A_stale_lease_settles_nothing_and_cannot_be_renewed()
    {
        await SendAsync("s", "1");
        var stale = await ReceiveAsync();
        Under.Time.Advance(TimeSpan.FromSeconds(LeaseSeconds + 1));
        Assert.False(await CompleteAsync(stale));

        var living = await ReceiveAsync();

        Assert.False(await CompleteAsync(stale));
        Assert.False(Under.Receiver.Renew(stale));
        Assert.True(await CompleteAsync(living));
    }

    [Fact]
    public async Task A_waiting_receiver_gets_a_session_whose_lease_ends_without_a_settlement()
    {
        await SendAsync("s", "1");
        await ReceiveAsync();
        var waiting = Under.Receiver.ReceiveAsync(Name, 1, None).AsTask();

        Under.Time.Advance(TimeSpan.FromSeconds(LeaseSeconds + 1));

        Assert.Equal(2, (await waiting.WaitAsync(TimeSpan.FromSeconds(20))).Messages[0].DeliveryCount);
    }

    [Fact]
    public async Task A_renewed_lease_lives_on()
    {
        await SendAsync("s", "1");
        var lease = await ReceiveAsync();
        for (var i = 0; i < 4; i++)
        {
            Under.Time.Advance(TimeSpan.FromSeconds(LeaseSeconds - 5));
            Assert.True(Under.Receiver.Renew(lease));
        }

        await AssertNothingAsync();
        Assert.True(await CompleteAsync(lease));
    }

    [Fact]
    public async Task An_abandoned_message_holds_its_session_and_comes_back_first()
    {
        await SendAsync("s", "1", "2");
        await SendAsync("t", "other");
        var lease = await ReceiveAsync();
        Assert.Equal(["1"], Ids(lease));
        Assert.True(await AbandonAsync(lease));

        Assert.Equal(["other"], Ids(await ReceiveAsync()));
        await AssertNothingAsync();
        Under.Time.Advance(BackoffMax);

        var again = await ReceiveAsync(messagesMax: 2);
        Assert.Equal(["1", "2"], Ids(again));
        Assert.Equal([2, 1], again.Messages.Select(static one => one.DeliveryCount));
    }

    [Fact]
    public async Task At_the_delivery_limit_an_abandoned_message_is_dead_lettered_and_its_session_goes_on()
    {
        await SendAsync("s", "bad", "good");
        for (var i = 1; i <= DeliveryCountMax; i++)
        {
            var lease = await ReceiveAsync();
            Assert.Equal(("bad", i), (lease.Messages[0].Message.MessageId, lease.Messages[0].DeliveryCount));
            await AbandonAsync(lease);
            if (i < DeliveryCountMax)
                Under.Time.Advance(BackoffMax);
        }

        Assert.Equal(["good"], Ids(await ReceiveAsync()));
        var letter = Assert.Single((await Under.DeadLetters.ListAsync(Name, 10, null, None)).Letters);
        Assert.Equal("bad", letter.Message.MessageId);
        Assert.Equal(("busy", "the store is busy"), (letter.Reason, letter.Description));
        Assert.Equal(DeliveryCountMax, letter.DeliveryCount);
    }

    [Fact]
    public async Task A_message_whose_leases_all_end_is_dead_lettered_and_its_session_goes_on()
    {
        await SendAsync("s", "bad", "good");
        for (var i = 1; i <= DeliveryCountMax; i++)
        {
            Assert.Equal(["bad"], Ids(await ReceiveAsync()));
            Under.Time.Advance(TimeSpan.FromSeconds(LeaseSeconds + 1));
        }

        Assert.Equal(["good"], Ids(await ReceiveAsync()));
        var letter = Assert.Single((await Under.DeadLetters.ListAsync(Name, 10, null, None)).Letters);
        Assert.Equal("bad", letter.Message.MessageId);
        Assert.NotEmpty(letter.Reason);
    }

    [Fact]
    public async Task A_message_that_cannot_be_done_yet_comes_again_behind_the_others_and_holds_up_nobody()
    {
        await SendAsync("s", "early", "next");
        await NotYetAsync(await ReceiveAsync());

        var next = await ReceiveAsync(messagesMax: 2);
        Assert.Equal(["next"], Ids(next));
        await CompleteAsync(next);
        await AssertNothingAsync();
        Under.Time.Advance(TimeSpan.FromSeconds(Postponement.WaitSecondsMin + 0.01));

        var again = await ReceiveAsync();
        Assert.Equal(["early"], Ids(again));
        Assert.Equal(1, again.Messages[0].DeliveryCount);
        Assert.Equal(SendStatus.Duplicate, (await Under.Queue.SendAsync(Name, Message("early", "s"), None)).Status);
        Assert.True(await CompleteAsync(again));
        Assert.Equal(SendStatus.Queued, (await Under.Queue.SendAsync(Name, Message("early", "s"), None)).Status);
    }

    [Fact]
    public async Task What_cannot_be_done_yet_waits_twice_as_long_each_time_and_after_a_day_is_a_dead_letter_with_its_reason()
    {
        await SendAsync("s", "early");
        var sent = Under.Time.GetUtcNow();
        var waits = new List<double>();
        while (Under.Time.GetUtcNow() - sent < TimeSpan.FromHours(Postponement.WaitHoursMax))
        {
            await NotYetAsync(await ReceiveAsync());
            var wait = Math.Clamp((Under.Time.GetUtcNow() - sent).TotalSeconds, 5, 900);
            waits.Add(wait);
            Under.Time.Advance(TimeSpan.FromSeconds(wait - 0.005));
            await AssertNothingAsync();
            Under.Time.Advance(TimeSpan.FromSeconds(0.01));
        }

        await NotYetAsync(await ReceiveAsync());

        double[] expected = [5, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900];
        Assert.All(expected.Zip(waits), static pair => Assert.InRange(pair.Second / pair.First, 1, 1.01));
        Assert.InRange(waits.Count, 90, 120);
        var letter = Assert.Single((await Under.DeadLetters.ListAsync(Name, 10, null, None)).Letters);
        Assert.Equal(("early", "no-room", "later"), (letter.Message.MessageId, letter.Reason, letter.Description));
    }

    [Fact]
    public async Task A_dead_lettered_message_keeps_its_reason_and_its_session_goes_on_at_once()
    {
        await SendAsync("s", "bad", "good");
        var lease = await ReceiveAsync();
        Under.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await DeadLetterAsync(lease));

        Assert.Equal(["good"], Ids(await ReceiveAsync()));
        var letter = Assert.Single((await Under.DeadLetters.ListAsync(Name, 10, null, None)).Letters);
        Assert.Equal(("invalid", "no amount"), (letter.Reason, letter.Description));
        Assert.Equal(Under.Time.GetUtcNow(), letter.DeadLetteredAt);
        Assert.Equal(lease.Messages[0].EnqueuedAt, letter.EnqueuedAt);
        Assert.Equal("body of bad", System.Text.Encoding.UTF8.GetString(letter.Message.Body.Span));
    }

    [Fact]
    public async Task Part_of_a_lease_may_be_settled_and_the_rest_stays_leased()
    {
        await SendAsync("s", "1", "2", "3");
        var lease = await ReceiveAsync(messagesMax: 3);

        Assert.True(await Under.Receiver.SettleAsync(lease, [new Settlement.Complete(lease.Messages[1].Sequence)], None));

        await AssertNothingAsync();
        Under.Time.Advance(TimeSpan.FromSeconds(LeaseSeconds + 1));
        Assert.Equal(["1", "3"], Ids(await ReceiveAsync(messagesMax: 3)));
    }

    [Fact]
    public async Task A_lease_may_be_settled_in_different_ways_at_once()
    {
        await SendAsync("s", "1", "2", "3");
        var lease = await ReceiveAsync(messagesMax: 3);

        Assert.True(await Under.Receiver.SettleAsync(
            lease,
            [
                new Settlement.Complete(lease.Messages[0].Sequence),
                new Settlement.Abandon(lease.Messages[1].Sequence, "busy", "later"),
                new Settlement.DeadLetter(lease.Messages[2].Sequence, "invalid", "never"),
            ],
            None));

        Under.Time.Advance(BackoffMax);
        Assert.Equal(["2"], Ids(await ReceiveAsync(messagesMax: 3)));
        Assert.Single((await Under.DeadLetters.ListAsync(Name, 10, null, None)).Letters);
    }

    [Fact]
    public async Task Dead_letters_are_listed_in_pages_without_a_gap()
    {
        for (var i = 0; i < 7; i++)
        {
            await SendAsync($"s{i}", $"{i}");
            await DeadLetterAsync(await ReceiveAsync());
        }

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await Under.DeadLetters.ListAsync(Name, 3, after, None);
            Assert.True(page.Letters.Count <= 3);
            seen.AddRange(page.Letters.Select(static letter => letter.Message.MessageId));
            after = page.Cursor;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 7).Select(static i => $"{i}"), seen.Order());
        Assert.Empty((await Under.DeadLetters.ListAsync(QueueNames.Nightly, 3, null, None)).Letters);
    }

    [Fact]
    public async Task A_replayed_letter_comes_at_the_end_of_its_session_with_a_new_count()
    {
        await SendAsync("s", "bad", "good");
        await DeadLetterAsync(await ReceiveAsync());
        var letter = Assert.Single((await Under.DeadLetters.ListAsync(Name, 10, null, None)).Letters);

        Assert.True(await Under.DeadLetters.ReplayAsync(Name, letter.Sequence, None));

        Assert.Empty((await Under.DeadLetters.ListAsync(Name, 10, null, None)).Letters);
        Assert.False(await Under.DeadLetters.ReplayAsync(Name, letter.Sequence, None));
        var lease = await ReceiveAsync(messagesMax: 2);
        Assert.Equal(["good", "bad"], Ids(lease));
        Assert.Equal(1, lease.Messages[1].DeliveryCount);
    }

    [Fact]
    public async Task An_unknown_letter_cannot_be_replayed()
    {
        Assert.False(await Under.DeadLetters.ReplayAsync(Name, 4711, None));
    }

    [Fact]
    public async Task Tokens_grow_with_every_lease()
    {
        var last = 0L;
        for (var i = 0; i < 5; i++)
        {
            await SendAsync($"s{i % 2}", $"{i}");
            var lease = await ReceiveAsync();
            Assert.True(lease.Token > last);
            last = lease.Token;
            await CompleteAsync(lease);
        }
    }

    private async Task<bool> AbandonAsync(SessionLease lease) => await Under.Receiver.SettleAsync(
        lease, [new Settlement.Abandon(lease.Messages[0].Sequence, "busy", "the store is busy")], None);

    private async Task NotYetAsync(SessionLease lease) => Assert.True(await Under.Receiver.SettleAsync(
        lease, [new Settlement.NotYet(lease.Messages[0].Sequence, "no-room", "later")], None));

    private async Task<bool> DeadLetterAsync(SessionLease lease) => await Under.Receiver.SettleAsync(
        lease, [new Settlement.DeadLetter(lease.Messages[0].Sequence, "invalid", "no amount")], None);
}
