using System.Globalization;
using Azure.AI.TextAnalytics;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Runtime.Analysis;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Language;

/// <summary>The settings <c>Language__endpoint</c>, <c>Language__monthlyRecords</c> and <c>Language__askBelow</c>.</summary>
internal static class LanguageSettings
{
    /// <summary>Without an endpoint or a budget nobody is asked. Call it after the local analyser is registered.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message names it.</exception>
    public static IServiceCollection AddLanguage(
        this IServiceCollection services, IConfiguration settings, TokenCredential credential)
    {
        var records = Number(settings, "Language:monthlyRecords", 0, 0, 1_000_000_000);
        var askBelow = Number(settings, "Language:askBelow", new CloudAnalysisOptions { RecordsPerMonth = 0 }.AskBelow, 0, 1);
        if (settings["Language:endpoint"] is not { Length: > 0 } endpoint || records < 1)
            return services;
        var options = new CloudAnalysisOptions { RecordsPerMonth = (long)records, AskBelow = askBelow };
        return services
            .AddSingleton(_ => new TextAnalyticsClient(new Uri(endpoint), credential, new TextAnalyticsClientOptions
            {
                // The budget pays for one sending.
                Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(options.TimeoutSeconds) },
            }))
            .AddSingleton<ICloudTextAnalyser, AzureLanguage>()
            .AddCloudAnalysis(options);
    }

    private static double Number(IConfiguration settings, string name, double usual, double least, double most)
    {
        if (settings[name] is not { Length: > 0 } text)
            return usual;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most
                ? value
                : throw new InvalidOperationException(
                    $"The setting {name.Replace(":", "__", StringComparison.Ordinal)} is {text}, not a number from "
                    + $"{least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}.");
    }
}
