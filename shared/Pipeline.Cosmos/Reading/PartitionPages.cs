using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Reading;

/// <summary>
/// Pages of one customer's documents. Ids are unique there, so a page goes on behind the last id that was given: no token
/// of the service is kept, and none grows old.
/// </summary>
internal sealed class PartitionPages(Container container, ServiceCalls calls)
{
    public async ValueTask<DocumentPage> ReadAsync(PartitionQuery query, CancellationToken cancellation)
    {
        var definition = Define(query);
        var options = new QueryRequestOptions
        {
            PartitionKey = new PartitionKey(query.Partition),
            // One more than is asked for tells whether there is more, as far as the service gives so many at once.
            MaxItemCount = Math.Min(query.Limit + 1, StoreLimits.PageDocumentsMax),
        };
        using var pages = new ResumableFeed(
            token => container.GetItemQueryStreamIterator(definition, token, options), token: null);
        var documents = new List<Document>();
        while (pages.HasMore && documents.Count <= query.Limit)
        {
            using var answer = await calls.SendAsync("page", pages.ReadNextAsync, cancellation);
            documents.AddRange(await FeedPage.ReadAsync(answer, cancellation));
        }

        if (documents.Count <= query.Limit)
            return new DocumentPage(documents, null);
        documents.RemoveRange(query.Limit, documents.Count - query.Limit);
        return new DocumentPage(documents, Cursors.Encode(ItemId.Of(query.Kind, documents[^1].Key.Id)));
    }

    private static QueryDefinition Define(PartitionQuery query)
    {
        var (from, to) = (ItemId.From(query.Kind, query.IdFrom), ItemId.Before(query.Kind, query.IdTo));
        var isBehind = false;
        if (query.After is not null)
        {
            var after = Cursors.Decode(query.After);
            if (!ItemId.IsOfKind(after, query.Kind))
                throw Cursors.Foreign(query.After);
            if (query.Descending)
                to = string.CompareOrdinal(after, to) < 0 ? after : to;
            else if (string.CompareOrdinal(after, from) >= 0)
                (from, isBehind) = (after, true);
        }

        return new QueryDefinition(
                $"SELECT * FROM c WHERE c.customerId = @customer AND c.id {(isBehind ? ">" : ">=")} @from AND c.id < @to"
                + $" ORDER BY c.id {(query.Descending ? "DESC" : "ASC")}")
            .WithParameter("@customer", query.Partition)
            .WithParameter("@from", from)
            .WithParameter("@to", to);
    }
}
