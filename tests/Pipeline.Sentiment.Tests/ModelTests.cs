using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Features;
using Pipeline.Sentiment.Model;

namespace Pipeline.Sentiment.Tests;

public class ModelTests
{
    [Theory]
    [InlineData("en.bin", 350_000)]
    [InlineData("zh.bin", 200_000)]
    public void A_model_file_stays_within_its_size(string resource, int bytesMax)
    {
        using var stream = Resource(resource);

        Assert.InRange(stream.Length, 1, bytesMax);
    }

    [Theory]
    [InlineData("en.bin", "en-")]
    [InlineData("zh.bin", "zh-")]
    public void A_model_that_is_written_again_is_the_same_file(string resource, string name)
    {
        using var stream = Resource(resource);
        using var again = new MemoryStream();

        var content = ModelContent.Read(stream);
        content.Write(again);

        Assert.StartsWith(name, content.Name);
        stream.Position = 0;
        using var original = new MemoryStream();
        stream.CopyTo(original);
        Assert.Equal(original.ToArray(), again.ToArray());
    }

    [Fact]
    public void A_damaged_model_is_refused()
    {
        using var stream = Resource("en.bin");
        var bytes = new byte[1_000];
        stream.ReadExactly(bytes);

        Assert.Throws<InvalidDataException>(() => ModelContent.Load(new MemoryStream(bytes)));
        Assert.Throws<InvalidDataException>(() => ModelContent.Load(new MemoryStream("no model"u8.ToArray())));
    }

    [Fact]
    public async Task A_model_of_one_s_own_answers_in_place_of_the_embedded_one()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using (var stream = File.Create(file))
                new ModelContent("en-own", new Calibration(1, 5, 0, 1), new WeightTable(1, []), new WeightTable(1, []))
                    .Write(stream);

            var own = Embedded.Create(new SentimentOptions { EnglishModelFile = file });
            var analysis = (await own.AnalyseAsync([new CommentText("terrible")], CancellationToken.None))[0];

            Assert.Equal("embedded/en-own", analysis.Analyser);
            Assert.Equal(SentimentLabel.Positive, analysis.Label);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("The parcel came late, twice, and nobody in the shop could tell me why; still, I love the colour 😍!", ModelLanguage.English)]
    [InlineData("快递太慢了，等了一个星期才到，不过质量不错，颜色也很喜欢，客服态度挺好的，下次还会来买。", ModelLanguage.Chinese)]
    public void Scoring_allocates_nothing(string text, ModelLanguage language)
    {
        var models = Models.Load(new SentimentOptions());
        var scorer = new Scorer(models[language], language, new FeatureReader());
        var sum = 0.0;

        // The runtime compiles a hot method anew and counts that here: the least of the rounds is the loop's own.
        var least = Enumerable.Range(0, 20).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 200; i++)
                sum += scorer.Scores(text).Positive;
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, least);
        Assert.InRange(sum, 1, 3_999);
    }

    private static Stream Resource(string name) => typeof(Models).Assembly.GetManifestResourceStream(name)!;
}
