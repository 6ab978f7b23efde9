using System.Collections.Concurrent;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tests.Analysis;

/// <summary>A language service that calls every document negative with one opinion of its last word, or does what a test says.</summary>
internal sealed class ScriptedCloud : ICloudTextAnalyser
{
    public const string Model = "azure-language/2022-11-01";

    /// <summary>The documents of each call.</summary>
    public ConcurrentQueue<IReadOnlyList<CloudDocument>> Calls { get; } = [];

    /// <summary>Answers in place of the usual answer; null: the usual one.</summary>
    public Func<CloudDocument, CloudAnswer>? OnDocument { get; set; }

    /// <summary>Runs before a call is answered, and may throw.</summary>
    public Func<CancellationToken, Task> OnCall { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What becomes of all answers of a call.</summary>
    public Func<IReadOnlyList<CloudAnswer>, IReadOnlyList<CloudAnswer>> OnAnswers { get; set; } = static answers => answers;

    public long Records => Calls.Sum(static call => call.Sum(static document => (long)CloudLimits.RecordsOf(document.Text)));

    public async ValueTask<IReadOnlyList<CloudAnswer>> AnalyseAsync(
        IReadOnlyList<CloudDocument> documents, CancellationToken cancellation)
    {
        Calls.Enqueue(documents);
        await OnCall(cancellation);
        return OnAnswers([.. documents.Select(document => OnDocument?.Invoke(document) ?? Negative(document))]);
    }

    public static CloudAnswer.Understood Negative(CloudDocument document, params CloudOpinion[] opinions)
    {
        var scores = new SentimentScores(0.02, 0.1, 0.9);
        return new CloudAnswer.Understood(
            Model, SentimentLabel.Negative, scores,
            [new SentenceAnalysis(0, document.Text.Length, SentimentLabel.Negative, 0.9, scores)], opinions);
    }
}
