using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Reading;

/// <summary>
/// Scans of one shard. Many documents may share an instant, so a scan goes on from the service's token, which names the
/// last document among those that are equal.
/// </summary>
internal sealed class ShardScans(Container container, ServiceCalls calls, Shards shards)
{
    public async ValueTask<DocumentPage> ReadAsync(ScanQuery query, CancellationToken cancellation)
    {
        var after = query.After is null ? null : Cursors.Decode(query.After);
        var range = shards[query.Shard];
        var definition = Define(query);
        var options = new QueryRequestOptions { MaxItemCount = query.Limit };
        try
        {
            using var pages = new ResumableFeed(
                token => container.GetItemQueryStreamIterator(range, definition, token, options), after);
            // The service may give empty pages on the way.
            while (pages.HasMore)
            {
                using var answer = await calls.SendAsync("scan", pages.ReadNextAsync, cancellation);
                var documents = await FeedPage.ReadAsync(answer, cancellation);
                if (documents.Count > 0)
                    return new DocumentPage(documents, Cursor(answer));
            }
        }
        catch (Exception error) when (query.After is not null && error is MalformedRequestException or ArgumentException)
        {
            throw Cursors.Foreign(query.After, error);
        }

        return new DocumentPage([], null);
    }

    private static string? Cursor(ResponseMessage answer) =>
        string.IsNullOrEmpty(answer.ContinuationToken) ? null : Cursors.Encode(answer.ContinuationToken);

    private static QueryDefinition Define(ScanQuery query)
    {
        ItemId.CheckKind(query.Kind);
        // The kind is checked: it has no character that ends a text.
        return query.DueAtOrBefore is { } due
            ? new QueryDefinition(
                    $"""SELECT * FROM c WHERE c.due["{query.Kind}"] <= @due ORDER BY c.due["{query.Kind}"] ASC""")
                .WithParameter("@due", ItemCodec.Instant(due))
            : new QueryDefinition("SELECT * FROM c WHERE c.id >= @from AND c.id < @to")
                .WithParameter("@from", ItemId.From(query.Kind, null))
                .WithParameter("@to", ItemId.Before(query.Kind, null));
    }
}
