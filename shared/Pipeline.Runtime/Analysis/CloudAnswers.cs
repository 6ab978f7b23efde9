using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Analysis;

/// <summary>
/// Makes the service's answers ours: offsets are held to the comment as it was sent by the customer, and what an opinion is about
/// is named as the local analyser's taxonomy names those words. An opinion of something that it does not know is left out.
/// </summary>
internal sealed class CloudAnswers(ITextAnalyser local, double abstainBelow)
{
    /// <summary>
    /// Whether the service says what it may say: a label, and scores that are shares. It is another's program, and its answer
    /// is as foreign as any input.
    /// </summary>
    public static bool IsSound(CloudAnswer? answer) => answer switch
    {
        CloudAnswer.Refused => true,
        CloudAnswer.Understood understood => Enum.IsDefined(understood.Label)
            && !string.IsNullOrWhiteSpace(understood.Analyser) && AreShares(understood.Scores)
            && understood.Sentences is { } sentences && understood.Opinions is { } opinions
            && sentences.All(static one => one is not null && Enum.IsDefined(one.Label) && AreShares(one.Scores))
            && opinions.All(static one => one is { Target: not null } && Enum.IsDefined(one.Label)),
        _ => false,
    };

    /// <param name="answers">One for each question, each sound.</param>
    /// <returns>One for each question; null where the service refused it.</returns>
    public async ValueTask<IReadOnlyList<TextAnalysis?>> OfAsync(
        IReadOnlyList<CloudQuestion> questions, IReadOnlyList<CloudAnswer> answers, CancellationToken cancellation)
    {
        var aspects = await AspectsAsync(questions, answers, cancellation);
        return
        [
            .. questions.Zip(answers, (question, answer) =>
                answer is CloudAnswer.Understood understood ? Of(question, understood, aspects) : null),
        ];
    }

    private TextAnalysis Of(
        CloudQuestion question, CloudAnswer.Understood answer, Dictionary<(string, string), string> aspects)
    {
        var scores = Normal(answer.Scores);
        var confidence = ConfidenceOf(answer.Label, scores);
        return new TextAnalysis(
            answer.Label, confidence, scores, confidence < abstainBelow,
            question.Document.Language is "en" or "zh" ? question.Document.Language : "und",
            answer.Analyser,
            [.. answer.Sentences.Where(one => IsWithin(question, one.Offset, one.Length)).Select(Normal)],
            [.. answer.Opinions
                .Where(one => IsWithin(question, one.Offset, one.Length)
                    && aspects.ContainsKey((question.Document.Language, one.Target)))
                .Select(one => new AspectMention(
                    aspects[(question.Document.Language, one.Target)], one.Label,
                    question.Comment.Substring(one.Offset, one.Length), one.Offset, one.Length))]);
    }

    /// <summary>Aspects by language and words, of the words that mean exactly one.</summary>
    private async ValueTask<Dictionary<(string, string), string>> AspectsAsync(
        IReadOnlyList<CloudQuestion> questions, IReadOnlyList<CloudAnswer> answers, CancellationToken cancellation)
    {
        var targets = questions
            .Zip(answers)
            .SelectMany(static pair => (pair.Second as CloudAnswer.Understood)?.Opinions
                .Select(opinion => (pair.First.Document.Language, opinion.Target)) ?? [])
            .Distinct()
            .ToArray();
        var aspects = new Dictionary<(string, string), string>();
        if (targets.Length == 0)
            return aspects;
        var known = await local.AnalyseAsync(
            Array.ConvertAll(targets, static target => new CommentText(target.Target, target.Language)), cancellation);
        foreach (var (target, analysis) in targets.Zip(known))
            if (analysis.Aspects.Select(static mention => mention.Aspect).Distinct().ToArray() is [var only])
                aspects.Add(target, only);
        return aspects;
    }

    private static SentenceAnalysis Normal(SentenceAnalysis sentence)
    {
        var scores = Normal(sentence.Scores);
        return sentence with { Scores = scores, Confidence = ConfidenceOf(sentence.Label, scores) };
    }

    private static bool AreShares(SentimentScores scores) =>
        IsShare(scores.Positive) && IsShare(scores.Neutral) && IsShare(scores.Negative);

    private static bool IsShare(double score) => score is >= 0 and <= 1;

    /// <summary>The service rounds each to two decimals.</summary>
    private static SentimentScores Normal(SentimentScores scores)
    {
        var sum = scores.Positive + scores.Neutral + scores.Negative;
        return sum > 0
            ? new SentimentScores(scores.Positive / sum, scores.Neutral / sum, scores.Negative / sum)
            : new SentimentScores(0, 1, 0);
    }

    /// <summary>The service has no score of mixed: as sure as of the stronger side.</summary>
    private static double ConfidenceOf(SentimentLabel label, SentimentScores scores) => label switch
    {
        SentimentLabel.Positive => scores.Positive,
        SentimentLabel.Negative => scores.Negative,
        SentimentLabel.Neutral => scores.Neutral,
        _ => Math.Max(scores.Positive, scores.Negative),
    };

    private static bool IsWithin(CloudQuestion question, int offset, int length) =>
        offset >= 0 && length > 0 && offset <= question.Document.Text.Length - length;
}
