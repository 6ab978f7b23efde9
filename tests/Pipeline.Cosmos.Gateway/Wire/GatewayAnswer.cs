using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Wire;

/// <summary>An answer, before it is put into HTTP.</summary>
internal sealed record GatewayAnswer(int Status)
{
    public byte[] Body { get; init; } = [];

    public int SubStatus { get; init; }

    public double Charge { get; init; }

    /// <summary>Where the vendor's table says less than the rest of its page.</summary>
    public double? TableCharge { get; init; }

    public string? ETag { get; init; }

    public string? Continuation { get; init; }

    public int? ItemCount { get; init; }

    public int? RetryAfterMilliseconds { get; init; }

    /// <summary>The container, where the request reached one.</summary>
    public ContainerNames? Container { get; init; }

    /// <summary>Which server answered, and how far its log was.</summary>
    public (int Range, long Lsn)? Session { get; init; }

    /// <summary>Documents that it read and wrote, for the journal.</summary>
    public int DocumentsRead { get; init; }

    public int DocumentsWritten { get; init; }

    public static GatewayAnswer Json(int status, JsonNode body) =>
        new(status) { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };

    public static GatewayAnswer Error(int status, string message, int subStatus = 0) =>
        Json(status, new JsonObject { ["code"] = ((HttpStatusCode)status).ToString(), ["message"] = message }) with
        {
            SubStatus = subStatus,
        };

    public HttpResponseMessage ToMessage(HttpRequestMessage request)
    {
        var message = new HttpResponseMessage((HttpStatusCode)Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(Body),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Add(message, Headers.ActivityId, request.Headers.TryGetValues(Headers.ActivityId, out var ids) ? ids.First() : null);
        Add(message, Headers.RequestCharge, Charge.ToString("0.##", CultureInfo.InvariantCulture));
        Add(message, Headers.Version, "2018-12-31");
        Add(message, Headers.SubStatus, SubStatus.ToString(CultureInfo.InvariantCulture));
        Add(message, "etag", ETag);
        Add(message, Headers.Continuation, Continuation);
        Add(message, Headers.ItemCount, ItemCount?.ToString(CultureInfo.InvariantCulture));
        Add(message, Headers.RetryAfter, RetryAfterMilliseconds?.ToString(CultureInfo.InvariantCulture));
        Add(message, Headers.ContentPath, Container?.ResourceId);
        Add(message, Headers.AlternateContentPath, Container?.Path);
        if (Session is { } session)
        {
            Add(
                message, Headers.SessionToken,
                string.Create(CultureInfo.InvariantCulture, $"{session.Range}:-1#{session.Lsn}"));
            Add(message, Headers.Lsn, session.Lsn.ToString(CultureInfo.InvariantCulture));
            Add(message, Headers.Range, session.Range.ToString(CultureInfo.InvariantCulture));
        }

        return message;
    }

    private static void Add(HttpResponseMessage message, string name, string? value)
    {
        if (value is not null)
            message.Headers.TryAddWithoutValidation(name, value);
    }
}

/// <param name="ResourceId">The container's own id of the service.</param>
/// <param name="Path">As in <c>dbs/DATABASE/colls/CONTAINER</c>.</param>
internal sealed record ContainerNames(string ResourceId, string Path);
