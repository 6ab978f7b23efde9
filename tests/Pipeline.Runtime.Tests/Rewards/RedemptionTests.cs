using Pipeline.Domain;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Rewards.Storage;
using Pipeline.Runtime.Tests.Doubles;
using static Pipeline.Runtime.Tests.Rewards.RewardShop;

namespace Pipeline.Runtime.Tests.Rewards;

public sealed class RedemptionTests
{
    [Fact]
    public async Task A_reward_is_reserved_issued_and_fulfilled()
    {
        var shop = await OpenAsync();

        var reserved = Done(await shop.ReserveAsync("r1", "off"));
        Assert.Equal((RedemptionStatus.Reserved, 100L, null), (reserved.StatusAt(shop.Now), reserved.Points, reserved.Code));
        Assert.Equal((900, 0, 100, 0), await shop.PointsAsync());

        var issued = Done(await shop.IssueAsync("r1"));
        Assert.True(CodeForm.TryRead(issued.Code!, out _));
        Assert.Equal(new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero), issued.UsableUntil);
        Assert.Equal((900, 0, 0, 0), await shop.PointsAsync());

        Assert.Equal(shop.Now, Done(await shop.FulfilAsync("r1")).FulfilledAt);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Every_step_that_is_repeated_gets_its_first_answer_again()
    {
        var shop = await OpenAsync("A-1");
        var reserved = Done(await shop.ReserveAsync("r1", "film"));
        var issued = Done(await shop.IssueAsync("r1"));
        var fulfilled = Done(await shop.FulfilAsync("r1"));
        shop.Time.Advance(TimeSpan.FromDays(400));

        Assert.Equal(reserved with { Code = "A-1" }, Done(await shop.ReserveAsync("r1", "film"), replayed: true));
        Assert.Equal(issued, Done(await shop.IssueAsync("r1"), replayed: true));
        Assert.Equal(fulfilled, Done(await shop.FulfilAsync("r1"), replayed: true));
        Assert.IsType<RedemptionAnswer.ContentDiffers>(await shop.ReserveAsync("r1", "mug"));
        Assert.IsType<RedemptionAnswer.ContentDiffers>(await shop.ReserveAsync("r1", "film", points: 100));
    }

