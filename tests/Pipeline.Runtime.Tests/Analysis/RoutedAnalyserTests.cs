using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Runtime.Analysis;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Analysis;

/// <summary>The local analyser of these tests is sure at 0.9 of what it answers, so a threshold above asks the cloud.</summary>
public sealed class RoutedAnalyserTests
{
    private const double Always = 0.95;
    private const double Never = 0.5;

    private readonly FakeTime time = new();
    private readonly MemoryStore store = new();
    private readonly ScriptedCloud cloud = new();

    [Fact]
    public async Task A_confident_local_answer_is_the_answer_and_nothing_leaves()
    {
        var answer = Assert.Single(await Router(Never).AnalyseAsync([new("The quality is good.")], default));

        Assert.Equal(("keywords/1", SentimentLabel.Positive, null), (answer.Analyser, answer.Label, answer.Fallback));
        Assert.Empty(cloud.Calls);
    }

    [Fact]
    public async Task An_unsure_one_is_the_cloud_s_with_the_model_that_gave_it()
    {
        var answer = Assert.Single(await Router().AnalyseAsync([new("Hm.")], default));

        Assert.Equal((ScriptedCloud.Model, SentimentLabel.Negative, "en", null), (answer.Analyser, answer.Label, answer.Language, answer.Fallback));
        Assert.Equal(1, answer.Scores.Positive + answer.Scores.Neutral + answer.Scores.Negative, 12);
        Assert.Equal(answer.Scores.Negative, answer.Confidence);
        Assert.Equal(answer.Scores, Assert.Single(answer.Sentences).Scores);
    }

    [Fact]
    public async Task Twenty_three_comments_are_three_calls_of_ten_at_most_and_stay_in_order()
    {
        cloud.OnDocument = static document => ScriptedCloud.Negative(document) with { Analyser = document.Text };
        var comments = Enumerable.Range(0, 23).Select(static i => new CommentText($"Comment {i}.")).ToArray();

        var answers = await Router().AnalyseAsync(comments, default);

        Assert.Equal([10, 10, 3], cloud.Calls.Select(static call => call.Count));
        Assert.Equal(comments.Select(static comment => comment.Text), answers.Select(static answer => answer.Analyser));
    }

    [Fact]
    public async Task Personal_data_never_leaves_and_the_offsets_are_those_of_the_comment()
    {
        const string Comment = "😀 Mail ann@example.com or 13812345678: the delivery was late!";
        cloud.OnDocument = static document =>
        {
            var at = document.Text.IndexOf("delivery", StringComparison.Ordinal);
            return ScriptedCloud.Negative(document, new CloudOpinion("late delivery", SentimentLabel.Negative, at, "delivery was late".Length));
        };

        var answer = Assert.Single(await Router().AnalyseAsync([new(Comment)], default));

        var sent = Assert.Single(Assert.Single(cloud.Calls));
        Assert.Equal("😀 Mail *************** or ***********: the delivery was late!", sent.Text);
        Assert.Equal(Comment.Length, Assert.Single(answer.Sentences).Length);
        Assert.Equal(
            new AspectMention("delivery", SentimentLabel.Negative, "delivery was late", Comment.IndexOf("delivery", StringComparison.Ordinal), 17),
            Assert.Single(answer.Aspects));
    }

    [Fact]
    public async Task An_opinion_is_left_out_where_its_words_name_no_aspect_or_two_or_its_place_is_outside()
    {
        cloud.OnDocument = static document => ScriptedCloud.Negative(
            document, new("weather", SentimentLabel.Negative, 0, 3), new("late but kind", SentimentLabel.Mixed, 0, 3),
            new("late", SentimentLabel.Negative, 2, 100), new("kind", SentimentLabel.Positive, 0, 3));

        var answer = Assert.Single(await Router().AnalyseAsync([new("Hm.")], default));

        Assert.Equal("support", Assert.Single(answer.Aspects).Aspect);
    }

    [Fact]
    public async Task A_document_that_the_cloud_refuses_keeps_its_local_answer_and_the_others_get_the_cloud_s()
    {
        cloud.OnDocument = static document => document.Text == "b" ? new CloudAnswer.Refused("InvalidDocument") : null!;

        var answers = await Router().AnalyseAsync([new("a"), new("b"), new("c")], default);

        Assert.Equal([ScriptedCloud.Model, "keywords/1", ScriptedCloud.Model], answers.Select(static answer => answer.Analyser));
        Assert.Equal([null, FallbackReason.Refused, null], answers.Select(static answer => answer.Fallback));
    }

