using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Journal;
using Pipeline.Sqlite.Storage;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite.Queue;

/// <summary>A row of the log and the messages that only it holds whole.</summary>
internal sealed class QueueLogRow(long seq, int bytes)
{
    public long Seq { get; } = seq;

    public int Bytes { get; } = bytes;

    public int Living { get; set; }

    public List<QueuedMessage> Messages { get; } = [];
}

/// <summary>Where a batch's records stood.</summary>
internal readonly record struct QueueLogMark(int Bytes, int Messages, long NextSequence);

/// <summary>
/// What happened to messages, one row a group commit. The front of the log is cut off when nothing in it lives; a
/// few messages that outlive it are written again at the end. Only for the writer's thread.
/// </summary>
internal sealed class QueueLog
{
    public const byte EnqueueMark = 1;
    public const byte CompleteMark = 2;
    public const byte DeliveredMark = 3;
    public const byte HoldMark = 4;
    private const long SlackBytes = 4 * 1024 * 1024;
    private const int CutBytesMin = 256 * 1024;
    private const int CutRowsMin = 256;
    private const int RowsLookedAtMax = 64;
    private const int MovedBytesMax = 256 * 1024;
    private readonly Queue<QueueLogRow> rows = [];
    private readonly ByteWriter pending = new(16 * 1024);
    private readonly ByteWriter plain = new(16 * 1024);
    private readonly ByteWriter content = new(1024);
    private readonly MessagePages pages = new();
    private readonly RowCompressor compressor = new();
    private readonly List<QueuedMessage> whole = [];
    private QueueLogRow? written;
    private int cutRows;
    private long nextSeq = 1;
    private long bytes;

    /// <summary>The number of the next message; kept in each row, so that it never goes back.</summary>
    public long NextSequence { get; set; } = 1;

    public bool HasPending => pending.Length > 0;

    public void Recovered(QueueLogRow row)
    {
        rows.Enqueue(row);
        bytes += row.Bytes;
        nextSeq = row.Seq + 1;
    }

    /// <summary>Takes a message with the next number into the batch and into memory.</summary>
    /// <exception cref="QueueFullException">It would pass a bound; nothing was taken.</exception>
    public QueuedMessage Enqueue(WorkQueue queue, QueueMessage message, bool bounded)
    {
        content.Clear();
        MessageContent.Write(content, message);
        if (bounded && queue.Owner.IsFullFor(QueuedMessage.OverheadBytes + content.Length))
            throw queue.Owner.Full(queue.Name);
        var queued = Keep(queue, NextSequence++, queue.EnqueuedNow(), content.Written);
        queue.Owner.Add(queued);
        WriteWhole(queued);
        return queued;
    }

    /// <summary>
    /// Writes a message again under the next number, as old as it is; the queue's bounds have let it in before.
    /// </summary>
    public QueuedMessage Postpone(QueuedMessage message, QueueMessage later)
    {
        content.Clear();
        MessageContent.Write(content, later);
        var postponed = Keep(message.Queue, NextSequence++, message.EnqueuedTicks, content.Written);
        message.Queue.Owner.Add(postponed);
        WriteWhole(postponed);
        return postponed;
    }

    /// <summary>Puts a message that was found in the log into memory.</summary>
    public QueuedMessage Keep(WorkQueue queue, long sequence, long enqueuedTicks, ReadOnlySpan<byte> content) =>
        new(queue, sequence, enqueuedTicks, pages.Add(content));

    public QueueLogMark Mark() => new(pending.Length, whole.Count, NextSequence);

    /// <summary>Takes back what the batch got since; what it put into memory leaves by <see cref="Left"/>.</summary>
    public void ReturnTo(QueueLogMark mark)
    {
        pending.CutTo(mark.Bytes);
        whole.RemoveRange(mark.Messages, whole.Count - mark.Messages);
        NextSequence = mark.NextSequence;
    }

    public void Complete(long sequence)
    {
        pending.Byte(CompleteMark);
        pending.Number(sequence);
    }

