using Pipeline.Domain;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Satisfaction;

public sealed class PastFeedbackTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task Of_lines_with_one_id_the_first_is_taken_also_where_the_store_is_slow_to_answer_it()
    {
        var requests = 0;
        shop.Tap.OnRequest = _ => Interlocked.Increment(ref requests) == 1 ? Task.Delay(200) : Task.CompletedTask;
        var past = new PastFeedback(shop.Tap, shop.Analyser, shop.Desk, shop.Time);

        var results = await past.BringInAsync([Line("f1", 5), Line("f1", 1), Line("f1", 5)], false, default);

        Assert.Equal(
            [PastOutcome.Recorded, PastOutcome.ContentDiffers, PastOutcome.Repeated],
            results.Select(static one => one.Outcome));
    }

    private static SentFeedback Line(string id, int stars) => new(
        new FeedbackId(id), Shop.Ann, null, Shop.Opening.AddDays(-1), null, null, new Answers(stars, null, null), null);
}
