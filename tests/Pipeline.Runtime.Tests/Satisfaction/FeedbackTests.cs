using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Satisfaction.Storage;
using Pipeline.Runtime.Tests.Doubles;
using Xunit.Abstractions;

namespace Pipeline.Runtime.Tests.Satisfaction;

public sealed class FeedbackTests(ITestOutputHelper output)
{
    private readonly Shop shop = new();

    [Fact]
    public async Task A_feedback_is_stored_with_what_was_understood_of_it()
    {
        await shop.BuyAsync("p1", 3);

        var stored = await shop.HearAsync("f1", csat: 2, comment: "It came late but support was kind.", purchase: "p1");

        Assert.Equal(("f1", "ann", 2), (stored.Feedback.Id.Value, stored.Feedback.Customer!.Value.Value, stored.Feedback.Answers.Csat));
        Assert.Equal((SentimentLabel.Mixed, 0.9, "keywords/1"), (stored.Analysis!.Label, stored.Analysis.Confidence, stored.Analysis.Analyser));
        Assert.Equal([("delivery", 8), ("support", 29)], stored.Analysis.Aspects.Select(static one => (one.Aspect, one.Offset)));
        Assert.Equal("cup", Assert.Single(stored.Placing.Products));
        Assert.Equal((new CaseId("f1"), true), (stored.Case, stored.OpensCase));
    }

    [Fact]
    public async Task Until_it_is_analysed_a_feedback_is_not_there()
    {
        await shop.SendAsync("f1", csat: 5);

        Assert.Null(await shop.FeedbackReader.GetAsync(new FeedbackId("f1"), default));
        Assert.Null(await shop.FeedbackReader.GetAsync(new FeedbackId("unknown"), default));
    }

    [Fact]
    public async Task A_feedback_that_is_shown_is_in_the_report()
    {
        var seen = new List<(bool IsShown, long Reported)>();
        await shop.SendAsync("f1", csat: 5);
        var isAsking = false;
        shop.Tap.OnRequest = async _ =>
        {
            if (isAsking)
                return;
            isAsking = true;
            var isShown = await shop.FeedbackReader.GetAsync(new FeedbackId("f1"), default) is not null;
            seen.Add((isShown, (await shop.ReportAsync()).Groups[0].Responses));
            isAsking = false;
        };

        await shop.ListenAsync();

        Assert.Contains((true, 1), seen);
        Assert.DoesNotContain((true, 0), seen);
    }

    [Fact]
    public async Task The_same_content_is_accepted_again_and_counts_once()
    {
        Assert.False(Accepted(await shop.SendAsync("f1", csat: 5)).Replayed);
        Assert.True(Accepted(await shop.SendAsync("f1", csat: 5, at: shop.Now)).Replayed);
        await shop.ListenAsync();
        Assert.True(Accepted(await shop.SendAsync("f1", csat: 5)).Replayed);
        await shop.ListenAsync();

        Assert.Equal(1, (await shop.ReportAsync()).Groups[0].Responses);
        Assert.Equal(1, (await SummaryAsync())!.Responses);
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("bob")]
    [InlineData("")]
    public async Task An_id_belongs_to_its_first_content_whoever_sends_the_second(string customer)
    {
        await shop.SendAsync("f1", csat: 5);

        Assert.IsType<FeedbackAnswer.ContentDiffers>(await shop.SendAsync("f1", csat: 4, customer: customer));
        await shop.ListenAsync();
        Assert.IsType<FeedbackAnswer.ContentDiffers>(await shop.SendAsync("f1", csat: 4, customer: customer));

        Assert.Equal(5, (await shop.FeedbackReader.GetAsync(new FeedbackId("f1"), default))!.Feedback.Answers.Csat);
    }