    public void Delivered(long sequence, int count)
    {
        pending.Byte(DeliveredMark);
        pending.Number(sequence);
        pending.Number(count);
    }

    public void Hold(long sequence, long untilTicks)
    {
        pending.Byte(HoldMark);
        pending.Number(sequence);
        pending.Number(untilTicks);
    }

    /// <summary>Forgets what the batch wanted to write.</summary>
    public void Clear()
    {
        pending.Clear();
        whole.Clear();
        written = null;
        cutRows = 0;
    }

    /// <returns>The bytes written.</returns>
    public int Execute(WriterSql sql)
    {
        if (!HasPending)
            return 0;
        MoveOutliving();
        plain.Clear();
        plain.Number(NextSequence);
        plain.Raw(pending.Written);
        var row = compressor.Compress(plain.Written);
        sql.InsertQueueLog.Bind(1, nextSeq).Bind(2, row).Run();
        written = new QueueLogRow(nextSeq, row.Length);
        Cut(sql);
        return row.Length;
    }

    public void Publish()
    {
        if (written is null)
            return;
        foreach (var message in whole)
        {
            if (message.Row is { } old)
            {
                old.Living--;
                MoveContent(message);
            }

            message.Row = written;
            written.Messages.Add(message);
        }

        written.Living = whole.Count;
        rows.Enqueue(written);
        bytes += written.Bytes;
        nextSeq++;
        for (; cutRows > 0; cutRows--)
            bytes -= rows.Dequeue().Bytes;
    }

    /// <summary>The message left the queue.</summary>
    public void Left(QueuedMessage message)
    {
        pages.Release(message.Content);
        if (message.Row is not { } row)
            return;
        message.Row = null;
        if (--row.Living == 0)
            row.Messages.Clear();
    }

    /// <summary>
    /// A log much longer than what lives in it is shortened, and so is the memory: the oldest messages move to this
    /// row, a bounded part with each commit. Messages that are just being settled wait for a later turn.
    /// </summary>
    private void MoveOutliving()
    {
        var living = whole.Count > 0 ? whole[0].Queue.Owner.ResidentBytes : LivingBytes();
        if (Math.Max(bytes, pages.ResidentBytes) < SlackBytes + (2 * living))
            return;
        var moved = 0;
        var looked = 0;
        foreach (var row in rows)
        {
            // Dead rows at the front are cut once there are enough of them: they must not hide the living one behind.
            if (looked == 0 && row.Living == 0)
                continue;
            if (++looked > RowsLookedAtMax || moved > MovedBytesMax)
                return;
            foreach (var message in row.Messages)
            {
                if (message.Row != row || message.State is MessageState.Settling)
                    continue;
                moved += message.Bytes;
                WriteWhole(message);
                if (message.Queue.HeldUntilTicks(message) is > 0 and var until)
                    Hold(message.Sequence, until);
            }
        }
    }

    private void WriteWhole(QueuedMessage message)
    {
        pending.Byte(EnqueueMark);
        pending.Text(message.Queue.Name);
        pending.Number(message.Sequence);
        pending.Number(message.EnqueuedTicks);
        pending.Number(message.DeliveryCount);
        pending.Raw(message.Content.Span);
        whole.Add(message);
    }

    private void MoveContent(QueuedMessage message)
    {
        var before = message.Content;
        message.Queue.Move(message, pages.Add(before.Span));
        pages.Release(before);
    }

    private long LivingBytes()
    {
        foreach (var row in rows)
        {
            if (row.Messages.Count > 0)
                return row.Messages[0].Queue.Owner.ResidentBytes;
        }

        return 0;
    }

    private void Cut(WriterSql sql)
    {
        // The last row stays: it carries the next sequence.
        long cutBytes = 0;
        long last = 0;
        var count = 0;
        foreach (var row in rows)
        {
            if (row.Living > 0)
                break;
            cutBytes += row.Bytes;
            last = row.Seq;
            count++;
        }

        if (cutBytes < CutBytesMin && count < CutRowsMin)
            return;
        sql.DeleteQueueLog.Bind(1, last).Run();
        cutRows = count;
    }
}
