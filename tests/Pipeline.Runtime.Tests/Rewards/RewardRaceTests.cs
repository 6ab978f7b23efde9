using Pipeline.Domain;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Tests.Doubles;
using static Pipeline.Runtime.Tests.Rewards.RewardShop;

namespace Pipeline.Runtime.Tests.Rewards;

public sealed class RewardRaceTests
{
    private const int Writers = 64;

    [Fact]
    public async Task No_code_is_issued_twice_to_sixty_four_writers_of_two_rewards_that_share_a_pool()
    {
        string[] codes = [.. Enumerable.Range(0, 50).Select(static i => $"CODE-{i}")];
        var shop = await CrowdAsync(codes);

        var answers = await AtOnceAsync(async i =>
        {
            var (name, customer) = ($"r{i}", new CustomerId($"c{i}"));
            await shop.ReserveAsync(name, i % 2 == 0 ? "film" : "gala", customer: customer);
            return await shop.IssueAsync(name, customer);
        });

        var issued = answers.OfType<RedemptionAnswer.Done>().Select(static done => done.Redemption).ToArray();
        Assert.Equal(issued.Length, issued.Select(static one => one.Code).Distinct().Count());
        Assert.Equal(2, issued.Count(static one => one.Reward.Value == "gala"));
        Assert.Equal(Writers / 2, issued.Count(static one => one.Reward.Value == "film"));
        Assert.Equal(codes.Length - issued.Length, await shop.LeftAsync("film"));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_pool_that_is_smaller_than_the_crowd_is_given_out_to_the_last_code()
    {
        var shop = await CrowdAsync([.. Enumerable.Range(0, 20).Select(static i => $"CODE-{i}")]);

        var answers = await AtOnceAsync(i => shop.ReserveAsync($"r{i}", "film", customer: new($"c{i}")));

        Assert.Equal(20, answers.OfType<RedemptionAnswer.Done>().Select(static done => done.Redemption.Code).Distinct().Count());
        Assert.Equal(Writers - 20, answers.Count(static answer => answer is RedemptionAnswer.Refused { Problem: RewardProblem.SoldOut }));
    }

    [Theory]
    [InlineData(3, "mug")]
    [InlineData(1, "present")]
    public async Task Of_a_stock_no_piece_is_sold_twice_and_none_stays(int stock, string reward)
    {
        for (var round = 0; round < 5; round++)
        {
            var shop = await CrowdAsync([]);
            var answers = await AtOnceAsync(i => shop.ReserveAsync($"r{i}", reward, customer: new($"c{i}")));
            Assert.Equal(stock, answers.Count(static answer => answer is RedemptionAnswer.Done));
            Assert.Equal(0, await shop.LeftAsync(reward));
        }
    }

    [Fact]
    public async Task Of_many_sendings_of_one_reservation_one_is_new_and_all_answer_the_same()
    {
        for (var round = 0; round < 20; round++)
        {
            var shop = await OpenAsync("A-1", "A-2", "A-3");
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => Task.Run(() => shop.ReserveAsync("r1", "gala"))));

            Assert.Single(answers, static answer => answer is RedemptionAnswer.Done { Replayed: false });
            Assert.Single(answers.Cast<RedemptionAnswer.Done>().Select(static done => done.Redemption).Distinct());
            Assert.Equal((800, 0, 200, 0), await shop.PointsAsync());
            Assert.Equal((2L, 1L), (await shop.LeftAsync("film"), await shop.LeftAsync("gala")));
        }
    }

    [Fact]
    public async Task A_customers_limit_holds_when_all_is_asked_at_once()
    {
        var shop = await OpenAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => shop.ReserveAsync($"r{i}", "once"))));
        Assert.Single(answers, static answer => answer is RedemptionAnswer.Done);
        Assert.Equal((990, 0, 10, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task An_issue_and_a_cancellation_at_once_end_in_a_cancellation_that_gave_all_back()
    {
        for (var round = 0; round < 50; round++)
        {
            var shop = await OpenAsync();
            await shop.ReserveAsync("r1", "mug");
            var issue = Task.Run(() => shop.IssueAsync("r1"));
            Done(await Task.Run(() => shop.CancelAsync("r1")));
            await issue;
            Assert.Equal((1_000, 0, 0, 0), await shop.PointsAsync());
            Assert.Equal(3, await shop.LeftAsync("mug"));
            await shop.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task A_cancellation_that_an_issue_overtakes_gives_back_what_was_paid()
    {
        var shop = await OpenAsync();
        await shop.ReserveAsync("r1", "mug");
        var isOvertaken = false;
        shop.Tap.OnRequest = async request =>
        {
            if (isOvertaken || request != "read account")
                return;
            isOvertaken = true;
            await shop.IssueAsync("r1");
        };
        Done(await shop.CancelAsync("r1"));
        Assert.True(isOvertaken);
        Assert.Equal((1_000, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    /// <summary>
    /// A request that took its piece, slept past the sweep and wakes up: the sweep has ended its attempt, so it starts anew
    /// and ends with one piece and not two.
    /// </summary>
    [Fact]
    public async Task A_request_that_sleeps_past_the_sweep_ends_with_one_piece()
    {
        var shop = await OpenAsync("A-1");
        var slept = false;
        shop.Tap.OnRequest = async request =>
        {
            if (slept || request != "read account" || await shop.LeftAsync("gala") != 0)
                return;
            slept = true;
            shop.Time.Advance(TimeSpan.FromMinutes(11));
            await shop.RewardSweep.RunAsync(default);
        };
        var answer = await shop.ReserveAsync("r1", "gala");
        shop.Tap.OnRequest = null;

        Done(answer);
        Assert.Equal((0L, 0L), (await shop.LeftAsync("film"), await shop.LeftAsync("gala")));
        Done(await shop.IssueAsync("r1"));
        shop.Time.Advance(TimeSpan.FromMinutes(11));
        await shop.RewardSweep.RunAsync(default);
        Assert.Equal((0L, 1L), (await shop.LeftAsync("film"), await StockLeftAsync(shop, "gala", 2)));
    }

    private static async Task<long> StockLeftAsync(Shop shop, string reward, long stock) =>
        await new RewardStock(shop.Memory).LeftAsync(new RewardId(reward), stock, default);

    private static async Task<Shop> CrowdAsync(string[] codes)
    {
        var shop = await OpenAsync(codes);
        for (var i = 0; i < Writers; i++)
            await shop.BuyAsync($"p{i}", 1_000, customer: new($"c{i}"));
        return shop;
    }

    private static Task<RedemptionAnswer[]> AtOnceAsync(Func<int, Task<RedemptionAnswer>> act) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => act(i))));
}
