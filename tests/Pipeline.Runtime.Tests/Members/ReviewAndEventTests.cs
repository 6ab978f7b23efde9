using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Members;

public sealed class ReviewAndEventTests
{
    private readonly Shop shop = new(MemberShop.Program);

    [Fact]
    public async Task A_comment_that_is_long_enough_earns_points_once_a_feedback()
    {
        await shop.BuyAsync("p1", 10);

        await shop.HearAsync("f1", csat: 5, comment: "It is very kind.");
        await shop.HearAsync("f1", csat: 5, comment: "It is very kind.");
        await shop.HearAsync("f2", csat: 5, comment: " Nice.    ");
        await shop.HearAsync("f3", csat: 5);

        Assert.Equal(["grant:review:f1"], await shop.GrantsAsync());
        Assert.Equal((30, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Reviews_beyond_the_day_s_limit_earn_nothing_and_the_next_day_has_room_again()
    {
        await shop.BuyAsync("p1", 10);

        for (var i = 1; i <= 4; i++)
            await shop.HearAsync($"f{i}", comment: "It is very kind.");
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.HearAsync("f5", comment: "It is very kind.");

        Assert.Equal(["grant:review:f1", "grant:review:f2", "grant:review:f5"], await shop.GrantsAsync());
    }

    [Fact]
    public async Task A_feedback_of_nobody_or_of_an_unknown_name_earns_nothing()
    {
        await shop.HearAsync("f1", comment: "It is very kind.", customer: "");
        await shop.HearAsync("f2", comment: "It is very kind.", customer: "typed");

        Assert.Null(await shop.Reader.GetAsync(new CustomerId("typed"), default));
    }

    [Fact]
    public async Task An_event_gives_its_points_and_is_answered_the_same_for_ever()
    {
        await shop.BuyAsync("p1", 10);

        var first = await PostAsync("e1", "check-in");
        var again = await PostAsync("e1", "check-in");

        Assert.Equal((5L, false), Done(first));
        Assert.Equal((5L, true), Done(again));
        Assert.IsType<EventAnswer.ContentDiffers>(await PostAsync("e1", "app-install"));
        Assert.Equal((15, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Events_beyond_a_limit_are_kept_and_give_nothing_also_when_they_come_again()
    {
        await shop.BuyAsync("p1", 10);

        long[] points = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => Done(await PostAsync($"e{i}", "check-in")).Points))];
        var again = await PostAsync("e3", "check-in");
        var ever = await PostAsync("i1", "app-install");
        var twice = await shop.Events.PostAsync(MemberShop.Event("i2", shop.Now.AddDays(-30)), default);

        Assert.Equal(10, points.Sum());
        Assert.Equal((points[3], true), Done(again));
        Assert.Equal((50L, 0L), (Done(ever).Points, Done(twice).Points));
    }

    [Fact]
    public async Task Of_64_events_at_once_as_many_give_as_the_day_s_limit_lets()
    {
        await shop.BuyAsync("p1", 10);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => UntilAnsweredAsync($"e{i}"))));

        Assert.Equal((20, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Of_64_sendings_of_one_event_one_gives_its_points()
    {
        await shop.BuyAsync("p1", 10);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => UntilAnsweredAsync("e1"))));

        Assert.Equal((15, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task An_event_of_an_unknown_type_or_customer_is_refused_and_nothing_is_kept()
    {
        Assert.IsType<EventAnswer.UnknownCustomer>(await PostAsync("e1", "check-in"));
        await shop.BuyAsync("p1", 10);
        var before = shop.Stored();

        Assert.IsType<EventAnswer.UnknownType>(await PostAsync("e1", "jump"));

        Assert.Equal(before, shop.Stored());
    }

    [Fact]
    public async Task An_event_counts_on_the_day_on_which_it_happened()
    {
        await shop.BuyAsync("p1", 10, at: Shop.Opening.AddDays(-40));
        await shop.Events.PostAsync(MemberShop.Event("old", Shop.Opening.AddDays(-35), "check-in"), default);

        var lots = (await shop.Reader.BalanceAsync(Shop.Ann, null, null, default))!.Lots;

        Assert.Contains(lots, static lot => lot.Lot.Id.EntryId == "grant:event:old" && lot.Lot.ActiveAt == Shop.Opening.AddDays(-35));
        await shop.AssertProvenAsync();
    }

    private async Task UntilAnsweredAsync(string id)
    {
        while (true)
        {
            try
            {
                Assert.IsType<EventAnswer.Done>(await PostAsync(id, "check-in"));
                return;
            }
            catch (ContendedException)
            {
                // Told to come back.
            }
        }
    }

    private async Task<EventAnswer> PostAsync(string id, string type) =>
        await shop.Events.PostAsync(MemberShop.Event(id, Shop.Opening, type), default);

    private static (long Points, bool Replayed) Done(EventAnswer answer) =>
        answer is EventAnswer.Done done ? (done.Points, done.Replayed) : throw new InvalidOperationException($"{answer}");
}
