using Microsoft.Extensions.DependencyInjection;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment;

/// <summary>Registers the embedded analyser as the <see cref="ITextAnalyser"/>.</summary>
public static class PipelineSentiment
{
    public static IServiceCollection AddSentiment(this IServiceCollection services, SentimentOptions? options = null) =>
        services.AddSingleton<ITextAnalyser>(_ => EmbeddedAnalyser.Create(options ?? new SentimentOptions()));
}
