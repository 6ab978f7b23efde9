using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Analysis;

/// <summary>
/// Answers locally where the local analyser is sure, and asks the cloud otherwise: without personal data, within the
/// month's budget. Where the cloud gives no answer the local one stands, and says why.
/// </summary>
internal sealed partial class RoutedAnalyser(
    ITextAnalyser local,
    ICloudTextAnalyser cloud,
    TextRecordBudget budget,
    CloudAnalysisOptions options,
    TimeProvider clock,
    ILogger<RoutedAnalyser> logger) : ITextAnalyser
{
    private static readonly TimeSpan RestMax = TimeSpan.FromMinutes(10);

    private readonly CloudAnswers cloudAnswers = new(local, options.AbstainBelow);
    private long restsUntilTicks;

    public async ValueTask<IReadOnlyList<TextAnalysis>> AnalyseAsync(
        IReadOnlyList<CommentText> comments, CancellationToken cancellation)
    {
        var answers = (await local.AnalyseAsync(comments, cancellation)).ToArray();
        var questions = Questions(comments, answers);
        for (var from = 0; from < questions.Count;)
        {
            var batch = questions.GetRange(from, Math.Min(CloudLimits.DocumentsMax, questions.Count - from));
            from += await AskAsync(batch, answers, cancellation);
        }

        return answers;
    }

    private List<CloudQuestion> Questions(IReadOnlyList<CommentText> comments, TextAnalysis[] answers)
    {
        var questions = new List<CloudQuestion>();
        for (var i = 0; i < answers.Length; i++)
            if ((answers[i].IsAbstention || answers[i].Confidence < options.AskBelow)
                && CloudQuestion.Of(i, comments[i], answers[i].Language) is { } question)
                questions.Add(question);
        return questions;
    }

    /// <returns>How many of the batch have their answer now; one at least.</returns>
    private async ValueTask<int> AskAsync(
        List<CloudQuestion> batch, TextAnalysis[] answers, CancellationToken cancellation)
    {
        if (clock.GetUtcNow().UtcTicks < Interlocked.Read(ref restsUntilTicks))
            return StayLocal(batch, answers, FallbackReason.Unavailable);
        var reserved = await budget.ReserveAsync(
            batch.ConvertAll(static question => CloudLimits.RecordsOf(question.Document.Text)), cancellation);
        if (reserved.Documents == 0)
            return StayLocal(batch[..1], answers, FallbackReason.Budget);
        var asked = batch[..reserved.Documents];
        var (results, failure) = await CallAsync(asked, reserved, cancellation);
        if (failure is { } reason)
            return StayLocal(asked, answers, reason);
        await TakeAsync(asked, results, answers, cancellation);
        return asked.Count;
    }

    /// <summary>One document that is no answer costs the others nothing.</summary>
    private async ValueTask TakeAsync(
        List<CloudQuestion> asked, IReadOnlyList<CloudAnswer> results, TextAnalysis[] answers,
        CancellationToken cancellation)
    {
        var sound = Enumerable.Range(0, asked.Count).Where(i => CloudAnswers.IsSound(results[i])).ToArray();
        if (sound.Length < asked.Count)
        {
            AnalysisMetrics.Failed(FallbackReason.Malformed);
            LogMalformed(asked.Count - sound.Length);
            StayLocal([.. asked.Where((_, i) => !sound.Contains(i))], answers, FallbackReason.Malformed);
        }

        var understood = await cloudAnswers.OfAsync(
            Array.ConvertAll(sound, i => asked[i]), Array.ConvertAll(sound, i => results[i]), cancellation);
        foreach (var (i, analysis) in sound.Zip(understood))
            answers[asked[i].Place] = analysis ?? Marked(answers[asked[i].Place], FallbackReason.Refused);
    }

    /// <summary>Whatever the service's client does, the local answer is at hand; after a failure nobody asks for a while.</summary>
    private async ValueTask<(IReadOnlyList<CloudAnswer> Results, FallbackReason? Failure)> CallAsync(
        List<CloudQuestion> asked, Reservation reserved, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var results = await cloud.AnalyseAsync(asked.ConvertAll(static question => question.Document), either.Token);
            return results?.Count == asked.Count
                ? (results, null)
                : Failed(FallbackReason.Malformed, null, $"{results?.Count ?? 0} answers to {asked.Count} documents");
        }
        catch (CloudUnavailableException away)
        {
            if (away.IsRefused)
                await budget.ReturnAsync(reserved, cancellation);
            return Failed(FallbackReason.Unavailable, away.RetryAfter, away.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(FallbackReason.Unavailable, null, $"no answer within {options.TimeoutSeconds} seconds");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Its message may quote the comment; its type says enough.
            return Failed(FallbackReason.Malformed, null, fault.GetType().Name);
        }
    }

    private (IReadOnlyList<CloudAnswer> Results, FallbackReason? Failure) Failed(
        FallbackReason reason, TimeSpan? wish, string detail)
    {
        AnalysisMetrics.Failed(reason);
        Rest(wish, detail);
        return ([], reason);
    }

    private void Rest(TimeSpan? wish, string reason)
    {
        var rest = TimeSpan.FromSeconds(options.RestSeconds);
        if (wish > rest)
            rest = wish.Value < RestMax ? wish.Value : RestMax;
        Interlocked.Exchange(ref restsUntilTicks, (clock.GetUtcNow() + rest).UtcTicks);
        LogResting((long)rest.TotalSeconds, reason);
    }

    private static int StayLocal(List<CloudQuestion> questions, TextAnalysis[] answers, FallbackReason reason)
    {
        foreach (var question in questions)
            answers[question.Place] = Marked(answers[question.Place], reason);
        return questions.Count;
    }

    private static TextAnalysis Marked(TextAnalysis answer, FallbackReason reason) => answer with { Fallback = reason };

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The language service is not asked for {Seconds} seconds: {Reason}")]
    private partial void LogResting(long seconds, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The language service answered {Documents} documents with what is no answer")]
    private partial void LogMalformed(int documents);
}

/// <param name="Place">Of the comment among those that are analysed together.</param>
internal sealed record CloudQuestion(int Place, string Comment, CloudDocument Document)
{
    private const string Unknown = "und";

    /// <summary>Null where there is nothing to ask: no words, or no hint of their language, which the service needs.</summary>
    public static CloudQuestion? Of(int place, CommentText comment, string language)
    {
        if (string.IsNullOrWhiteSpace(comment.Text))
            return null;
        var hint = language != Unknown ? language : LanguageOf(comment.Locale);
        return hint is null
            ? null
            : new CloudQuestion(place, comment.Text, new CloudDocument(PersonalData.Redact(Cut(comment.Text)), hint));
    }

    private static string? LanguageOf(string? locale)
    {
        var end = locale?.AsSpan().IndexOfAny('-', '_') ?? -1;
        var language = end < 0 ? locale : locale![..end];
        return language is { Length: 2 or 3 } ? language.ToLowerInvariant() : null;
    }

    private static string Cut(string text)
    {
        if (text.Length <= CloudLimits.DocumentUnitsMax)
            return text;
        var end = CloudLimits.DocumentUnitsMax;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
    }
}
