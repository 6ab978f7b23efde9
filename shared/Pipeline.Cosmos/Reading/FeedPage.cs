using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Reading;

/// <summary>One page of a query or of the change feed, as the service gave it.</summary>
internal static class FeedPage
{
    /// <summary>Its documents in the service's order; items of another use are left out.</summary>
    public static async ValueTask<List<Document>> ReadAsync(ResponseMessage answer, CancellationToken cancellation)
    {
        using var page = await JsonDocument.ParseAsync(answer.Content, cancellationToken: cancellation);
        var documents = new List<Document>();
        foreach (var item in page.RootElement.GetProperty("Documents"u8).EnumerateArray())
            if (ItemCodec.Read(item) is { } document)
                documents.Add(document);
        return documents;
    }
}
