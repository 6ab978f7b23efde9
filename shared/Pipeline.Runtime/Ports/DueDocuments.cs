using System.Runtime.CompilerServices;

namespace Pipeline.Runtime.Ports;

/// <summary>What a sweep goes over.</summary>
internal static class DueDocuments
{
    /// <summary>
    /// The documents of a kind that are due, shard after shard. A page is read once the one before it has been worked, and none
    /// after so many documents: the rest stays due, for the next sweep.
    /// </summary>
    public static async IAsyncEnumerable<Document> DueAsync(
        this IDocumentStore store, string kind, DateTimeOffset now, int pageSize, int documentsMax,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var seen = 0;
        for (var shard = 0; shard < store.ShardCount && seen < documentsMax; shard++)
        {
            string? cursor = null;
            do
            {
                var page = await store.ScanAsync(new ScanQuery(shard, kind, pageSize, cursor, now), cancellation);
                foreach (var document in page.Documents)
                    yield return document;
                seen += page.Documents.Count;
                cursor = page.Cursor;
            }
            while (cursor is not null && seen < documentsMax);
        }
    }
}
