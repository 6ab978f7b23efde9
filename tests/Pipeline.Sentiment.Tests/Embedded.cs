using Microsoft.Extensions.DependencyInjection;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment.Tests;

/// <summary>The analyser as a host gets it.</summary>
internal static class Embedded
{
    public static ITextAnalyser Analyser { get; } = Create();

    public static ITextAnalyser Create(SentimentOptions? options = null) =>
        new ServiceCollection().AddSentiment(options).BuildServiceProvider().GetRequiredService<ITextAnalyser>();

    public static TextAnalysis Analyse(string text, string? locale = null) =>
        Analyser.AnalyseAsync([new CommentText(text, locale)], CancellationToken.None).AsTask().Result[0];
}
