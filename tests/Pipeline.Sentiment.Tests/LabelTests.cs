using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment.Tests;

public class LabelTests
{
    [Theory]
    [InlineData("I love this jacket, it is beautiful and so warm!", SentimentLabel.Positive)]
    [InlineData("Great service, will definitely order again.", SentimentLabel.Positive)]
    [InlineData("Terrible experience, I want my money back.", SentimentLabel.Negative)]
    [InlineData("The worst shop I have ever dealt with, avoid!", SentimentLabel.Negative)]
    [InlineData("The meeting will be held on Monday at the office.", SentimentLabel.Neutral)]
    [InlineData("质量很好，穿着舒服，非常满意！", SentimentLabel.Positive)]
    [InlineData("送得很快，味道也不错，下次还来。", SentimentLabel.Positive)]
    [InlineData("太差了，用了两天就坏了，客服也不理人。", SentimentLabel.Negative)]
    [InlineData("垃圾，千万别买，跟图片完全不一样。", SentimentLabel.Negative)]
    public void A_clear_comment_gets_its_label(string text, SentimentLabel label) =>
        Assert.Equal(label, Embedded.Analyse(text).Label);

    [Theory]
    [InlineData("The food was good.", "The food was not good.")]
    [InlineData("I would recommend this shop.", "I would never recommend this shop.")]
    [InlineData("I am happy with it.", "I am not happy with it.")]
    [InlineData("很好吃。", "不好吃。")]
    [InlineData("我很满意。", "我很不满意。")]
    [InlineData("值得购买", "不值得购买")]
    public void A_denial_turns_the_side(string plain, string denied)
    {
        Assert.True(Side(Embedded.Analyse(plain)) > 0.5, plain);
        Assert.True(Side(Embedded.Analyse(denied)) < 0.5, denied);
    }

    [Theory]
    [InlineData("The packaging was awful, but the vase is beautiful.", "The vase is beautiful, but the packaging was awful.")]
    public void What_comes_after_but_weighs_more(string endsWell, string endsBadly) =>
        Assert.True(Side(Embedded.Analyse(endsWell)) > Side(Embedded.Analyse(endsBadly)));

    [Theory]
    [InlineData("The staff were wonderful and so helpful. The food was disgusting and cold.")]
    [InlineData("The quality is excellent, I am very happy with it. Customer service was awful and never replied to me.")]
    [InlineData("衣服质量非常好，穿着很舒服。客服态度太差了，问什么都不理人。")]
    public void Clear_sentences_on_both_sides_make_a_mixed_comment(string text)
    {
        var analysis = Embedded.Analyse(text);

        Assert.Equal(SentimentLabel.Positive, analysis.Sentences[0].Label);
        Assert.Equal(SentimentLabel.Negative, analysis.Sentences[1].Label);
        Assert.Equal(SentimentLabel.Mixed, analysis.Label);
    }

    [Theory]
    [InlineData("😊😍👍", 0.5, 1)]
    [InlineData("👎😡", 0, 0.5)]
    public void Emoji_alone_take_a_side(string text, double low, double high) =>
        Assert.InRange(Side(Embedded.Analyse(text)), low, high);

    [Fact]
    public void Scores_add_up_to_one_and_confidence_is_that_of_the_label()
    {
        foreach (var text in new[] { "Lovely!", "It broke at once.", "It is a chair.", "还行吧", "很差" })
        {
            var analysis = Embedded.Analyse(text);
            var scores = analysis.Scores;

            Assert.Equal(1, scores.Positive + scores.Neutral + scores.Negative, 9);
            Assert.Equal(
                analysis.Label switch
                {
                    SentimentLabel.Positive => scores.Positive,
                    SentimentLabel.Negative => scores.Negative,
                    _ => scores.Neutral,
                },
                analysis.Confidence);
        }
    }

    [Fact]
    public async Task An_unsure_answer_is_an_abstention()
    {
        var careful = Embedded.Create(new SentimentOptions { AbstainBelow = 0.99 });

        var analyses = await careful.AnalyseAsync([new CommentText("Well, it is what it is.")], CancellationToken.None);

        Assert.True(analyses[0].IsAbstention);
        Assert.False(Embedded.Analyse("Excellent, I love it!").IsAbstention);
    }

    private static double Side(TextAnalysis analysis) =>
        analysis.Scores.Positive / (analysis.Scores.Positive + analysis.Scores.Negative);
}