    [Fact]
    public async Task While_the_cloud_is_away_the_local_answer_stands_and_nobody_asks_again_before_the_rest_is_over()
    {
        using var failures = new CountedFailures();
        var router = Router();
        cloud.OnCall = static _ => throw new CloudUnavailableException("503");
        var away = await router.AnalyseAsync([.. Enumerable.Repeat(new CommentText("Hm."), 25)], default);
        cloud.OnCall = static _ => Task.CompletedTask;

        Assert.All(away, static answer => Assert.Equal(("keywords/1", FallbackReason.Unavailable), (answer.Analyser, answer.Fallback)));
        Assert.True(failures.Has("unavailable"));
        Assert.Single(cloud.Calls);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(FallbackReason.Unavailable, (await router.AnalyseAsync([new("Hm.")], default))[0].Fallback);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ScriptedCloud.Model, (await router.AnalyseAsync([new("Hm.")], default))[0].Analyser);
    }

    public static TheoryData<string, Func<CloudDocument, CloudAnswer>> Nonsense { get; } = new()
    {
        { "no number", static document => Scored(document, new(double.NaN, 0.1, 0.9)) },
        { "below zero", static document => Scored(document, new(-0.1, 0.1, 0.9)) },
        { "above one", static document => Scored(document, new(0.1, 0.1, 90)) },
        { "label", static document => ScriptedCloud.Negative(document) with { Label = (SentimentLabel)9 } },
        { "nobody", static document => ScriptedCloud.Negative(document) with { Analyser = "" } },
        { "no sentences", static document => ScriptedCloud.Negative(document) with { Sentences = null! } },
        { "no target", static document => ScriptedCloud.Negative(document, new CloudOpinion(null!, SentimentLabel.Negative, 0, 1)) },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task A_document_with_nonsense_for_an_answer_keeps_its_local_one_and_the_others_get_the_cloud_s(
        string what, Func<CloudDocument, CloudAnswer> nonsense)
    {
        using var failures = new CountedFailures();
        cloud.OnDocument = document => document.Text == "b" ? nonsense(document) : ScriptedCloud.Negative(document);

        var answers = await Router().AnalyseAsync([new("a"), new("b"), new("c")], default);

        Assert.Equal([null, FallbackReason.Malformed, null], answers.Select(static answer => answer.Fallback));
        Assert.Equal("keywords/1", answers[1].Analyser);
        Assert.True(failures.Has("malformed"), what);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Where_the_answers_are_not_as_many_as_the_comments_the_local_ones_stand_and_nobody_asks_for_a_while(int count)
    {
        using var failures = new CountedFailures();
        var router = Router();
        cloud.OnAnswers = answers => [.. Enumerable.Repeat(answers[0], count)];

        var answers = await router.AnalyseAsync([new("a"), new("b")], default);
        await router.AnalyseAsync([new("c")], default);

        Assert.All(answers, static answer => Assert.Equal(("keywords/1", FallbackReason.Malformed), (answer.Analyser, answer.Fallback)));
        Assert.Single(cloud.Calls);
        Assert.True(failures.Has("malformed"));
    }

    [Fact]
    public async Task Whatever_the_client_of_the_service_throws_the_local_answer_stands()
    {
        using var failures = new CountedFailures();
        cloud.OnCall = static _ => throw new ArgumentException("An item with the same key has already been added.");

        var answer = Assert.Single(await Router().AnalyseAsync([new("Hm.")], default));

        Assert.Equal(("keywords/1", FallbackReason.Malformed), (answer.Analyser, answer.Fallback));
        Assert.True(failures.Has("malformed"));
    }

    [Fact]
    public async Task What_is_throttled_costs_nothing_and_the_rest_is_as_long_as_the_service_wishes()
    {
        var router = Router(records: 16);
        cloud.OnCall = static _ => throw new CloudUnavailableException("429", isRefused: true, TimeSpan.FromSeconds(90));
        await router.AnalyseAsync([.. Enumerable.Repeat(new CommentText("Hm."), 10)], default);
        cloud.OnCall = static _ => Task.CompletedTask;
        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(FallbackReason.Unavailable, (await router.AnalyseAsync([new("Hm.")], default))[0].Fallback);
        time.Advance(TimeSpan.FromSeconds(1));

        var answers = await router.AnalyseAsync([.. Enumerable.Repeat(new CommentText("Hm."), 20)], default);

        Assert.Equal(16, answers.Count(static answer => answer.Fallback is null));
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_given_up_and_stays_paid_for()
    {
        var router = Router(records: 1);
        cloud.OnCall = async cancellation =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(Timeout.Infinite, cancellation);
        };

        Assert.Equal(FallbackReason.Unavailable, (await router.AnalyseAsync([new("Hm.")], default))[0].Fallback);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FallbackReason.Budget, (await router.AnalyseAsync([new("Hm.")], default))[0].Fallback);
    }

    [Fact]
    public async Task Who_asked_may_stop_waiting()
    {
        using var stop = new CancellationTokenSource();
        cloud.OnCall = async cancellation =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellation);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Router().AnalyseAsync([new("Hm.")], stop.Token));
    }

    [Theory]
    [InlineData("en-GB", 0)]
    [InlineData("fr-CA", 1)]
    [InlineData(null, 0)]
    public async Task A_language_that_the_local_analyser_does_not_know_is_asked_about_by_the_sender_s_locale_or_not_at_all(
        string? locale, int french)
    {
        var unknown = new FixedAnalyser(new TextAnalysis(
            SentimentLabel.Neutral, 0.3, new(0.3, 0.4, 0.3), IsAbstention: true, "und", "local/1", [], []));

        await Router(local: unknown).AnalyseAsync([new("C'est pas mal.", locale)], default);

        Assert.Equal(locale is null ? 0 : 1, cloud.Calls.Count);
        Assert.Equal(french, cloud.Calls.Count(static call => call[0].Language == "fr"));
    }

    [Fact]
    public async Task The_longest_comment_is_cut_to_what_the_service_takes_and_no_character_is_halved()
    {
        await Router().AnalyseAsync([new(new string('a', CloudLimits.DocumentUnitsMax - 1) + "😀!")], default);

        Assert.Equal(new string('a', CloudLimits.DocumentUnitsMax - 1), Assert.Single(Assert.Single(cloud.Calls)).Text);
    }

    [Fact]
    public async Task What_answered_and_why_not_the_cloud_is_stored_with_the_feedback()
    {
        var shop = new Shop();
        var router = Router(records: 1);
        foreach (var id in new[] { "f1", "f2" })
        {
            var feedback = new Feedback(
                new FeedbackId(id), Shop.Ann, null, shop.Now, shop.Now, "web", "en-GB", new Answers(3, null, null), "Hm.");
            await shop.Desk.RecordAsync(
                [new(feedback, (await router.AnalyseAsync([new("Hm.", "en-GB")], default))[0])], opensCases: true, default);
        }

        var first = await StoredAsync("f1");
        var second = await StoredAsync("f2");
        Assert.Equal((ScriptedCloud.Model, null), (first.Analyser, first.Fallback));
        Assert.Equal(("keywords/1", FallbackReason.Budget), (second.Analyser, second.Fallback));

        async Task<TextAnalysis> StoredAsync(string id)
        {
            var document = await shop.Memory.ReadAsync(new DocumentKey("ann", FeedbackKinds.Feedback, id), default);
            return FeedbackMapping.ReadFeedback(document!).Analysis!;
        }
    }

    private RoutedAnalyser Router(double askBelow = Always, long records = 1_000, ITextAnalyser? local = null)
    {
        var options = new CloudAnalysisOptions { AskBelow = askBelow, RecordsPerMonth = records };
        var programs = new FixedPrograms(new ProgramHistory([LoyaltyProgram.Default]));
        return new RoutedAnalyser(
            local ?? new KeywordAnalyser(), cloud, new TextRecordBudget(store, programs, time, records), options, time,
            NullLogger<RoutedAnalyser>.Instance);
    }

    private static CloudAnswer.Understood Scored(CloudDocument document, SentimentScores scores) =>
        ScriptedCloud.Negative(document) with { Scores = scores };

    /// <summary>The failures that were counted since; tests that run meanwhile may add theirs.</summary>
    private sealed class CountedFailures : IDisposable
    {
        private readonly ConcurrentQueue<string?> reasons = [];
        private readonly MeterListener listener = new();

        public CountedFailures()
        {
            listener.InstrumentPublished = static (instrument, listening) =>
            {
                if (instrument.Name == "pipeline.analysis.cloud.failures")
                    listening.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, _, tags, _) => reasons.Enqueue(tags[0].Value as string));
            listener.Start();
        }

        public bool Has(string reason) => reasons.Contains(reason);

        public void Dispose() => listener.Dispose();
    }

    private sealed class FixedAnalyser(TextAnalysis answer) : ITextAnalyser
    {
        public ValueTask<IReadOnlyList<TextAnalysis>> AnalyseAsync(
            IReadOnlyList<CommentText> comments, CancellationToken cancellation) =>
            new([.. comments.Select(_ => answer)]);
    }
}
