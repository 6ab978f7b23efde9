using System.Net;

namespace Pipeline.Cosmos.Requests;

/// <summary>
/// Keeps the SDK from sending a batch again whose answer was lost. Where a connection breaks, the SDK believes that the
/// request did not arrive, and sends it a second time; if it did arrive, the second finds the first one's documents and
/// reports a conflict with ourselves. Told as a time-out instead, it is left to
/// <see cref="Commits"/>, who knows its commit again.
/// </summary>
internal sealed class OneAttemptHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string BatchHeader = "x-ms-cosmos-is-batch-request";

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Headers.Contains(BatchHeader))
            return await base.SendAsync(request, cancellationToken);
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            // The connection may break behind the headers too.
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            return answer;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new HttpResponseMessage(HttpStatusCode.RequestTimeout)
            {
                RequestMessage = request,
                ReasonPhrase = "The connection broke",
                Content = new StringContent($$"""{"code":"RequestTimeout","message":"{{error.GetType().Name}}"}"""),
            };
        }
    }
}
