using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Features;

namespace Pipeline.Sentiment.Tests;

public class TextTests
{
    [Theory]
    [InlineData("Thank you for the quick delivery", "en")]
    [InlineData("ok", "en")]
    [InlineData("谢谢，很快就收到了", "zh")]
    [InlineData("这个iPhone手机壳很好看", "zh")]
    [InlineData("The 小笼包 was delicious and the staff were kind", "en")]
    [InlineData("この商品はとても良いです", "und")]
    [InlineData("Очень хороший магазин", "und")]
    [InlineData("Je suis très content de la livraison", "und")]
    [InlineData("Die Lieferung war sehr schnell und gut", "und")]
    [InlineData("El producto es muy bueno pero la entrega fue lenta", "und")]
    [InlineData("12345", "und")]
    public void The_language_is_told_from_the_text(string text, string language) =>
        Assert.Equal(language, Embedded.Analyse(text).Language);

    [Theory]
    [InlineData("👍", "zh-CN", "zh")]
    [InlineData("👍", "en-GB", "en")]
    [InlineData("很好", "en-GB", "zh")]
    public void The_locale_decides_only_where_the_text_has_no_letters(string text, string locale, string language) =>
        Assert.Equal(language, Embedded.Analyse(text, locale).Language);

    [Theory]
    [InlineData("")]
    [InlineData("   \t\n ")]
    [InlineData("Очень хороший магазин")]
    public void What_cannot_be_read_is_a_neutral_abstention(string text)
    {
        var analysis = Embedded.Analyse(text);

        Assert.Equal(SentimentLabel.Neutral, analysis.Label);
        Assert.True(analysis.IsAbstention);
        Assert.Equal("embedded/none", analysis.Analyser);
        Assert.Empty(analysis.Aspects);
    }

    [Theory]
    [InlineData("Good. Bad!", new[] { "Good.", "Bad!" })]
    [InlineData("It cost 3.50 pounds. OK", new[] { "It cost 3.50 pounds.", "OK" })]
    [InlineData("He said \"great!\" Then left...", new[] { "He said \"great!\"", "Then left..." })]
    [InlineData("Mr. Smith helped me e.g. with the box.", new[] { "Mr. Smith helped me e.g. with the box." })]
    [InlineData("Great 😊! 😍 Thanks", new[] { "Great 😊!", "😍 Thanks" })]
    [InlineData("Love it! 😍😍", new[] { "Love it! 😍😍" })]
    [InlineData("很好。不错！下次再来", new[] { "很好。", "不错！", "下次再来" })]
    [InlineData("first line\n\nsecond line", new[] { "first line", "second line" })]
    public void A_comment_is_cut_into_its_sentences(string text, string[] sentences) =>
        Assert.Equal(
            sentences,
            Embedded.Analyse(text).Sentences.Select(sentence => text.Substring(sentence.Offset, sentence.Length)));

    [Fact]
    public void Offsets_count_utf16_units_and_cut_no_pair()
    {
        const string text = "😀😀 Wonderful shop. 👎🏽 Late delivery!";

        var analysis = Embedded.Analyse(text);

        Assert.Equal([0, 21], analysis.Sentences.Select(sentence => sentence.Offset));
        Assert.Equal("👎🏽 Late delivery!", text.Substring(analysis.Sentences[1].Offset, analysis.Sentences[1].Length));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_read_like_any_text()
    {
        Assert.Equal(SentimentLabel.Positive, Embedded.Analyse("I love it, great! \ud83d").Label);
        Assert.Equal(SentimentLabel.Positive, Embedded.Analyse("\ude00 I love it, great!").Label);
    }

    [Fact]
    public void A_very_long_comment_is_read_up_to_ten_thousand_units()
    {
        var text = string.Concat(Enumerable.Repeat("very good service and late delivery 😀 ", 5_000));

        var analysis = Embedded.Analyse(text);

        Assert.All(analysis.Sentences, sentence => Assert.InRange(sentence.Offset + sentence.Length, 1, 10_000));
        Assert.All(analysis.Aspects, aspect => Assert.InRange(aspect.Offset + aspect.Length, 1, 10_000));
        Assert.InRange(analysis.Aspects.Count, 1, 50);
    }

    [Fact]
    public void Ten_thousand_sentences_are_two_hundred_at_most()
    {
        var analysis = Embedded.Analyse(string.Concat(Enumerable.Repeat("No! ", 2_500)));

        Assert.InRange(analysis.Sentences.Count, 1, 200);
        Assert.Equal(9_999, analysis.Sentences[^1].Offset + analysis.Sentences[^1].Length);
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_comments()
    {
        CommentText[] comments = [new("Awful!"), new("很好！"), new(""), new("Excellent!")];

        var analyses = await Embedded.Analyser.AnalyseAsync(comments, CancellationToken.None);

        Assert.Equal(["en", "zh", "und", "en"], analyses.Select(analysis => analysis.Language));
    }

    [Fact]
    public void The_same_text_gets_the_same_answer_on_every_thread()
    {
        const string text = "Lovely shop, but the queue was long and nobody helped us. 还可以。";
        var expected = Embedded.Analyse(text);

        Parallel.For(0, 200, _ =>
        {
            Embedded.Analyse("something else in between, terrible");
            var again = Embedded.Analyse(text);
            Assert.Equal(expected.Scores, again.Scores);
            Assert.Equal(expected.Sentences, again.Sentences);
            Assert.Equal(expected.Aspects, again.Aspects);
        });
    }

    [Fact]
    public async Task A_cancelled_call_stops()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Embedded.Analyser.AnalyseAsync([new CommentText("text")], cancelled.Token));
    }

    [Theory]
    [InlineData("sooooo GOOD", "soo good")]
    [InlineData("it’s  great", "it's   great")]
    [InlineData("@shop see http://example.org/a?b", "@other see https://example.com")]
    [InlineData("👍🏽", "👍")]
    [InlineData("call 123456", "call 98765")]
    public void Spellings_that_mean_the_same_have_the_same_features(string one, string other)
    {
        var reader = new FeatureReader();

        var first = reader.Read(one, ModelLanguage.English).Buckets.ToArray();

        Assert.Equal(first, reader.Read(other, ModelLanguage.English).Buckets.ToArray());
    }

    [Theory]
    [InlineData("很好！！！！", "很好!!")]
    [InlineData("ＶＩＰ 很好", "vip很好")]
    public void Chinese_spellings_that_mean_the_same_have_the_same_features(string one, string other)
    {
        var reader = new FeatureReader();

        var first = reader.Read(one, ModelLanguage.Chinese).Buckets.ToArray();

        Assert.Equal(first, reader.Read(other, ModelLanguage.Chinese).Buckets.ToArray());
    }
}
