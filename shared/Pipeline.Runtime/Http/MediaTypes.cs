using Microsoft.Net.Http.Headers;

namespace Pipeline.Runtime.Http;

/// <summary>Which bodies are taken for JSON.</summary>
internal static class MediaTypes
{
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
