using Pipeline.Sqlite.Journal;
using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Queue;

/// <summary>Builds the queues of a reopened folder from their log.</summary>
internal sealed class QueueRecovery(WorkQueues queues)
{
    /// <summary>Deliveries after which a message that lived through an unclean end may be what brings it about.</summary>
    private const int SuspectDeliveries = 2;

    private readonly Dictionary<long, (QueuedMessage Message, QueueLogRow Row, long HoldUntilTicks)> living = [];

    /// <param name="clean">Whether the last process ended gracefully.</param>
    public void Run(Database database, bool clean)
    {
        using (var select = database.Prepare("SELECT seq, body FROM queue_log ORDER BY seq"))
        {
            while (select.Step())
            {
                var body = select.Blob(1);
                var row = new QueueLogRow(select.Long(0), body.Length);
                Apply(row, RowCompressor.Decompress(body));
                queues.Log.Recovered(row);
            }
        }

        CountDeadLetters(database);
        // A scheduled message whose time came before others arrived goes before them, as it would have.
        var inOrder = living.Values.Select(static item => (item, Content: item.Message.Read()))
            .OrderBy(static one => Math.Max(one.item.Message.EnqueuedTicks, one.Content.NotBefore?.UtcTicks ?? 0))
            .ThenBy(static one => one.item.Message.Sequence);
        foreach (var ((message, row, holdUntilTicks), content) in inOrder)
        {
            message.Row = row;
            row.Messages.Add(message);
            row.Living++;
            message.Survivor = !clean;
            message.IsSuspect = !clean && message.DeliveryCount >= SuspectDeliveries;
            queues.Add(message);
            message.Queue.Recover(message, content, holdUntilTicks);
        }
    }

    /// <summary>Messages that were delivered as often as they may be and never settled.</summary>
    public IEnumerable<QueuedMessage> Exhausted() => living.Values.Select(static item => item.Message)
        .Where(message => message.DeliveryCount >= queues.DeliveryCountMax && message.Session is not null);

    private void Apply(QueueLogRow row, byte[] plain)
    {
        var reader = new ByteReader(plain);
        queues.Log.NextSequence = reader.Number();
        while (!reader.End)
        {
            switch (reader.Byte())
            {
                case QueueLog.EnqueueMark:
                    ReadMessage(ref reader, row);
                    break;
                case QueueLog.CompleteMark:
                    if (living.Remove(reader.Number(), out var left))
                        queues.Log.Left(left.Message);
                    break;
                case QueueLog.DeliveredMark:
                    var (sequence, count) = (reader.Number(), (int)reader.Number());
                    if (living.TryGetValue(sequence, out var delivered))
                        delivered.Message.DeliveryCount = count;
                    break;
                case QueueLog.HoldMark:
                    var (held, until) = (reader.Number(), reader.Number());
                    if (living.TryGetValue(held, out var item))
                        living[held] = item with { HoldUntilTicks = until };
                    break;
                default:
                    throw new InvalidDataException("The queue's log is damaged.");
            }
        }
    }

    private void ReadMessage(ref ByteReader reader, QueueLogRow row)
    {
        var queue = queues.Get(reader.Text());
        var sequence = reader.Number();
        var enqueuedTicks = reader.Number();
        var deliveryCount = (int)reader.Number();
        var content = reader.Rest();
        var from = reader.At;
        MessageContent.Read(ref reader);
        var hold = 0L;
        if (living.Remove(sequence, out var before))
        {
            // It was written again at the end of the log.
            hold = before.HoldUntilTicks;
            queues.Log.Left(before.Message);
        }

        var message = queues.Log.Keep(queue, sequence, enqueuedTicks, content[..(reader.At - from)]);
        message.DeliveryCount = deliveryCount;
        living[sequence] = (message, row, hold);
    }

    private void CountDeadLetters(Database database)
    {
        using var count = database.Prepare("SELECT queue, count(*) FROM dead_letters GROUP BY queue");
        while (count.Step())
            queues.Get(count.Text(0)).DeadLetterCount = count.Long(1);
    }
}
