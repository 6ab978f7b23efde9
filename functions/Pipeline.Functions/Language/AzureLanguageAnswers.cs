using Azure.AI.TextAnalytics;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Language;

/// <summary>The service's answers in the runtime's terms. Its offsets are UTF-16 code units, which the client asks for.</summary>
internal static class AzureLanguageAnswers
{
    private const string NoAnswer = "NoAnswer";

    /// <summary>One for each document that was sent, found by its id: the service promises no order.</summary>
    public static IReadOnlyList<CloudAnswer> Of(int documents, AnalyzeSentimentResultCollection results, string service)
    {
        var analyser = $"{service}/{results.ModelVersion}";
        var byId = results.ToDictionary(static result => result.Id, StringComparer.Ordinal);
        var answers = new CloudAnswer[documents];
        for (var i = 0; i < documents; i++)
            answers[i] = byId.TryGetValue(AzureLanguage.IdOf(i), out var result)
                ? Of(result, analyser)
                : new CloudAnswer.Refused(NoAnswer);
        return answers;
    }

    private static CloudAnswer Of(AnalyzeSentimentResult result, string analyser)
    {
        if (result.HasError)
            return new CloudAnswer.Refused(result.Error.ErrorCode.ToString());
        var document = result.DocumentSentiment;
        return new CloudAnswer.Understood(
            analyser, LabelOf(document.Sentiment), ScoresOf(document.ConfidenceScores),
            [.. document.Sentences.Select(Of)],
            [.. document.Sentences.SelectMany(static sentence => sentence.Opinions.Select(Of))]);
    }

    private static SentenceAnalysis Of(SentenceSentiment sentence)
    {
        var scores = ScoresOf(sentence.ConfidenceScores);
        var confidence = Math.Max(scores.Neutral, Math.Max(scores.Positive, scores.Negative));
        return new SentenceAnalysis(sentence.Offset, sentence.Length, LabelOf(sentence.Sentiment), confidence, scores);
    }

    /// <summary>The evidence is what is spoken of and what is said of it, with the words between.</summary>
    private static CloudOpinion Of(SentenceOpinion opinion)
    {
        var (start, end) = (opinion.Target.Offset, opinion.Target.Offset + opinion.Target.Length);
        foreach (var assessment in opinion.Assessments)
            (start, end) = (Math.Min(start, assessment.Offset), Math.Max(end, assessment.Offset + assessment.Length));
        return new CloudOpinion(opinion.Target.Text, LabelOf(opinion.Target.Sentiment), start, end - start);
    }

    private static SentimentScores ScoresOf(SentimentConfidenceScores scores) =>
        new(scores.Positive, scores.Neutral, scores.Negative);

    private static SentimentLabel LabelOf(TextSentiment sentiment) => sentiment switch
    {
        TextSentiment.Positive => SentimentLabel.Positive,
        TextSentiment.Negative => SentimentLabel.Negative,
        TextSentiment.Mixed => SentimentLabel.Mixed,
        _ => SentimentLabel.Neutral,
    };
}
