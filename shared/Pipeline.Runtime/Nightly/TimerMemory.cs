using System.Buffers.Binary;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Nightly;

/// <summary>Remembers, beyond a restart, up to which moment a timer has done its work.</summary>
public sealed class TimerMemory(IDocumentStore store)
{
    private const string Partition = "~timers";
    private const string Kind = "timer";

    public async ValueTask<DateTimeOffset?> ReadAsync(string timer, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(new DocumentKey(Partition, Kind, timer), cancellation);
        return document is null
            ? null
            : DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(document.Body.Span));
    }

    public async ValueTask WriteAsync(string timer, DateTimeOffset doneThrough, CancellationToken cancellation)
    {
        var body = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(body, doneThrough.ToUnixTimeMilliseconds());
        await store.CommitAsync(Partition, [new Write.Upsert(Kind, timer, body)], cancellation);
    }
}
