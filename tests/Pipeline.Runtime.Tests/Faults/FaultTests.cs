using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tests.Campaigns;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Tests.Rewards;

namespace Pipeline.Runtime.Tests.Faults;

/// <summary>
/// Every use case, with a fault at every single request that it makes: repeated as a client or a host repeats it, it ends
/// with the very documents of a run without faults.
/// </summary>
public sealed class FaultTests
{
    public static TheoryData<Fault> Ways => [Fault.Before, Fault.LostAnswer, Fault.BeforeThenLostAnswer];

    [Theory, MemberData(nameof(Ways))]
    public Task A_purchase(Fault how) => EverywhereAsync(how, NothingAsync, async shop =>
    {
        await AskAsync(() => shop.AcceptAsync("p1", 100));
        await shop.WorkAsync();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_purchase_that_draws_on_the_budget_of_a_campaign(Fault how) => EverywhereAsync(
        how,
        shop => shop.BuyAsync("p0", 1),
        async shop =>
        {
            await AskAsync(() => shop.AcceptAsync("p1", 1));
            await AskAsync(() => shop.AcceptAsync("p2", 1));
            await shop.WorkAsync();
            shop.Time.Advance(TimeSpan.FromHours(3));
            await AskAsync(async () => await shop.CampaignSweep.RunAsync(default));
        },
        static () => new Shop(Promotions.Program(
            Promotions.Gives("budget", 7, budget: 100), Promotions.Gives("both", 5, budget: 8, customer: 12))),
        standsStill: false);

    [Theory, MemberData(nameof(Ways))]
    public Task A_batch_of_purchases(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p0", 10), async shop =>
    {
        for (var i = 1; i <= 60; i++)
            await shop.AcceptAsync($"p{i}", 10);
        shop.Pump.MessagesPerLease = 100;
        await shop.WorkAsync();
    }, firstRequest: 121);

    [Theory, MemberData(nameof(Ways))]
    public Task A_purchase_with_a_hold(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await shop.BuyAsync("p1", 100);
            await shop.HoldAsync("h1", 60);
        },
        async shop =>
        {
            await AskAsync(() => shop.AcceptAsync("p2", 10, hold: "h1"));
            await shop.WorkAsync();
        });

    [Theory, MemberData(nameof(Ways))]
    public Task A_purchase_with_a_hold_that_has_ended(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await shop.BuyAsync("p1", 100);
            await shop.HoldAsync("h1", 60, seconds: 1);
            shop.Time.Advance(TimeSpan.FromSeconds(2));
            await shop.HoldAsync("h2", 80);
            await shop.CaptureAsync("h2");
        },
        async shop =>
        {
            await AskAsync(() => shop.AcceptAsync("p2", 10, hold: "h1"));
            await shop.WorkAsync();
        });

