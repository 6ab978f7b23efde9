using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Runtime.Ports;
using Pipeline.Sentiment;

namespace Pipeline.Benchmarks.Micro;

/// <summary>What a comment costs, from text to label, sentences and aspects; one thread.</summary>
[MemoryDiagnoser]
public class SentimentBenchmarks
{
    /// <summary>150 characters.</summary>
    private static readonly CommentText[] English =
    [
        new("The parcel came three days late and the box was dented, but the lamp itself is lovely, works perfectly "
            + "and support answered my question in ten minutes"),
    ];

    /// <summary>50 characters.</summary>
    private static readonly CommentText[] Chinese =
        [new("快递比预计晚了两天，外面的盒子也压扁了，不过台灯质量很好，颜色也很喜欢，客服回复很快，下次还会再来买")];

    private ITextAnalyser analyser = null!;

    [GlobalSetup]
    public void SetUp()
    {
        if (English[0].Text.Length != 150 || Chinese[0].Text.Length != 50)
            throw new InvalidOperationException($"The comments have {English[0].Text.Length} and {Chinese[0].Text.Length} characters.");
        analyser = new ServiceCollection().AddSentiment().BuildServiceProvider().GetRequiredService<ITextAnalyser>();
    }

    [Benchmark]
    public TextAnalysis EnglishComment() => Analyse(English);

    [Benchmark]
    public TextAnalysis ChineseComment() => Analyse(Chinese);

    private TextAnalysis Analyse(CommentText[] comments)
    {
        var analyses = analyser.AnalyseAsync(comments, CancellationToken.None);
        return analyses.IsCompletedSuccessfully ? analyses.Result[0] : throw new InvalidOperationException("It has waited.");
    }
}
