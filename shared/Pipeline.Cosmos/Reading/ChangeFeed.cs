using System.Net;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Reading;

/// <summary>One shard's committed documents, each in its latest version, by the service's change feed.</summary>
internal sealed class ChangeFeed(Container container, ServiceCalls calls, Shards shards)
{
    public async ValueTask<DocumentPage> ReadAsync(ChangesQuery query, CancellationToken cancellation)
    {
        var cursor = ChangesCursor.Parse(query.After);
        var range = shards[query.Shard];
        var options = new ChangeFeedRequestOptions { PageSizeHint = PageSize(query.Limit) };
        try
        {
            using var pages = new ResumableFeed(token => container.GetChangeFeedStreamIterator(
                token is null
                    ? ChangeFeedStartFrom.Beginning(range)
                    : ChangeFeedStartFrom.ContinuationToken(token),
                ChangeFeedMode.LatestVersion,
                options), cursor.Token);
            var isConfirmed = false;
            while (true)
            {
                using var answer = await calls.SendAsync("changes", pages.ReadNextAsync, cancellation);
                var behind = new ChangesCursor { Token = answer.ContinuationToken, Given = cursor.Given };
                if (answer.StatusCode == HttpStatusCode.NotModified)
                {
                    // Where a shard lies on two servers and the second failed, the SDK says "nothing new" for the first,
                    // and tells of the failure only when it is asked again.
                    if (isConfirmed)
                        return new DocumentPage([], behind.ToString());
                    (isConfirmed, cursor) = (true, behind);
                    continue;
                }

                isConfirmed = false;
                var documents = await FeedPage.ReadAsync(answer, cancellation);
                if (cursor.Given is { } given && documents.RemoveAll(one => given.Contains(NameOf(one))) > 0)
                    behind = behind with { Given = null };
                if (documents.Count > query.Limit)
                    return Cut(documents, query.Limit, cursor);
                if (documents.Count > 0)
                    return new DocumentPage(documents, behind.ToString());
                cursor = behind;
            }
        }
        catch (Exception error) when (cursor.Token is not null && error is MalformedRequestException or ArgumentException)
        {
            throw Cursors.Foreign(query.After!, error);
        }
    }

    /// <summary>
    /// The service ends a page only between commits, so it may give nearly a whole commit more than is asked for. Asked for
    /// so much less, its page fits; where that is not possible it is one commit, which is cut here.
    /// </summary>
    private static int PageSize(int limit) => Math.Max(1, limit - StoreLimits.WritesMax + 1);

    /// <summary>The rest is found by reading the same page again: what was given is known by name and version.</summary>
    private static DocumentPage Cut(List<Document> documents, int limit, ChangesCursor cursor)
    {
        documents.RemoveRange(limit, documents.Count - limit);
        string[] given = [.. cursor.Given ?? [], .. documents.Select(NameOf)];
        return new DocumentPage(documents, (cursor with { Given = given }).ToString());
    }

    private static string NameOf(Document document) =>
        $"{ItemId.Of(document.Key.Kind, document.Key.Id)} {document.Version}";
}