    [Fact]
    public async Task A_cancelled_reservation_frees_its_points_its_stock_its_code_and_its_count()
    {
        var shop = await OpenAsync("A-1");
        foreach (var reward in (string[])["mug", "gala", "once"])
        {
            var left = await shop.LeftAsync(reward);
            Done(await shop.ReserveAsync($"r-{reward}", reward));
            Assert.Equal(left - 1, await shop.LeftAsync(reward));
            Done(await shop.CancelAsync($"r-{reward}"));
            Assert.Equal(left, await shop.LeftAsync(reward));
        }

        Assert.Equal((1_000, 0, 0, 0), await shop.PointsAsync());
        Done(await shop.CancelAsync("r-mug"), replayed: true);
        Assert.IsType<RedemptionAnswer.ContentDiffers>(await shop.CancelAsync("r-mug", "Another reason"));
        Done(await shop.ReserveAsync("again", "once"));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_cancelled_issue_returns_the_points_and_the_stock_and_voids_the_code()
    {
        var shop = await OpenAsync("A-1");
        Done(await shop.ReserveAsync("r1", "off"));
        var code = Done(await shop.IssueAsync("r1")).Code!;
        Assert.Equal(RedemptionStatus.Issued, (await shop.RedemptionReader.FindAsync(code, default))!.Redemption.StatusAt(shop.Now));
        Assert.Equal(100, Done(await shop.CancelAsync("r1")).Returned);

        Assert.Equal(
            RedemptionStatus.Cancelled, (await shop.RedemptionReader.FindAsync(code, default))!.Redemption.StatusAt(shop.Now));
        Done(await shop.ReserveAsync("r2", "mug"));
        Done(await shop.IssueAsync("r2"));
        Done(await shop.CancelAsync("r2"));
        Assert.Equal(3, await shop.LeftAsync("mug"));
        Assert.Equal((1_000, 0, 0, 0), await shop.PointsAsync());
        NotPossible(RedemptionProblem.Cancelled, await shop.IssueAsync("r2"));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_pools_code_that_was_handed_out_is_used_up()
    {
        var shop = await OpenAsync("A-1", "A-2");
        Done(await shop.ReserveAsync("r1", "gala"));
        var code = Done(await shop.IssueAsync("r1")).Code;
        Done(await shop.CancelAsync("r1"));

        Assert.Equal((1L, 1L), (await shop.LeftAsync("film"), await shop.LeftAsync("gala")));
        Done(await shop.ReserveAsync("r2", "film"));
        Assert.NotEqual(code, Done(await shop.IssueAsync("r2")).Code);
        Refused(RewardProblem.SoldOut, await shop.ReserveAsync("r3", "film"));
    }

    [Fact]
    public async Task A_reservation_that_nobody_comes_for_ends_by_itself_and_gives_back_what_it_kept()
    {
        var shop = await OpenAsync("A-1");
        Done(await shop.ReserveAsync("r1", "gala"));
        Done(await shop.ReserveAsync("r2", "mug"));
        shop.Time.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal((1_000, 0, 0, 0), await shop.PointsAsync());
        NotPossible(RedemptionProblem.Expired, await shop.IssueAsync("r1"));
        NotPossible(RedemptionProblem.Expired, await shop.CancelAsync("r1"));
        Assert.Equal(2, await shop.RewardSweep.RunAsync(default));
        Assert.Equal(0, await shop.RewardSweep.RunAsync(default));
        Assert.Equal((1L, 1L, 3L), (await shop.LeftAsync("film"), await shop.LeftAsync("gala"), await shop.LeftAsync("mug")));
        NotPossible(RedemptionProblem.Expired, await shop.IssueAsync("r1"));
        Assert.Null(await shop.RedemptionReader.FindAsync("A-1", default));
    }

    [Fact]
    public async Task A_code_whose_time_is_over_expires_and_its_points_stay_paid()
    {
        var shop = await OpenAsync();
        Done(await shop.ReserveAsync("r1", "off"));
        Done(await shop.IssueAsync("r1"));
        shop.Time.Advance(TimeSpan.FromDays(8));

        NotPossible(RedemptionProblem.Expired, await shop.FulfilAsync("r1"));
        Assert.Equal(1, await shop.RewardSweep.RunAsync(default));
        Assert.Equal((900, 0, 0, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task Why_a_reward_is_refused_is_said_and_nothing_changes()
    {
        var shop = await OpenAsync();
        Done(await shop.ReserveAsync("r1", "once"));
        shop.Tap.Listen();
        var before = shop.Stored();

        Refused(RewardProblem.LimitReached, await shop.ReserveAsync("r2", "once"));
        Refused(RewardProblem.NotForTier, await shop.ReserveAsync("r2", "gold"));
        Refused(RewardProblem.SoldOut, await shop.ReserveAsync("r2", "film"));
        Refused(RewardProblem.PointsRefused, await shop.ReserveAsync("r2", "mug", points: 39));
        Assert.IsType<RedemptionAnswer.UnknownReward>(await shop.ReserveAsync("r2", "car"));
        Assert.IsType<RedemptionAnswer.UnknownCustomer>(await shop.ReserveAsync("r2", "mug", customer: new("bob")));
        Assert.IsType<RedemptionAnswer.UnknownRedemption>(await shop.IssueAsync("r2"));

        Assert.Equal(before, shop.Stored().Where(static line => !line.Contains("\"void\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_reward_of_a_level_is_for_who_has_reached_it_with_the_last_purchase()
    {
        var shop = await OpenAsync();
        Refused(RewardProblem.NotForTier, await shop.ReserveAsync("r1", "gold"));
        await shop.BuyAsync("p2", 1_000);
        Done(await shop.ReserveAsync("r1", "gold"));
    }

    [Fact]
    public async Task Points_that_are_missing_are_asked_for_in_money()
    {
        var shop = await OpenAsync();
        var reserved = Done(await shop.ReserveAsync("r1", "mug", points: 45));
        Assert.Equal(new RewardMoney(Shop.Cups(1).Currency, 545), reserved.Money);
        Assert.Equal((955, 0, 45, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task A_present_costs_no_points_and_there_is_one_of_it()
    {
        var shop = await OpenAsync();
        Done(await shop.ReserveAsync("r1", "present"));
        Done(await shop.IssueAsync("r1"));
        Refused(RewardProblem.SoldOut, await shop.ReserveAsync("r2", "present"));
        Done(await shop.CancelAsync("r1"));
        Done(await shop.ReserveAsync("r2", "present"));
        Assert.Equal((1_000, 0, 0, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task What_a_crash_left_taken_the_sweep_gives_back()
    {
        var shop = await OpenAsync("A-1");
        var gala = Program.FindReward(new RewardId("gala"))!;
        var draws = new RewardDraws(shop.Memory, shop.Time);
        await draws.TakeAsync(gala, new DrawKey(Shop.Ann, new RedemptionId("lost"), 0), default);
        Assert.Equal((0L, 0L), (await shop.LeftAsync("film"), await shop.LeftAsync("gala")));

        await shop.RewardSweep.RunAsync(default);
        Assert.Equal(0, await shop.LeftAsync("film")); // its request may still be at it
        shop.Time.Advance(TimeSpan.FromMinutes(11));
        await shop.RewardSweep.RunAsync(default);

        Assert.Equal((1L, 1L), (await shop.LeftAsync("film"), await shop.LeftAsync("gala")));
        Done(await shop.ReserveAsync("lost", "gala"));
    }

    [Fact]
    public async Task What_a_redemption_has_the_sweep_leaves_to_it()
    {
        var shop = await OpenAsync("A-1");
        Done(await shop.ReserveAsync("r1", "gala"));
        Done(await shop.IssueAsync("r1"));
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.RewardSweep.RunAsync(default);
        shop.Tap.Listen();
        await shop.RewardSweep.RunAsync(default);

        Assert.DoesNotContain(shop.Tap.Requests, static request => request.StartsWith("commit", StringComparison.Ordinal));
        Assert.Equal((0L, 0L), (await shop.LeftAsync("film"), await shop.LeftAsync("gala")));
        Done(await shop.FulfilAsync("r1"));
    }

    [Fact]
    public async Task Codes_are_uploaded_once_and_belong_to_one_pool()
    {
        var shop = await OpenAsync("A-1", "A-2");
        var film = new RewardId("film");
        var again = (await shop.Rewards.AddCodesAsync(film, ["A-2", "A-3"], default))!;
        Assert.Equal((1, 1, 0), (again.Added, again.Known, again.Refused.Length));
        Assert.Equal(3, await shop.LeftAsync("film"));
        Assert.Null(await shop.Rewards.AddCodesAsync(new RewardId("mug"), ["B-1"], default));

        var other = await new CodePools(shop.Memory).AddAsync("other", ["B-1", "A-1"], default);
        Assert.Equal((1, 0, 1), (other.Added, other.Known, Assert.Single(other.Refused)));
    }

    [Fact]
    public async Task A_stock_that_the_program_changes_counts_what_was_taken()
    {
        var shop = await OpenAsync();
        var stock = new RewardStock(shop.Memory);
        var key = new DrawKey(Shop.Ann, new RedemptionId("r"), 0);
        var id = new RewardId("any");
        for (var i = 0; i < 20; i++)
            Assert.True(await stock.TakeAsync(id, 20, key with { Attempt = i }, shop.Now, default));
        Assert.False(await stock.TakeAsync(id, 20, key with { Attempt = 20 }, shop.Now, default));
        Assert.False(await stock.TakeAsync(id, 10, key with { Attempt = 20 }, shop.Now, default));
        Assert.True(await stock.TakeAsync(id, 21, key with { Attempt = 20 }, shop.Now, default));
        Assert.False(await stock.TakeAsync(id, 21, key with { Attempt = 21 }, shop.Now, default));
        Assert.True(await stock.TakeAsync(id, 21, key with { Attempt = 7 }, shop.Now, default)); // it has it already
        await stock.GiveBackAsync(id, key, default);
        await stock.GiveBackAsync(id, key, default);
        Assert.Equal(1, await stock.LeftAsync(id, 21, default));
    }
}
