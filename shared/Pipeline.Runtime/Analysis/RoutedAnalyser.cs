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
        if (await CallAsync(asked, reserved, cancellation) is not { } results)
            return StayLocal(asked, answers, FallbackReason.Unavailable);
        var understood = await cloudAnswers.OfAsync(asked, results, cancellation);
        for (var i = 0; i < asked.Count; i++)
            answers[asked[i].Place] = understood[i] ?? Marked(answers[asked[i].Place], FallbackReason.Refused);
        return asked.Count;
    }

    /// <summary>Null where it has not answered; then nobody asks for a while.</summary>
    private async ValueTask<IReadOnlyList<CloudAnswer>?> CallAsync(
        List<CloudQuestion> asked, Reservation reserved, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return await cloud.AnalyseAsync(asked.ConvertAll(static question => question.Document), either.Token);
        }
        catch (CloudUnavailableException away)
        {
            Rest(away.RetryAfter, away.Message);
            if (away.IsRefused)
                await budget.ReturnAsync(reserved, cancellation);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Rest(null, $"no answer within {options.TimeoutSeconds} seconds");
            return null;
        }
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
