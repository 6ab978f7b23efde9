using System.Globalization;
using Azure;
using Azure.AI.TextAnalytics;
using Azure.Identity;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Language;

/// <summary>Azure AI Language: sentiment with opinion mining. What is sent is not kept by the service for its own logs.</summary>
public sealed class AzureLanguage(TextAnalyticsClient client) : ICloudTextAnalyser
{
    private const string Name = "azure-language";

    private static readonly AnalyzeSentimentOptions Options = new() { IncludeOpinionMining = true, DisableServiceLogs = true };

    public async ValueTask<IReadOnlyList<CloudAnswer>> AnalyseAsync(
        IReadOnlyList<CloudDocument> documents, CancellationToken cancellation)
    {
        var inputs = documents.Select(static (document, i) =>
            new TextDocumentInput(IdOf(i), document.Text) { Language = document.Language });
        try
        {
            var response = await client.AnalyzeSentimentBatchAsync(inputs.ToArray(), Options, cancellation);
            return AzureLanguageAnswers.Of(documents.Count, response.Value, Name);
        }
        catch (RequestFailedException failure)
        {
            // The message of the service may quote what it was sent; its code says enough.
            var code = $"status {failure.Status.ToString(CultureInfo.InvariantCulture)} {failure.ErrorCode}".TrimEnd();
            throw new CloudUnavailableException(code, failure.Status == 429, RetryAfterOf(failure));
        }
        catch (AuthenticationFailedException failure)
        {
            throw new CloudUnavailableException("the identity was not let in", isRefused: true, inner: failure);
        }
    }

    internal static string IdOf(int place) => place.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan? RetryAfterOf(RequestFailedException failure) =>
        failure.GetRawResponse() is { } response
        && response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
