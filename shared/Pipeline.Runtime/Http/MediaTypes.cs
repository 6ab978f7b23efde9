using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Pipeline.Runtime.Http;

/// <summary>Which bodies are taken for JSON.</summary>
internal static class MediaTypes
{
    /// <summary>JSON as it is: a compressed body would be read as nonsense, so it is refused as what it is.</summary>
    public static bool IsPlainJson(HttpRequest request) =>
        IsJson(request.ContentType)
        && request.Headers.ContentEncoding is var coding
        && (coding.Count == 0 || coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary><c>application/json</c> or <c>application/*+json</c>, and no charset but UTF-8.</summary>
    public static bool IsJson(string? contentType)
    {
        if (contentType is null)
            return false;
        if (contentType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return true;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !type.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var isJson = type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        return isJson && (!charset.HasValue || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