    [Fact]
    public async Task Of_many_contents_under_one_id_at_once_one_wins()
    {
        for (var round = 0; round < 50; round++)
        {
            var racing = new Shop();
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                () => racing.SendAsync("f1", csat: 1 + (i % 5), customer: $"c{i}"))));
            await racing.ListenAsync();

            Assert.Single(answers, static answer => answer is FeedbackAnswer.Accepted { Replayed: false });
            Assert.Equal(7, answers.Count(static answer => answer is FeedbackAnswer.ContentDiffers));
            Assert.Equal(1, (await racing.ReportAsync()).Groups[0].Responses);
        }
    }

    [Fact]
    public async Task An_anonymous_feedback_is_nobodys_and_may_open_a_case()
    {
        var stored = await shop.HearAsync("f1", csat: 1, customer: "");

        Assert.Null(stored.Feedback.Customer);
        Assert.Null((await shop.Cases.GetAsync(stored.Case!.Value, default))!.Customer);
        Assert.Equal(1, (await shop.ReportAsync()).Groups[0].Responses);
        Assert.Empty(await shop.DeadLettersAsync(QueueNames.Feedback));
    }

    [Fact]
    public async Task The_summary_of_a_customer_is_shown_and_rebuilt_identically()
    {
        await shop.BuyAsync("p1", 1);
        Assert.Null((await shop.Reader.GetAsync(Shop.Ann, default))!.Satisfaction);
        await shop.HearAsync("f1", csat: 5, nps: 9, comment: "good");
        await shop.HearAsync("f2", csat: 2, ces: 3, comment: "bad", at: Shop.Opening.AddDays(-3));
        await shop.HearAsync("f3", nps: 0);

        var summary = (await shop.Reader.GetAsync(Shop.Ann, default))!.Satisfaction!;

        Assert.Equal((3L, 3.5m, 5, 4.5m), (summary.Responses, summary.Csat!.Mean, summary.Csat.Last, summary.Nps!.Mean));
        Assert.Equal((1L, 0L, 1L, "f3"), (summary.Positive, summary.Neutral, summary.Negative, summary.Last!.Value.Id.Value));
        Assert.Equal(summary, await shop.FeedbackReader.RebuildSummaryAsync(Shop.Ann, default));
    }

    /// <summary>Every message up to three times, in any order, in batches of any size: the same documents but for cases' order.</summary>
    [Fact]
    public async Task Any_order_and_any_duplication_ends_in_the_same_summary_and_report()
    {
        for (var round = 0; round < 15; round++)
        {
            const int Seed = 815;
            var random = new Random(Seed + round);
            output.WriteLine($"seed {Seed + round}");
            var bodies = await BodiesAsync(random, 30);
            string? expected = null;
            for (var run = 0; run < 3; run++)
            {
                var other = new Shop();
                var messages = bodies.SelectMany(body => Enumerable.Repeat(body, 1 + random.Next(3))).ToArray();
                random.Shuffle(messages);
                foreach (var chunk in messages.Chunk(random.Next(1, 20)))
                    foreach (var session in chunk.GroupBy(static message => message.Session))
                        await other.Analysing.HandleAsync(session.Key, Delivered(session), default);

                var state = await StateAsync(other);
                Assert.Equal(expected ??= state, state);
            }
        }
    }

    [Fact]
    public async Task One_message_in_several_hands_counts_once()
    {
        for (var round = 0; round < 30; round++)
        {
            var racing = new Shop();
            for (var i = 0; i < 5; i++)
                await racing.SendAsync($"f{i}", csat: 1 + i, comment: "bad");
            var lease = racing.Queue.TryReceive(QueueNames.Feedback, 40)!;

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => racing.Pump.WorkAsync(racing.Analysing, lease))));

            Assert.Equal((5, 5), ((await racing.ReportAsync()).Groups[0].Responses, (await racing.ReportAsync()).Cases.Opened));
            Assert.Equal(5, (await FeedbackReader.SummaryAsync(racing.Memory, Shop.Ann, default))!.Responses);
        }
    }

    [Fact]
    public async Task An_analyser_out_of_reach_is_asked_again_and_no_message_is_counted_out()
    {
        shop.Analyser.BeUnavailable(calls: 9);

        var stored = await shop.HearAsync("f1", csat: 5, comment: "good");

        Assert.Equal(SentimentLabel.Positive, stored.Analysis!.Label);
        Assert.Empty(await shop.DeadLettersAsync(QueueNames.Feedback));
    }

    [Fact]
    public async Task A_comment_that_the_analyser_cannot_stand_is_set_aside_and_its_neighbours_are_worked()
    {
        await shop.SendAsync("f1", comment: "good");
        await shop.SendAsync("f2", comment: "explode");
        await shop.SendAsync("f3", comment: "bad");

        await shop.ListenAsync();

        var letter = Assert.Single(await shop.DeadLettersAsync(QueueNames.Feedback));
        Assert.Equal(("f2", 10), (letter.Message.MessageId, letter.DeliveryCount));
        Assert.DoesNotContain("explode", letter.Description, StringComparison.Ordinal);
        Assert.Equal(2, (await SummaryAsync())!.Responses);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"feedback":"f 1","customer":"ann","rec":1}""")]
    [InlineData("""{"feedback":"f1","customer":"ann","csat":5}""")]
    [InlineData("""{"feedback":"f1","customer":"ann","csat":6,"rec":1}""")]
    [InlineData("""{"feedback":"f1","customer":"ann","nps":-1,"rec":1}""")]
    [InlineData("""{"feedback":"f1","customer":"bob","csat":5,"rec":1}""")]
    [InlineData("""{"feedback":"f1","csat":5,"rec":1}""")]
    [InlineData("""{"feedback":"f1","customer":"ann","csat":5,"at":9223372036854775807,"rec":1}""")]
    public async Task A_poisoned_body_is_set_aside_and_its_neighbours_are_worked(string body)
    {
        await shop.SendAsync("before", csat: 5);
        await shop.Queue.SendAsync(
            QueueNames.Feedback, new QueueMessage("poison", "ann", Encoding.UTF8.GetBytes(body), "print"), default);
        await shop.SendAsync("after", csat: 5);

        await shop.ListenAsync();

        var letter = Assert.Single(await shop.DeadLettersAsync(QueueNames.Feedback));
        Assert.Equal(("poison", "malformed", 1), (letter.Message.MessageId, letter.Reason, letter.DeliveryCount));
        Assert.Equal(2, (await SummaryAsync())!.Responses);
    }

    [Fact]
    public async Task A_long_comment_in_chinese_many_times_over_stays_within_what_a_commit_takes()
    {
        var comment = new string('好', 5_000);
        for (var i = 0; i < 100; i++)
            await shop.SendAsync($"f{i}", csat: 1, comment: comment);
        shop.Pump.MessagesPerLease = 100;

        await shop.ListenAsync();

        Assert.Equal(100, (await SummaryAsync())!.Responses);
        Assert.Equal(100, (await shop.ReportAsync()).Cases.Opened);
    }

    [Fact]
    public async Task A_stored_feedback_has_this_form()
    {
        await shop.HearAsync("f1", csat: 2, nps: 0, comment: "late 晚");

        Assert.Equal(
            """{"customer":"ann","at":1772366400000,"rec":1772366400000,"ch":"email","loc":"en-GB","csat":2,"nps":0,"text":"late 晚","sense":{"l":"negative","c":0.9,"s":[0.05,0.05,0.9],"lang":"en","by":"keywords/1","sentences":[{"n":6,"l":"negative","c":0.9,"s":[0.05,0.05,0.9]}],"aspects":[{"a":"delivery","l":"negative","t":"late","n":4}]},"day":"2026-03-01","tier":"none","stage":"unknown","case":"f1","opens":true}""",
            await shop.StoredAsync(new DocumentKey("ann", FeedbackKinds.Feedback, "f1")));
        Assert.Equal(
            """{"n":1,"csat":{"n":1,"sum":2,"last":2,"at":1772366400000,"of":"f1"},"nps":{"n":1,"at":1772366400000,"of":"f1"},"labels":[0,0,1,0],"at":1772366400000,"last":"f1","felt":2,"feltAt":1772366400000,"feltIn":"f1"}""",
            await shop.StoredAsync(FeedbackKinds.SummaryOf(Shop.Ann)));
        Assert.Equal(
            """{"customer":"ann","events":[{"type":"opened","at":1772366400000,"severity":"medium","reasons":["CSAT 2 is 2 or less.","NPS 0 is 4 or less.","The comment is negative."],"due":1772539200000}]}""",
            await shop.StoredAsync(new DocumentKey("ann", "case", "f1")));
    }

    private static async Task<List<QueueMessage>> BodiesAsync(Random random, int count)
    {
        var source = new Shop();
        string[] comments = ["good", "bad", "late but kind", "so so"];
        for (var i = 0; i < count; i++)
        {
            await source.SendAsync(
                $"f{i}", random.Next(2) == 0 ? null : random.Next(1, 6), random.Next(2) == 0 ? null : random.Next(11),
                random.Next(1, 8), random.Next(3) == 0 ? null : comments[random.Next(4)],
                random.Next(4) == 0 ? "" : $"c{random.Next(3)}", at: Shop.Opening.AddHours(-random.Next(200)),
                channel: random.Next(3) == 0 ? null : $"ch{random.Next(3)}");
        }

        var messages = new List<QueueMessage>();
        while (source.Queue.TryReceive(QueueNames.Feedback, 100) is { } lease)
            messages.AddRange(lease.Messages.Select(static message => message.Message));
        return messages;
    }

    private static DeliveredMessage[] Delivered(IEnumerable<QueueMessage> messages) =>
        [.. messages.Select((message, i) => new DeliveredMessage(i, message, Shop.Opening, 1))];

    private static async Task<string> StateAsync(Shop shop)
    {
        var state = new StringBuilder();
        foreach (var line in shop.Stored().Where(static line => !line.StartsWith("~satisfaction", StringComparison.Ordinal)))
            state.AppendLine(line);
        foreach (var by in Enum.GetValues<ReportBy>())
            foreach (var group in (await shop.ReportAsync(by)).Groups)
                state.AppendLine(group.ToString());
        return state.ToString();
    }

    private async Task<CustomerSatisfaction?> SummaryAsync() =>
        await FeedbackReader.SummaryAsync(shop.Memory, Shop.Ann, default);

    private static FeedbackAnswer.Accepted Accepted(FeedbackAnswer answer) => Assert.IsType<FeedbackAnswer.Accepted>(answer);
}