    [Theory, MemberData(nameof(Ways))]
    public Task A_refund(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p1", 100), async shop =>
    {
        await AskAsync(() => shop.AcceptRefundAsync("r1", "p1", 2_500));
        await shop.WorkAsync();
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_refund_of_points_that_were_spent(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await shop.BuyAsync("p1", 100);
            await shop.HoldAsync("h1", 60);
            await shop.BuyAsync("p2", 100, hold: "h1");
        },
        async shop =>
        {
            await AskAsync(() => shop.AcceptRefundAsync("r1", "p2", 5_000));
            await AskAsync(() => shop.AcceptRefundAsync("r2", "p1"));
            await shop.WorkAsync();
        });

    [Theory, MemberData(nameof(Ways))]
    public Task A_refund_before_its_purchase(Fault how) => EverywhereAsync(how, NothingAsync, async shop =>
    {
        await AskAsync(() => shop.AcceptRefundAsync("r1", "p1", 2_500));
        await shop.WorkAsync();
        await AskAsync(() => shop.AcceptAsync("p1", 100, at: Shop.Opening));
        await shop.WorkAsync();
    }, standsStill: false);

    [Theory, MemberData(nameof(Ways))]
    public Task A_hold_a_capture_and_a_release(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p1", 100), async shop =>
    {
        Assert.Equal(60, Assert.IsType<CheckoutAnswer.Held>(await AskAsync(() => shop.HoldAsync("h1", 60))).Points);
        Assert.Equal(40, Assert.IsType<CheckoutAnswer.Held>(await AskAsync(() => shop.HoldAsync("h2", 40))).Points);
        Assert.Equal(60, Assert.IsType<CheckoutAnswer.Captured>(await AskAsync(() => shop.CaptureAsync("h1"))).Points);
        Assert.IsType<CheckoutAnswer.Released>(await AskAsync(() => shop.ReleaseAsync("h2")));
    });

    [Theory, MemberData(nameof(Ways))]
    public Task A_profile(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p1", 100), async shop =>
        await AskAsync(async () => await shop.Profiles.PutAsync(
            Shop.Ann,
            new Profile("Ann", null, null, null, null, null, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty),
            default)));

    [Theory, MemberData(nameof(Ways))]
    public Task A_member_who_signs_up_posts_an_event_and_is_corrected_by_hand(Fault how) => EverywhereAsync(
        how, NothingAsync,
        async shop =>
        {
            await AskAsync(async () => await shop.Profiles.PutAsync(Shop.Ann, MemberShop.Profile(birthday: "1990-03-02"), default));
            await AskAsync(async () => await shop.Events.PostAsync(MemberShop.Event("e1", Shop.Opening), default));
            await AskAsync(async () => await shop.Adjustments.AskAsync(Shop.Ann, new("a1"), -30, "Twice", "desk", default));
            await AskAsync(async () => await shop.Adjustments.AskAsync(Shop.Ann, new("a2"), 5_000, "Contest", "desk", default));
            await AskAsync(async () => await shop.Adjustments.DecideAsync(Shop.Ann, new("a2"), approves: true, "boss", default));
            Assert.Equal((100 + 50 - 30 + 5_000, 0, 0, 0), await AskAsync(() => shop.PointsAsync()));
        },
        make: static () => new Shop(MemberShop.Program));

    [Theory, MemberData(nameof(Ways))]
    public Task A_review(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p1", 10), async shop =>
    {
        await AskAsync(() => shop.SendAsync("f1", csat: 5, comment: "kind and fast", at: Shop.Opening));
        await shop.ListenAsync();
        Assert.Equal((30, 0, 0, 0), await AskAsync(() => shop.PointsAsync()));
    }, make: static () => new Shop(MemberShop.Program), standsStill: false);

    [Theory, MemberData(nameof(Ways))]
    public Task A_referral_that_is_taken(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await shop.JoinAsync(Shop.Ann);
            await shop.JoinAsync(MemberShop.Bob);
        },
        async shop =>
        {
            var code = Assert.IsType<CodeAnswer.Done>(await AskAsync(async () => await shop.Referrals.CodeAsync(Shop.Ann, default)));
            Assert.IsType<ReferralAnswer.Done>(
                await AskAsync(async () => await shop.Referrals.ReferAsync(MemberShop.Bob, code.Code, default)));
        },
        make: static () => new Shop(MemberShop.Program));

