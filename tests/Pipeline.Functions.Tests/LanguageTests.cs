using System.Collections.Concurrent;
using Azure;
using Azure.AI.TextAnalytics;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Pipeline.Functions.Language;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Analysis;
using Pipeline.Runtime.Ports;
using Make = Azure.AI.TextAnalytics.TextAnalyticsModelFactory;

namespace Pipeline.Functions.Tests;

/// <summary>The app as it is composed, with Azure AI Language mocked.</summary>
public sealed class LanguageTests
{
    private readonly ConcurrentQueue<TextDocumentInput[]> calls = [];

    /// <summary>What the service says of a document; null: it leaves it out.</summary>
    private Func<TextDocumentInput, AnalyzeSentimentResult?> onDocument = static input => Negative(input);

    private Action onCall = static () => { };

    [Fact]
    public async Task Without_a_budget_or_an_endpoint_the_service_is_not_asked()
    {
        foreach (var missing in new[] { "Language:monthlyRecords", "Language:endpoint" })
        {
            await using var cloud = await StartAsync(new() { [missing] = null });

            await AnalyseAsync(cloud, "Hm.");
            Assert.Null(cloud.Services.GetService<ICloudTextAnalyser>());
        }

        Assert.Empty(calls);
    }

    [Theory]
    [InlineData("Language:monthlyRecords", "many", "Language__monthlyRecords")]
    [InlineData("Language:monthlyRecords", "-1", "Language__monthlyRecords")]
    [InlineData("Language:askBelow", "60", "Language__askBelow")]
    public async Task A_setting_that_is_no_number_of_its_range_is_named(string setting, string value, string named)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(new() { [setting] = value }));

        Assert.Contains(named, error.Message);
    }

    [Fact]
    public async Task Comments_go_in_batches_of_ten_with_their_language_and_come_back_with_the_model_that_answered()
    {
        await using var cloud = await StartAsync();

        var answers = await AnalyseAsync(cloud, [.. Enumerable.Range(0, 23).Select(static i => $"Comment {i}.")]);

        Assert.Equal([10, 10, 3], calls.Select(static call => call.Length));
        Assert.All(calls.SelectMany(static call => call), static input => Assert.Equal("en", input.Language));
        Assert.All(answers, static answer =>
            Assert.Equal(("azure-language/2022-11-01", SentimentLabel.Negative, null), (answer.Analyser, answer.Label, answer.Fallback)));
    }

    [Fact]
    public async Task Answers_are_found_by_their_ids_and_each_error_is_of_its_own_document()
    {
        onDocument = static input => input.Text switch
        {
            "bad" => Make.AnalyzeSentimentResult(input.Id, Make.TextAnalyticsError("InvalidDocument", "It is too long.")),
            "lost" => null,
            _ => Negative(input),
        };
        await using var cloud = await StartAsync();

        var answers = await AnalyseAsync(cloud, "first", "bad", "lost", "the last of them");

        Assert.Equal([null, FallbackReason.Refused, FallbackReason.Refused, null], answers.Select(static answer => answer.Fallback));
        Assert.Equal(["first".Length, "the last of them".Length],
            answers.Where(static answer => answer.Fallback is null).Select(static answer => answer.Sentences[0].Length));
    }

    [Fact]
    public async Task Nothing_personal_leaves_and_sentences_and_aspects_lie_where_the_customer_wrote_them()
    {
        const string Comment = "😀 I am ann@example.com. The delivery was far too slow, call 13812345678!";
        var (start, target, end) = (Comment.IndexOf("The", StringComparison.Ordinal),
            Comment.IndexOf("delivery", StringComparison.Ordinal), Comment.IndexOf(", call", StringComparison.Ordinal));
        onDocument = input => Make.AnalyzeSentimentResult(input.Id, Make.TextDocumentStatistics(1, 1), Make.DocumentSentiment(
            TextSentiment.Mixed, 0.3, 0.1, 0.6,
            [Make.SentenceSentiment(TextSentiment.Negative, input.Text[start..], 0.05, 0.05, 0.9, start, input.Text.Length - start,
            [
                Make.SentenceOpinion(
                    Make.TargetSentiment(TextSentiment.Negative, "delivery", 0, 1, target, 8),
                    [Make.AssessmentSentiment(TextSentiment.Negative, 0, 1, "slow", false, end - 4, 4)]),
                Make.SentenceOpinion(Make.TargetSentiment(TextSentiment.Negative, "weather", 0, 1, target, 8), []),
            ])]));
        await using var cloud = await StartAsync();

        var answer = Assert.Single(await AnalyseAsync(cloud, Comment));

        Assert.Equal("😀 I am ***************. The delivery was far too slow, call ***********!", calls.Single()[0].Text);
        Assert.Equal((SentimentLabel.Mixed, 0.6), (answer.Label, answer.Confidence));
        var sentence = Assert.Single(answer.Sentences);
        Assert.Equal((start, Comment.Length - start, SentimentLabel.Negative), (sentence.Offset, sentence.Length, sentence.Label));
        Assert.Equal(
            new AspectMention("delivery", SentimentLabel.Negative, "delivery was far too slow", target, end - target), Assert.Single(answer.Aspects));
    }

    public static TheoryData<Exception> Failures() =>
    [
        new RequestFailedException(429, "Too many: Hm."), new RequestFailedException(503, "Away."), new RequestFailedException(0, "No way there."),
        new RequestFailedException(401, "Who?"), new AuthenticationFailedException("No identity."), new TaskCanceledException("Too slow."),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task While_the_service_fails_the_local_answer_stands_and_is_marked(Exception failure)
    {
        onCall = () => throw failure;
        await using var cloud = await StartAsync();

        var answer = Assert.Single(await AnalyseAsync(cloud, "Hm."));

        Assert.Equal(("local/1", FallbackReason.Unavailable), (answer.Analyser, answer.Fallback));
        Assert.Single(calls);
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, false)]
    public async Task What_was_throttled_is_known_to_cost_nothing_and_no_text_is_in_the_reason(int status, bool isRefused)
    {
        onCall = () => throw new RequestFailedException(status, "Refused: Hm.", "Busy", null);
        var language = new AzureLanguage(Client());

        var error = await Assert.ThrowsAsync<CloudUnavailableException>(async () => await language.AnalyseAsync([new("Hm.", "en")], default));

        Assert.Equal((isRefused, $"status {status} Busy"), (error.IsRefused, error.Message));
    }

    [Fact]
    public async Task Sixty_four_callers_never_pass_the_month_s_budget()
    {
        await using var cloud = await StartAsync(new() { ["Language:monthlyRecords"] = "100" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(() =>
            AnalyseAsync(cloud, "Hm.", new string('m', 1 + (caller * 37 % 2_500)), "So."))));

        Assert.InRange(calls.Sum(static call => call.Sum(static input => CloudLimits.RecordsOf(input.Text))), 80, 100);
        Assert.Contains(answers.SelectMany(static one => one), static one => one.Fallback is FallbackReason.Budget);
    }

    private async Task<Cloud> StartAsync(Dictionary<string, string?>? more = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Language:endpoint"] = "https://test.cognitiveservices.azure.com/",
            ["Language:monthlyRecords"] = "5000",
        };
        foreach (var (name, value) in more ?? [])
            settings[name] = value;
        return await Cloud.StartAsync(settings, services =>
        {
            services.AddSingleton(Client());
            services.AddKeyedSingleton<ITextAnalyser>(CloudAnalysis.Local, new UnsureAnalyser());
        });
    }

    private static Task<IReadOnlyList<TextAnalysis>> AnalyseAsync(Cloud cloud, params string[] comments) =>
        cloud.Get<ITextAnalyser>().AnalyseAsync(Array.ConvertAll(comments, static text => new CommentText(text)), default).AsTask();

    private TextAnalyticsClient Client()
    {
        var client = new Mock<TextAnalyticsClient>();
        client
            .Setup(it => it.AnalyzeSentimentBatchAsync(
                It.IsAny<IEnumerable<TextDocumentInput>>(),
                It.Is<AnalyzeSentimentOptions>(options => options.IncludeOpinionMining == true && options.DisableServiceLogs == true),
                It.IsAny<CancellationToken>()))
            .Returns((IEnumerable<TextDocumentInput> inputs, AnalyzeSentimentOptions _, CancellationToken _) =>
            {
                var documents = inputs.ToArray();
                calls.Enqueue(documents);
                onCall();
                return Task.FromResult(Response.FromValue(
                    Make.AnalyzeSentimentResultCollection(
                        documents.Reverse().Select(input => onDocument(input)).OfType<AnalyzeSentimentResult>(),
                        Make.TextDocumentBatchStatistics(documents.Length, documents.Length, 0, documents.Length), "2022-11-01"),
                    Mock.Of<Response>()));
            });
        return client.Object;
    }

    private static AnalyzeSentimentResult Negative(TextDocumentInput input) =>
        Make.AnalyzeSentimentResult(input.Id, Make.TextDocumentStatistics(1, 1), Make.DocumentSentiment(
            TextSentiment.Negative, 0.02, 0.08, 0.9,
            [Make.SentenceSentiment(TextSentiment.Negative, input.Text, 0.02, 0.08, 0.9)]));

    /// <summary>Knows one aspect, and is sure of nothing.</summary>
    private sealed class UnsureAnalyser : ITextAnalyser
    {
        public ValueTask<IReadOnlyList<TextAnalysis>> AnalyseAsync(
            IReadOnlyList<CommentText> comments, CancellationToken cancellation) => new([.. comments.Select(static comment =>
                new TextAnalysis(
                    SentimentLabel.Neutral, 0.4, new(0.3, 0.4, 0.3), IsAbstention: true, "en", "local/1", [],
                    comment.Text == "delivery" ? [new AspectMention("delivery", SentimentLabel.Neutral, "delivery", 0, 8)] : []))]);
    }
}
