using System.Net;
using Microsoft.Azure.Cosmos;

namespace Pipeline.Cosmos.Reading;

/// <summary>
/// The pages of a query or of the change feed. An iterator of the SDK that was told to come back later may leave out what it
/// had begun to merge, so behind every failure a new one goes on from the last page's token.
/// </summary>
internal sealed class ResumableFeed(Func<string?, FeedIterator> open, string? token) : IDisposable
{
    private FeedIterator? pages;
    private string? token = token;

    /// <summary>Whether there may be more; the change feed never ends.</summary>
    public bool HasMore { get; private set; } = true;

    public async Task<ResponseMessage> ReadNextAsync(CancellationToken cancellation)
    {
        pages ??= open(token);
        var isRead = false;
        try
        {
            var answer = await pages.ReadNextAsync(cancellation);
            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified)
            {
                (isRead, token, HasMore) = (true, answer.ContinuationToken, pages.HasMoreResults);
            }

            return answer;
        }
        finally
        {
            if (!isRead)
                Dispose();
        }
    }

    public void Dispose()
    {
        pages?.Dispose();
        pages = null;
    }
}
