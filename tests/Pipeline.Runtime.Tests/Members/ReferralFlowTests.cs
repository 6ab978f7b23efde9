using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Members;

public sealed class ReferralFlowTests
{
    private static readonly CustomerId Bob = MemberShop.Bob;
    private static readonly CustomerId Cid = new("cid");

    /// <summary>The purchase of 1 March is kept for the 14 days after it.</summary>
    private static readonly DateOnly Kept = new(2026, 3, 16);

    private readonly Shop shop = new(MemberShop.Program, shards: 2);

    [Fact]
    public async Task Both_sides_are_rewarded_when_the_first_purchase_has_been_kept()
    {
        await BothJoinAsync();
        Assert.IsType<ReferralAnswer.Done>(await shop.ReferAsync(Shop.Ann, Bob));
        await shop.BuyAsync("p1", 30, customer: Bob);

        await shop.NightOfAsync(Kept.AddDays(-1));
        Assert.Equal(["grant:signup"], await shop.GrantsAsync());
        await shop.NightOfAsync(Kept);

        Assert.Equal(["grant:referral:bob", "grant:signup"], await shop.GrantsAsync());
        Assert.Equal(["grant:referred", "grant:signup"], await shop.GrantsAsync(Bob));
        Assert.Equal(ReferralStatus.Rewarded, (await shop.Referrals.FindAsync(Bob, default))!.Status);
        await shop.NightOfAsync(Kept.AddDays(1));
        Assert.Equal((600, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Theory]
    [InlineData(null, ReferralStatus.Refused)]
    [InlineData(2_999L, ReferralStatus.Rewarded)]
    public async Task A_purchase_that_comes_back_as_a_whole_within_its_days_is_not_rewarded(long? pence, ReferralStatus status)
    {
        await BothJoinAsync();
        await shop.ReferAsync(Shop.Ann, Bob);
        await shop.BuyAsync("p1", 30, customer: Bob);
        await shop.NightOfAsync(new DateOnly(2026, 3, 2));
        await shop.RefundAsync("r1", "p1", pence, customer: Bob);

        await shop.NightOfAsync(Kept);

        var referral = (await shop.Referrals.FindAsync(Bob, default))!;
        Assert.Equal(status, referral.Status);
        Assert.Equal(status == ReferralStatus.Refused ? ReferralRefusal.Returned : null, referral.Refusal);
        Assert.Equal(status == ReferralStatus.Refused ? 1 : 2, (await shop.GrantsAsync()).Length);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_purchase_of_before_the_referral_that_arrives_after_it_rewards_nobody()
    {
        await BothJoinAsync();
        await shop.ReferAsync(Shop.Ann, Bob);
        await shop.BuyAsync("p1", 30, customer: Bob);
        await shop.BuyAsync("p0", 30, at: Shop.Opening.AddDays(-2), customer: Bob);

        await shop.NightOfAsync(Kept);

        Assert.Equal(ReferralRefusal.BoughtBefore, (await shop.Referrals.FindAsync(Bob, default))!.Refusal);
        Assert.Equal(["grant:signup"], await shop.GrantsAsync());
        Assert.Equal(["grant:signup"], await shop.GrantsAsync(Bob));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task An_order_of_no_value_is_no_first_purchase()
    {
        await BothJoinAsync();
        await shop.ReferAsync(Shop.Ann, Bob);
        var sample = Shop.Basket("GBP", new BasketLine("sample", null, null, 1, 0));
        Assert.IsType<IntakeAnswer.Accepted>(
            await shop.Intake.AcceptAsync(Bob, new PurchaseId("p0"), sample, null, Shop.Opening, null, default));
        await shop.WorkAsync();

        await shop.NightOfAsync(Kept);
        Assert.Equal(ReferralStatus.Pending, (await shop.Referrals.FindAsync(Bob, default))!.Status);
        await shop.BuyAsync("p1", 30, customer: Bob);
        await shop.NightOfAsync(Kept.AddDays(15));

        Assert.Equal(ReferralStatus.Rewarded, (await shop.Referrals.FindAsync(Bob, default))!.Status);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_referee_who_does_not_buy_in_time_is_refused_and_no_night_is_due_for_it_any_more()
    {
        await BothJoinAsync();
        await shop.ReferAsync(Shop.Ann, Bob);

        await shop.NightOfAsync(new DateOnly(2026, 4, 1));

        Assert.Equal(ReferralRefusal.NotBought, (await shop.Referrals.FindAsync(Bob, default))!.Refusal);
        await shop.NightOfAsync(new DateOnly(2026, 4, 2));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Nobody_refers_themselves_not_even_under_another_name()
    {
        await shop.JoinAsync(Shop.Ann, email: "ann@shop.example", phone: "+44 20 7946 0000");
        await shop.JoinAsync(Bob, email: "Ann+bob@shop.example");
        await shop.JoinAsync(Cid, phone: "020 7946 0000");

        foreach (var referee in (CustomerId[])[Shop.Ann, Bob, Cid])
            Assert.Equal(new ReferralAnswer.Refused(ReferralRefusal.SamePerson), await shop.ReferAsync(Shop.Ann, referee));
    }

    [Fact]
    public async Task A_circle_of_three_is_not_closed()
    {
        await BothJoinAsync();
        await shop.JoinAsync(Cid);
        await shop.ReferAsync(Shop.Ann, Bob);
        await shop.ReferAsync(Bob, Cid);

        Assert.Equal(new ReferralAnswer.Refused(ReferralRefusal.Cycle), await shop.ReferAsync(Cid, Shop.Ann));
        Assert.Null(await shop.Referrals.FindAsync(Shop.Ann, default));
        Assert.Empty((await shop.Referrals.ListAsync(Cid, 10, null, default)).Referrals);
    }

    [Fact]
    public async Task Of_two_referrals_that_cross_at_once_at_most_one_is_ever_rewarded()
    {
        for (var round = 0; round < 30; round++)
        {
            var crossing = new Shop(MemberShop.Program, shards: 2);
            await crossing.JoinAsync(Shop.Ann);
            await crossing.JoinAsync(Bob);
            await crossing.CodeAsync(Shop.Ann);
            await crossing.CodeAsync(Bob);
            await Task.WhenAll(
                Task.Run(() => crossing.ReferAsync(Shop.Ann, Bob)), Task.Run(() => crossing.ReferAsync(Bob, Shop.Ann)));
            await crossing.BuyAsync("p1", 30, customer: Shop.Ann);
            await crossing.BuyAsync("p1", 30, customer: Bob);

            await crossing.NightOfAsync(Kept);

            var rewarded = 0;
            foreach (var referee in (CustomerId[])[Shop.Ann, Bob])
                rewarded += (await crossing.Referrals.FindAsync(referee, default))?.Status == ReferralStatus.Rewarded ? 1 : 0;
            Assert.InRange(rewarded, 0, 1);
            await crossing.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task A_referee_has_one_referrer_for_ever_and_has_not_bought_before()
    {
        await BothJoinAsync();
        await shop.JoinAsync(Cid);
        Assert.IsType<ReferralAnswer.Done>(await shop.ReferAsync(Shop.Ann, Bob));

        Assert.True(Assert.IsType<ReferralAnswer.Done>(await shop.ReferAsync(Shop.Ann, Bob)).Replayed);
        Assert.IsType<ReferralAnswer.ReferredBefore>(await shop.ReferAsync(Cid, Bob));
        await shop.BuyAsync("p1", 1, customer: Cid);
        Assert.IsType<ReferralAnswer.BoughtBefore>(await shop.ReferAsync(Shop.Ann, Cid));
        Assert.IsType<ReferralAnswer.UnknownCustomer>(await shop.ReferAsync(Shop.Ann, new("nobody")));
        Assert.IsType<ReferralAnswer.UnknownCode>(await shop.Referrals.ReferAsync(Bob, "ZZZZZZZZ", default));
    }

    [Fact]
    public async Task A_referrer_is_rewarded_as_often_as_the_program_says_and_no_more()
    {
        await shop.JoinAsync(Shop.Ann);
        CustomerId[] referees = [.. Enumerable.Range(0, 5).Select(static i => new CustomerId($"r{i}"))];
        foreach (var referee in referees)
        {
            await shop.JoinAsync(referee);
            await shop.ReferAsync(Shop.Ann, referee);
            await shop.BuyAsync("p1", 10, customer: referee);
        }

        await shop.NightOfAsync(Kept);

        var (referrals, _) = await shop.Referrals.ListAsync(Shop.Ann, 10, null, default);
        Assert.Equal(2, referrals.Count(static one => one.Status == ReferralStatus.Rewarded));
        Assert.Equal(3, referrals.Count(static one => one.Refusal == ReferralRefusal.ReferrerLimit));
        Assert.Equal((1_100, 0, 0, 0), await shop.PointsAsync());
        await shop.JoinAsync(Cid);
        Assert.Equal(new ReferralAnswer.Refused(ReferralRefusal.ReferrerLimit), await shop.ReferAsync(Shop.Ann, Cid));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_code_is_made_once_however_many_ask_for_it()
    {
        await shop.JoinAsync(Shop.Ann);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => shop.CodeAsync(Shop.Ann))));

        Assert.Single(answers.Distinct());
        Assert.IsType<CodeAnswer.UnknownCustomer>(await shop.Referrals.CodeAsync(Bob, default));
        Assert.IsType<CodeAnswer.NoRule>(await new Shop().Referrals.CodeAsync(Bob, default));
    }

    [Fact]
    public async Task A_code_that_somebody_else_has_is_not_given_twice()
    {
        await BothJoinAsync();
        var wanted = ReferralCodes.Of(Bob, 0, 8);
        await shop.Memory.CommitAsync(
            $"~referral:{wanted}",
            [new Ports.Write.Create("referral-code", "code", System.Text.Encoding.UTF8.GetBytes($$"""{"code":"{{wanted}}","customer":"ann"}"""))],
            default);

        Assert.Equal(ReferralCodes.Of(Bob, 1, 8), await shop.CodeAsync(Bob));
    }

    private async Task BothJoinAsync()
    {
        await shop.JoinAsync(Shop.Ann);
        await shop.JoinAsync(Bob);
    }
}
