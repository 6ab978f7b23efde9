using System.Runtime.InteropServices;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Queue;

/// <summary>
/// Some bytes that hold the contents of messages, and how many of those still wait. They lie outside the collector's
/// heap: as arrays, each few of them made it look through all that is alive.
/// </summary>
internal sealed unsafe class MessagePage(int length)
{
    private readonly byte* bytes = (byte*)NativeMemory.Alloc((nuint)length);

    /// <summary>Only when nobody can name the page any more: a reader never loses the bytes under its hands.</summary>
    ~MessagePage() => NativeMemory.Free(bytes);

    public int Length => length;

    public int Used { get; set; }

    public int Living { get; set; }

    /// <summary>Valid as long as the page is referenced: by a message that waits, or by whoever keeps it in hand.</summary>
    public Span<byte> Slice(int at, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)at, (uint)length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(length - at));
        return new Span<byte>(bytes + at, count);
    }
}

/// <summary>Where a message's content lies: as the queue's log holds it, see <see cref="MessageContent"/>.</summary>
internal readonly record struct PageSlice(MessagePage Page, int At, int Length)
{
    public ReadOnlySpan<byte> Span => Page.Slice(At, Length);
}

/// <summary>
/// The contents of all waiting messages, in pages that are used again. A backlog of a hundred thousand messages is so
/// a few hundred objects for the collector, which neither looks into them nor moves them; as strings and arrays of
/// their own the same backlog made it stop everyone for tens of milliseconds at a time. Only for the writer's thread.
/// </summary>
internal sealed class MessagePages
{
    private const int PageBytes = 256 * 1024;
    private const int SparePagesMax = 64;
    private readonly Stack<MessagePage> spare = [];
    private MessagePage current = new(PageBytes);

    /// <summary>Bytes of the pages in which something lives, with what has left them.</summary>
    public long ResidentBytes { get; private set; }

    public PageSlice Add(ReadOnlySpan<byte> content)
    {
        var page = PageFor(content.Length);
        var slice = new PageSlice(page, page.Used, content.Length);
        content.CopyTo(page.Slice(page.Used, content.Length));
        page.Used += content.Length;
        if (page.Living++ == 0)
            ResidentBytes += page.Length;
        return slice;
    }

    public void Release(PageSlice slice)
    {
        var page = slice.Page;
        if (--page.Living > 0)
            return;
        ResidentBytes -= page.Length;
        page.Used = 0;
        if (page != current && page.Length == PageBytes && spare.Count < SparePagesMax)
            spare.Push(page);
    }

    private MessagePage PageFor(int length)
    {
        if (length <= current.Length - current.Used)
            return current;
        if (length > PageBytes / 4)
            return new MessagePage(length);
        if (!spare.TryPop(out var page))
            page = new MessagePage(PageBytes);
        return current = page;
    }
}

/// <summary>
/// A message's content as bytes: id, session, fingerprint, trace, time of delivery, body. It is the same in memory and
/// in the queue's log.
/// </summary>
internal static class MessageContent
{
    public static void Write(ByteWriter bytes, QueueMessage message)
    {
        bytes.Text(message.MessageId);
        bytes.Text(message.Session);
        bytes.Text(message.Fingerprint);
        bytes.OptionalText(message.TraceParent);
        bytes.Number(message.NotBefore?.UtcTicks ?? 0);
        bytes.Bytes(message.Body.Span);
    }

    public static QueueMessage Read(ReadOnlySpan<byte> content)
    {
        var reader = new ByteReader(content);
        return Read(ref reader);
    }

    public static QueueMessage Read(ref ByteReader reader)
    {
        var messageId = reader.Text();
        var session = reader.Text();
        var fingerprint = reader.Text();
        var traceParent = reader.OptionalText();
        var notBefore = reader.Number();
        return new QueueMessage(
            messageId, session, reader.Bytes().ToArray(), fingerprint, traceParent,
            notBefore == 0 ? null : new DateTimeOffset(notBefore, TimeSpan.Zero));
    }

    /// <summary>The id alone, as it is written.</summary>
    public static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> content)
    {
        var reader = new ByteReader(content);
        return reader.Bytes();
    }

    public static string FingerprintOf(ReadOnlySpan<byte> content)
    {
        var reader = new ByteReader(content);
        reader.Bytes();
        reader.Bytes();
        return reader.Text();
    }
}
