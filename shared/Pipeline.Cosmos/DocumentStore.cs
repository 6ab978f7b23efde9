using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Reading;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

/// <summary>The document port over one container.</summary>
internal sealed class DocumentStore(
    Container container, ServiceCalls calls, Shards shards, CommitPreparation preparation, LostCommits lostCommits)
    : IDocumentStore
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Commits commits = new(container, calls, preparation, lostCommits);
    private readonly PartitionPages pages = new(container, calls);
    private readonly ShardScans scans = new(container, calls, shards);
    private readonly ChangeFeed changes = new(container, calls, shards);

    public int ShardCount => shards.Count;

    public async ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation)
    {
        var id = ItemId.Of(key.Kind, key.Id);
        var partition = PartitionOf(key.Partition);
        using var answer = await calls.SendAsync(
            "read", token => container.ReadItemStreamAsync(id, partition, cancellationToken: token), cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        using var item = await JsonDocument.ParseAsync(answer.Content, cancellationToken: cancellation);
        return ItemCodec.Read(item.RootElement);
    }

    public ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation)
    {
        CheckLimit(query.Limit);
        PartitionOf(query.Partition);
        return pages.ReadAsync(query, cancellation);
    }

    public ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writes);
        PartitionOf(partition);
        if (writes.Count is 0 or > StoreLimits.WritesMax)
            throw new ArgumentException(
                $"A commit has 1 to {StoreLimits.WritesMax} writes, not {writes.Count}.", nameof(writes));
        return commits.CommitAsync(partition, writes, cancellation);
    }

    public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation)
    {
        CheckLimit(query.Limit);
        return scans.ReadAsync(query, cancellation);
    }

    public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation)
    {
        CheckLimit(query.Limit);
        return changes.ReadAsync(query, cancellation);
    }

    private static PartitionKey PartitionOf(string partition)
    {
        if (partition is null || partition.Length is 0 or > StoreLimits.IdCharactersMax)
            throw new ArgumentException(
                $"A partition has 1 to {StoreLimits.IdCharactersMax} characters.", nameof(partition));
        try
        {
            Strict.GetByteCount(partition);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException("A partition is Unicode text.", nameof(partition), error);
        }

        return new PartitionKey(partition);
    }

    private static void CheckLimit(int limit)
    {
        if (limit is < 1 or > StoreLimits.PageDocumentsMax)
            throw new ArgumentOutOfRangeException(
                nameof(limit), limit, $"A page has 1 to {StoreLimits.PageDocumentsMax} documents.");
    }
}
