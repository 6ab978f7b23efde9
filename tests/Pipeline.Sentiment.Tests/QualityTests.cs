using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment.Tests;

/// <summary>What the model card promises, measured through the port, by a computation of its own.</summary>
public class QualityTests
{
    private static readonly SentimentLabel[] Labels =
        [SentimentLabel.Positive, SentimentLabel.Neutral, SentimentLabel.Negative];

    [DevFilesTheory]
    [InlineData("en", 88.5)]
    [InlineData("zh", 90)]
    public async Task Positive_is_told_from_negative(string language, double percentMin)
    {
        var sides = (await AnswersAsync(language)).Where(answer => answer.Gold != SentimentLabel.Neutral).ToArray();

        var right = sides.Count(answer =>
            answer.Scores.Positive > answer.Scores.Negative == (answer.Gold == SentimentLabel.Positive));

        Assert.InRange(100.0 * right / sides.Length, percentMin, 100);
    }

    [DevFilesTheory]
    [InlineData("en", 74)]
    [InlineData("zh", 55)]
    public async Task Three_labels_have_their_mean_f1(string language, double percentMin)
    {
        var answers = await AnswersAsync(language);

        var f1 = Labels.Average(label =>
        {
            var right = answers.Count(answer => answer.Gold == label && answer.Label == label);
            return 200.0 * right / (answers.Count(answer => answer.Gold == label) + answers.Count(answer => answer.Label == label));
        });

        Assert.InRange(f1, percentMin, 100);
    }

    [DevFilesTheory]
    [InlineData("en")]
    [InlineData("zh")]
    public async Task Confidence_is_calibrated(string language)
    {
        var answers = await AnswersAsync(language);

        var error = answers.GroupBy(answer => Math.Min(9, (int)(answer.Confidence * 10)))
            .Sum(bin => Math.Abs(bin.Sum(answer => answer.Confidence - (answer.Gold == answer.Label ? 1 : 0))));

        Assert.InRange(error / answers.Length, 0, 0.02);
    }

    [DevFilesTheory]
    [InlineData("en", 70)]
    [InlineData("zh", 60)]
    public async Task Most_sides_are_taken_surely_and_rightly(string language, double percentMin)
    {
        var sides = (await AnswersAsync(language)).Where(answer => answer.Gold != SentimentLabel.Neutral).ToArray();

        var sure = sides.Where(answer => answer.SideConfidence >= 0.8).ToArray();
        var right = sure.Count(answer =>
            answer.Scores.Positive > answer.Scores.Negative == (answer.Gold == SentimentLabel.Positive));

        Assert.InRange(100.0 * sure.Length / sides.Length, percentMin, 100);
        Assert.InRange(100.0 * right / sure.Length, 93, 100);
    }

    /// <summary>
    /// The likeliest of the three scores: no model is taught "mixed", and eight of ten thousand gold labels say it.
    /// </summary>
    private static async Task<Answer[]> AnswersAsync(string language)
    {
        var golds = DevFiles.Read(language).Where(gold => gold.Label != SentimentLabel.Mixed).ToArray();
        var analyses = await Embedded.Analyser.AnalyseAsync(
            [.. golds.Select(gold => new CommentText(gold.Text, language))], CancellationToken.None);
        return [.. golds.Zip(analyses, (gold, analysis) =>
            new Answer(gold.Label, Likeliest(analysis.Scores), analysis.Scores))];
    }

    private static SentimentLabel Likeliest(SentimentScores scores) =>
        scores.Positive >= Math.Max(scores.Neutral, scores.Negative) ? SentimentLabel.Positive
        : scores.Negative >= scores.Neutral ? SentimentLabel.Negative : SentimentLabel.Neutral;

    private sealed record Answer(SentimentLabel Gold, SentimentLabel Label, SentimentScores Scores)
    {
        public double Confidence => Math.Max(Scores.Positive, Math.Max(Scores.Neutral, Scores.Negative));

        public double SideConfidence =>
            Math.Max(Scores.Positive, Scores.Negative) / (Scores.Positive + Scores.Negative);
    }
}
