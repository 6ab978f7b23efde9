using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>
/// Posts events to an endpoint, signed as Standard Webhooks 1.0 says: the receiver proves the signature over id, time and
/// body, and refuses what is old.
/// </summary>
internal sealed class WebhookSink(WebhookOptions options, HttpClient http, TimeProvider clock) : IEventSink
{
    /// <summary>An endpoint that takes longer is busy; it is asked again later.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public string Name => options.Name;

    public async ValueTask<Delivery> DeliverAsync(CloudEvent cloudEvent, CancellationToken cancellation)
    {
        if (options.Keys.Count == 0)
            return new Delivery.Failed("Its secret is not resolved from the key vault yet.", IsPermanent: false);
        var body = LedgerEvents.ToJson(cloudEvent);
        var id = IdOf(cloudEvent);
        var sentAt = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(LedgerEvents.ContentType);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", sentAt);
        request.Headers.Add("webhook-signature", Sign(id, sentAt, body));
        if (cloudEvent.TraceParent is { } trace)
            request.Headers.Add("traceparent", trace);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode
                ? Delivery.Done
                : new Delivery.Failed($"It answered {(int)response.StatusCode}.", IsRefusal(response.StatusCode));
        }
        catch (Exception error) when (
            error is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return new Delivery.Failed(
                error is HttpRequestException ? error.Message : "It did not answer in time.", IsPermanent: false);
        }
    }

    /// <summary>
    /// The same at every attempt, and without the full stops that ids may have: they separate what is signed.
    /// </summary>
    internal static string IdOf(CloudEvent cloudEvent)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{cloudEvent.Source}\n{cloudEvent.Id}"));
        return $"msg_{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }

    private string Sign(string id, string sentAt, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{sentAt}."), .. body];
        return string.Join(' ', options.Keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"));
    }

    /// <summary>
    /// The endpoint will never take this one. Everything else may be mended at its end, a missing route or a wrong
    /// credential too.
    /// </summary>
    private static bool IsRefusal(HttpStatusCode status) => status
        is HttpStatusCode.BadRequest
        or HttpStatusCode.Gone
        or HttpStatusCode.RequestEntityTooLarge
        or HttpStatusCode.UnsupportedMediaType
        or HttpStatusCode.UnprocessableEntity;
}