    [Theory, MemberData(nameof(Ways))]
    public Task A_referral_whose_both_sides_are_rewarded(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await shop.JoinAsync(Shop.Ann);
            await shop.JoinAsync(MemberShop.Bob);
            await shop.ReferAsync(Shop.Ann, MemberShop.Bob);
            await shop.BuyAsync("p1", 30, customer: MemberShop.Bob);
            await shop.NightOfAsync(new DateOnly(2026, 3, 15));
        },
        async shop =>
        {
            shop.Time.Advance(TimeSpan.FromDays(1));
            await AskAsync(async () => await shop.Runs.PlanAsync("nightly", new DateOnly(2026, 3, 16), default));
            await shop.Pump.DrainAsync(shop.Nightly);
            Assert.Equal((600, 0, 0, 0), await AskAsync(() => shop.PointsAsync()));
            Assert.Equal((380, 0, 0, 0), await AskAsync(() => shop.PointsAsync(MemberShop.Bob)));
        },
        make: static () => new Shop(MemberShop.Program, shards: 1));

    [Theory, MemberData(nameof(Ways))]
    public Task A_night_over_shards_and_pages(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            for (var i = 0; i < 11; i++)
                await shop.BuyAsync("p1", 10 + i, customer: new($"c{i}"), at: Shop.Opening.AddDays(-31 * (i % 3)));
            await shop.BuyAsync("p2", 10, customer: new("c1"));
            shop.Time.Advance(TimeSpan.FromDays(400));
            await shop.BuyAsync("p3", 10, customer: new("c2"));
        },
        async shop =>
        {
            await AskAsync(async () => await shop.Runs.PlanAsync("nightly", new DateOnly(2027, 4, 5), default));
            await shop.Pump.DrainAsync(shop.Nightly);
            Assert.Equal("done", (await AskAsync(async () => (await shop.Runs.GetAsync("nightly:2027-04-05", default))!)).Status);
        },
        make: static () => new Shop(shards: 2, pageSize: 2));

    [Theory, MemberData(nameof(Ways))]
    public Task A_feedback_that_opens_a_case(Fault how) => EverywhereAsync(how, shop => shop.BuyAsync("p1", 10), async shop =>
    {
        await AskAsync(() => shop.SendAsync("f1", csat: 1, comment: "late but kind", purchase: "p1", at: Shop.Opening));
        await AskAsync(() => shop.SendAsync("f2", nps: 9, customer: "", at: Shop.Opening));
        await shop.ListenAsync();
        Assert.Equal(2, (await AskAsync(() => shop.ReportAsync())).Groups[0].Responses);
    }, standsStill: false);

    [Theory, MemberData(nameof(Ways))]
    public Task A_batch_of_feedback_over_two_years(Fault how) => EverywhereAsync(how, NothingAsync, async shop =>
    {
        for (var i = 0; i < 12; i++)
            await shop.SendAsync($"f{i}", csat: 1 + (i % 5), at: Shop.Opening.AddDays(-20 * i));
        await shop.ListenAsync();
        Assert.Equal(12, (await FeedbackReader.SummaryAsync(shop.Memory, Shop.Ann, default))!.Responses);
    }, firstRequest: 25);

    [Theory, MemberData(nameof(Ways))]
    public Task A_survey_link_and_its_answer(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await shop.HearAsync("f1", csat: 1);
            await shop.Links.MakeAsync(new CaseId("f1"), shop);
        },
        async shop =>
        {
            var token = await AskAsync(() => shop.Links.MakeAsync(new CaseId("f1"), shop));
            var sent = new PublicFeedback(token, new FeedbackId("g1"), null, null, null, new Answers(1, null, null), null);
            Assert.IsType<FeedbackAnswer.Accepted>(await AskAsync(async () => await shop.Feedback.AcceptAsync(sent, null, default)));
            await shop.ListenAsync();
            Assert.Equal(CaseStatus.Open, (await AskAsync(async () => (await shop.Cases.GetAsync(new CaseId("f1"), default))!)).Status);
        },
        standsStill: false);

    [Theory, MemberData(nameof(Ways))]
    public Task A_case_that_is_worked_to_its_end(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await shop.BuyAsync("p1", 10);
            await shop.HearAsync("f1", csat: 1);
        },
        async shop =>
        {
            CaseRequest[] requests =
            [
                new CaseRequest.Assign("grace"), new CaseRequest.Contact("phone"), new CaseRequest.Goodwill(50, "Sorry"),
                new CaseRequest.Resolve("Done."), new CaseRequest.Reopen("No."), new CaseRequest.Resolve("Done now."),
            ];
            foreach (var (i, request) in requests.Index())
                Assert.IsType<CaseAnswer.Done>(await AskAsync(async () =>
                    await shop.Cases.AskAsync(new CaseId("f1"), request, "staff", $"k{i}", default)));
            Assert.Equal((60, 0, 0, 0), await AskAsync(() => shop.PointsAsync()));
            // What a lost answer left pending is not left for long.
            await AskAsync(async () => await shop.CaseSweep.RunAsync(default));
        });

    [Theory, MemberData(nameof(Ways))]
    public Task A_reward_from_its_reservation_to_its_cancellation(Fault how) => EverywhereAsync(
        how,
        static shop => RewardShop.FillAsync(shop, "A-1", "A-2", "A-3"),
        async shop =>
        {
            foreach (var (name, reward) in ((string, string)[])[("r1", "gala"), ("r2", "mug"), ("r3", "once"), ("r4", "present")])
                Assert.IsType<RedemptionAnswer.Done>(await AskAsync(() => shop.ReserveAsync(name, reward)));
            Assert.IsType<RedemptionAnswer.Done>(await AskAsync(() => shop.IssueAsync("r1")));
            Assert.IsType<RedemptionAnswer.Done>(await AskAsync(() => shop.IssueAsync("r2")));
            Assert.IsType<RedemptionAnswer.Done>(await AskAsync(() => shop.FulfilAsync("r1")));
            foreach (var name in (string[])["r2", "r3", "r4"])
                Assert.IsType<RedemptionAnswer.Done>(await AskAsync(() => shop.CancelAsync(name)));
            // What a lost answer left to be given back is not left for long.
            await AskAsync(async () => await shop.RewardSweep.RunAsync(default));
            Assert.Equal((800, 0, 0, 0), await AskAsync(() => shop.PointsAsync()));
        },
        make: static () => new Shop(RewardShop.Program));

    [Theory, MemberData(nameof(Ways))]
    public Task A_reservation_that_ends_by_itself(Fault how) => EverywhereAsync(
        how,
        async shop =>
        {
            await RewardShop.FillAsync(shop, "A-1");
            await shop.ReserveAsync("r1", "gala");
            shop.Time.Advance(TimeSpan.FromHours(1));
        },
        async shop =>
        {
            await AskAsync(async () => await shop.RewardSweep.RunAsync(default));
            Assert.Equal(2, await AskAsync(() => new RewardStock(shop.Tap).LeftAsync(new RewardId("gala"), 2, default).AsTask()));
        },
        make: static () => new Shop(RewardShop.Program));

    private static async Task EverywhereAsync(
        Fault how,
        Func<Shop, Task> prepare,
        Func<Shop, Task> act,
        Func<Shop>? make = null,
        int firstRequest = 1,
        bool standsStill = true)
    {
        make ??= static () => new Shop();
        var expected = make();
        await prepare(expected);
        await act(expected);
        await expected.AssertProvenAsync();

        var shop = expected;
        for (var number = firstRequest; ; number++)
        {
            shop = make();
            await prepare(shop);
            shop.Tap.FailAt(number, how);
            await act(shop);
            var hasFailed = shop.Tap.HasFailed;
            shop.Tap.Listen();

            Assert.True(
                Comparable(expected, standsStill).SequenceEqual(Comparable(shop, standsStill)),
                $"{how} at request {number}:\n{string.Join('\n', Comparable(shop, standsStill).Except(Comparable(expected, standsStill)))}");
            await shop.AssertProvenAsync();
            foreach (var queue in QueueNames.All)
            {
                Assert.Empty(await shop.DeadLettersAsync(queue));
                Assert.Null(shop.Queue.TryReceive(queue, 1));
            }

            if (!hasFailed)
                return;
        }
    }

    /// <summary>
    /// All documents but for when a run finished; where a lease had to run out in between, but for recordings and the hashes over
    /// them too.
    /// </summary>
    private static IEnumerable<string> Comparable(Shop shop, bool standsStill) => shop.Stored().Where(IsNoSecret).Select(line =>
    {
        line = System.Text.RegularExpressions.Regex.Replace(line, "\"finishedAtMs\":[0-9]+", "");
        return standsStill ? line : System.Text.RegularExpressions.Regex.Replace(line, "\"rec\":[0-9]+|\"(h|hh|s)\":\"[^\"]+\"", "");
    });

    /// <summary>The key of survey links is random, and no shop's is another's.</summary>
    private static bool IsNoSecret(string line) => !line.StartsWith("~survey/secret", StringComparison.Ordinal);

    /// <summary>A client that is told 503 asks again.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (StoreUnavailableException)
            {
                // Asks again.
            }
        }
    }

    private static Task NothingAsync(Shop shop) => Task.CompletedTask;
}

internal static class LinkExtensions
{
    /// <summary>The link of a case's resolution, which is the same whenever it is made.</summary>
    public static async Task<string> MakeAsync(this SurveyLinks links, CaseId id, Shop shop)
    {
        await shop.Cases.AskAsync(id, new CaseRequest.Resolve("Done."), "staff", "resolve", default);
        var file = (await shop.Cases.GetAsync(id, default))!;
        var followUp = file.Events.OfType<CaseEvent.Resolved>().Single().FollowUp!.Value;
        return (await links.LinkAsync(followUp.LinkId, followUp.ExpiresAt, default)).Token;
    }
}
