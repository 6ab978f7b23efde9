using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Pipeline.Tests.OpenApi;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>Between a client and the server: holds every answer to the document that this server serves.</summary>
internal sealed class DocumentedAnswers() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly ConcurrentDictionary<(string OperationId, int Status), int> seen = [];
    private readonly SemaphoreSlim reading = new(1, 1);
    private SchemaCheck? served;

    /// <summary>What was answered so far, each operation with each of its statuses once.</summary>
    public ICollection<(string OperationId, int Status)> Seen => seen.Keys;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var document = await DocumentAsync(request.RequestUri!, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var (method, path) = (request.Method.Method, request.RequestUri!.AbsolutePath);
        if (document.FindOperation(method, path) is not { } operation)
            AssertNoEndpoint(document, response, body);
        else
        {
            var headers = response.Headers.ToDictionary(
                static header => header.Key, static header => string.Join(", ", header.Value));
            var errors = document.CheckResponse(
                method, path, (int)response.StatusCode, headers, response.Content.Headers.ContentType?.MediaType, body);
            Assert.True(errors.Count == 0, $"{method} {path} {(int)response.StatusCode}: {string.Join(' ', errors)}");
            seen[(operation.GetProperty("operationId").GetString()!, (int)response.StatusCode)] = 0;
        }

        return response;
    }

    /// <summary>Another method or another address: no operation of the document, but a problem as it describes one.</summary>
    private static void AssertNoEndpoint(SchemaCheck document, HttpResponseMessage response, byte[] body)
    {
        Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(body);
        Assert.Empty(document.Check(document.Schema("Problem"), json.RootElement));
    }

    private async ValueTask<SchemaCheck> DocumentAsync(Uri address, CancellationToken cancellation)
    {
        if (Volatile.Read(ref served) is { } known)
            return known;
        await reading.WaitAsync(cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/openapi.json"));
            using var response = await base.SendAsync(request, cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            served ??= SchemaCheck.Of(await response.Content.ReadAsByteArrayAsync(cancellation));
            return served;
        }
        finally
        {
            reading.Release();
        }
    }
}
