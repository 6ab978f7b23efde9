using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Events;

/// <summary>An event that a sink has not taken.</summary>
/// <param name="EventId">Sink and entry: <c>crm:purchase:536365</c>; unique for a customer.</param>
/// <param name="NextAttemptAt">Null where it is dead: never again without a replay.</param>
public sealed record UndeliveredEvent(
    string Customer,
    string EventId,
    string Sink,
    string EntryId,
    int Attempts,
    string Reason,
    DateTimeOffset FirstFailedAt,
    DateTimeOffset? NextAttemptAt);

/// <summary>
/// Keeps what sinks did not take: in the customer's partition, due at the next attempt, and without a date once it is a
/// dead letter.
/// </summary>
public sealed class UndeliveredEvents(IDocumentStore store, TimeProvider clock)
{
    internal const string Kind = "undelivered";
    private const int ReasonCharactersMax = 500;

    /// <summary>Waits between attempts; after the last of them the event is dead. Together 31 hours.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14),
    ];

    /// <summary>Keeps an event; where it is kept already nothing changes.</summary>
    public async ValueTask KeepAsync(
        string sink, DocumentKey entry, Delivery.Failed failed, CancellationToken cancellation)
    {
        var document = new UndeliveredDocument
        {
            Sink = sink,
            Entry = entry.Id,
            Attempts = 1,
            Reason = Short(failed.Reason),
            FirstFailedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await store.CommitAsync(
            entry.Partition,
            [new Write.Create(Kind, $"{sink}:{entry.Id}", UndeliveredJson.Write(document), NextAttempt(document, failed))],
            cancellation);
    }

    /// <summary>All that is kept, waiting or dead; a null cursor ends it.</summary>
    /// <exception cref="InvalidCursorException">The cursor was not given out here.</exception>
    public async ValueTask<(IReadOnlyList<UndeliveredEvent> Events, string? Cursor)> ListAsync(
        int limit, string? cursor, CancellationToken cancellation) => await store.ListAsync(
        new ShardQuery(Kind, limit, cursor), static document => UndeliveredJson.Read(document).View(document), cancellation);

    /// <summary>Makes it due now, with all its attempts before it; false where there is no such event.</summary>
    public async ValueTask<bool> ReplayAsync(string customer, string eventId, CancellationToken cancellation)
    {
        if (await store.ReadAsync(new DocumentKey(customer, Kind, eventId), cancellation) is not { } document)
            return false;
        var body = UndeliveredJson.Write(UndeliveredJson.Read(document) with { Attempts = 0 });
        // Where somebody else was faster it was delivered, or tried again, this instant.
        await store.CommitAsync(
            customer,
            [new Write.Replace(Kind, eventId, document.Version, body, clock.GetUtcNow())],
            cancellation);
        return true;
    }

    /// <summary>Counts a failed attempt; at the version that was read, so that a replay meanwhile holds.</summary>
    internal async ValueTask FailedAgainAsync(
        Document document, UndeliveredDocument known, Delivery.Failed failed, CancellationToken cancellation)
    {
        var next = known with { Attempts = known.Attempts + 1, Reason = Short(failed.Reason) };
        await store.CommitAsync(
            document.Key.Partition,
            [
                new Write.Replace(
                    Kind, document.Key.Id, document.Version, UndeliveredJson.Write(next), NextAttempt(next, failed)),
            ],
            cancellation);
    }

    internal async ValueTask ForgetAsync(Document document, CancellationToken cancellation) =>
        await store.CommitAsync(
            document.Key.Partition, [new Write.Delete(Kind, document.Key.Id, document.Version)], cancellation);

    internal ValueTask<DocumentPage> DueAsync(int shard, int limit, string? after, CancellationToken cancellation) =>
        store.ScanAsync(new ScanQuery(shard, Kind, limit, after, clock.GetUtcNow()), cancellation);

    internal ValueTask<Document?> EntryAsync(
        Document document, UndeliveredDocument known, CancellationToken cancellation) =>
        store.ReadAsync(
            new DocumentKey(
                document.Key.Partition,
                InsightKinds.IsSignal(known.Entry) ? InsightKinds.Signal
                    : NoticeKinds.IsNotice(known.Entry) ? NoticeKinds.Notice
                    : LedgerKinds.Entry,
                known.Entry),
            cancellation);

    private DateTimeOffset? NextAttempt(UndeliveredDocument document, Delivery.Failed failed) =>
        failed.IsPermanent || document.Attempts > Waits.Length
            ? null
            : clock.GetUtcNow() + Waits[document.Attempts - 1];

    private static string Short(string text) => text.Length <= ReasonCharactersMax ? text : text[..ReasonCharactersMax];
}

/// <summary>An undelivered event in the store; its id is the sink's name and the entry's id.</summary>
internal sealed record UndeliveredDocument
{
    [JsonPropertyName("sink")]
    public required string Sink { get; init; }

    [JsonPropertyName("entry")]
    public required string Entry { get; init; }

    [JsonPropertyName("tries")]
    public int Attempts { get; init; }

    [JsonPropertyName("why")]
    public required string Reason { get; init; }

    [JsonPropertyName("since")]
    public long FirstFailedAt { get; init; }

    public UndeliveredEvent View(Document document) => new(
        document.Key.Partition, document.Key.Id, Sink, Entry, Attempts, Reason,
        DateTimeOffset.FromUnixTimeMilliseconds(FirstFailedAt), document.DueAt);
}

[JsonSerializable(typeof(UndeliveredDocument))]
internal sealed partial class UndeliveredJson : JsonSerializerContext
{
    public static byte[] Write(UndeliveredDocument document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, Default.UndeliveredDocument);

    public static UndeliveredDocument Read(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, Default.UndeliveredDocument)
        ?? throw new InvalidDataException($"The undelivered event {document.Key.Id} is empty.");
}
