using Microsoft.Extensions.DependencyInjection;
using Pipeline.Runtime.Ports;
using Pipeline.Sentiment;

namespace Pipeline.SentimentTrainer.Tests;

public sealed class TrainCommandTests : IDisposable
{
    private readonly SmallCorpus corpus = new();

    public void Dispose() => corpus.Dispose();

    [Fact]
    public async Task The_same_seed_makes_the_same_file_and_another_seed_another()
    {
        var first = await TrainAsync("first.bin", seed: 7);
        var second = await TrainAsync("second.bin", seed: 7);
        var other = await TrainAsync("other.bin", seed: 8);

        Assert.Equal(await File.ReadAllBytesAsync(first), await File.ReadAllBytesAsync(second));
        Assert.NotEqual(await File.ReadAllBytesAsync(first), await File.ReadAllBytesAsync(other));
    }

    [Theory]
    [InlineData("the door is lovely", SentimentLabel.Positive)]
    [InlineData("the door is usual", SentimentLabel.Neutral)]
    [InlineData("the door is awful", SentimentLabel.Negative)]
    public async Task What_was_trained_answers_in_the_analyser(string text, SentimentLabel label)
    {
        var file = await TrainAsync("own.bin", seed: 1);

        var analysis = await AnalyseAsync(file, text);

        Assert.Equal(label, analysis.Label);
        Assert.Equal("embedded/en-own", analysis.Analyser);
    }

    [Fact]
    public async Task A_word_that_only_the_lexicon_has_takes_its_side()
    {
        var lexicon = corpus.Write("words.tsv", "splendid\t3.1", "dreadful\t-3.2");
        var without = await TrainAsync("without.bin", seed: 1);
        var with = await TrainAsync("with.bin", seed: 1, "--lexicon", lexicon);

        Assert.True(await SideAsync(with, "splendid") > await SideAsync(without, "splendid"));
        Assert.True(await SideAsync(with, "dreadful") < await SideAsync(without, "dreadful"));
    }

    [Fact]
    public void A_line_that_is_no_labelled_text_is_named()
    {
        var file = corpus.Write("bad.tsv", "positive\ten\tletters\tfine", "cheerful\ten\tletters\tfine");

        var error = Assert.Throws<InvalidDataException>(() => Corpus.Read(file));

        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> TrainAsync(string name, int seed, params string[] more)
    {
        var file = corpus.Model(name);
        string[] arguments =
            ["--language", "en", "--train", corpus.Train, "--output", file, "--name", "en-own", "--seed", $"{seed}", .. more];
        Assert.Equal(0, await TrainCommand.Create(TextWriter.Null, TextWriter.Null).Parse(arguments).InvokeAsync());
        return file;
    }

    private static async Task<TextAnalysis> AnalyseAsync(string model, string text)
    {
        await using var services = new ServiceCollection()
            .AddSentiment(new SentimentOptions { EnglishModelFile = model }).BuildServiceProvider();
        return (await services.GetRequiredService<ITextAnalyser>()
            .AnalyseAsync([new CommentText(text)], CancellationToken.None))[0];
    }

    private static async Task<double> SideAsync(string model, string text)
    {
        var scores = (await AnalyseAsync(model, text)).Scores;
        return scores.Positive / (scores.Positive + scores.Negative);
    }
}
