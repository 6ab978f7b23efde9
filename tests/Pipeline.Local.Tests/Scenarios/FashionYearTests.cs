using System.Text.Json;

namespace Pipeline.Local.Tests.Scenarios;

/// <summary>Li's and Mei's time with samples/programs/fashion-cny.json. All numbers were worked out by hand.</summary>
public sealed class FashionYearTests
{
    [Fact]
    public async Task Li_climbs_to_gold_with_her_shopping_and_falls_a_grace_after_a_year_without()
    {
        await using var story = await Story.BeginAsync("fashion-cny.json", "Asia/Shanghai", "CNY", "2026-10-08 10:00");
        await story.JoinsAsync("li", birthday: "1995-12-05"); // 50 for signing up

        // Thursday, 10:30. A new dress for 1,200 and shoes for 800: 2,000 base points.
        //   New arrivals 1.5 times: half of 1,200 again is 600, of which an order gets 500. Shoes twice: 800 again.
        //   满减: 200 from 1,000 on. Welcome: 100. No level yet, so no factor.
        Assert.Equal(
            "2000 base + 500 new-arrivals + 800 shoes-twice + 200 spend-more + 100 welcome = 3600",
            await story.At("2026-10-08 10:30").BuysAsync(
                "li", "p-1", new Item("dress", "new-arrivals", 1, 120_000), new Item("pumps", "shoes", 1, 80_000)));
        Assert.StartsWith("Silver", await story.LevelAsync("li"), StringComparison.Ordinal); // 2,000 were spent
        Assert.Equal((50, 3_600), (await story.SpendableAsync("li"), await story.PendingAsync("li"))); // seven days to return it

        // 11 November, 20:30. A coat for 650: 650 base x Silver 1.2 is 130 more, 满300送50 twice is 100.
        //   满减 would give 80, but 双11 goes before it and excludes it.
        Assert.Equal(
            "650 base + 130 tier:Silver + 100 singles-day = 880",
            await story.At("2026-11-11 20:30").BuysAsync("li", "p-2", new Item("coat", "coats", 1, 65_000)));

        // At half past one it is still 双11. Five coats, 3,250: ten times 50 are 500, and an order may have 300. The cap of a day goes
        //   by the calendar, and of the 12th Li had nothing yet. Silver: 650.
        Assert.Equal(
            "3250 base + 650 tier:Silver + 300 singles-day = 4200",
            await story.At("2026-11-12 01:30").BuysAsync("li", "p-3", new Item("coat", "coats", 5, 65_000)));

        // One of the five comes back: a fifth of 4,200.
        Assert.Equal(840, await story.At("2026-11-13 12:00").ReturnsAsync("li", "r-1", "p-3", "coat", 1));
        Assert.Equal(525_000, await story.CountedAsync("li")); // 2,000 + 650 + 3,250 - 650

        // The birthday is on 5 December, and the whole month is hers. A bag for 800 on the 6th: Silver 160, twice 800, 满减 80 from 500.
        await story.At("2026-12-05 02:00").NightAsync();
        Assert.Equal(["signUp 50", "birthday 200"], await story.GivenAsync("li"));
        Assert.Equal(
            "800 base + 160 tier:Silver + 800 birthday-month + 80 spend-more = 1840",
            await story.At("2026-12-06 12:00").BuysAsync("li", "p-4", new Item("bag", "bags", 1, 80_000)));

        // 5,250 + 800 = 6,050: Gold from 6,000, for this year and the next, and January 2028 is the grace.
        Assert.Equal("Gold, Member on 2028-02-01", await story.LevelAsync("li"));

        // A week later all can be spent: 50 + 3,600 + 880 + 4,200 - 840 + 200 + 1,840 = 9,930.
        story.At("2026-12-20 12:00");
        Assert.Equal((9_930, 0), (await story.SpendableAsync("li"), await story.PendingAsync("li")));

        // A scarf for 500 points: 300 are missing, each hundred is CNY 20. And a tea voucher. Spending takes no level.
        await story.HasCodesAsync("tea", "TEA-1", "TEA-2");
        var scarf = await story.RedeemsAsync("li", "red-1", "scarf", points: 500);
        Assert.Equal(6_000, scarf.GetProperty("money").GetProperty("amount").GetInt32());
        Assert.StartsWith("TEA-", Code(await story.RedeemsAsync("li", "red-2", "tea")), StringComparison.Ordinal);
        Assert.Equal(9_130, await story.SpendableAsync("li"));
        Assert.Equal("Gold, Member on 2028-02-01", await story.LevelAsync("li"));

        // Outlet goods earn half, Gold half of that again, and it is still December: a shirt for 101 is 50.5 + 25.25 + 50.5 = 126.25.
        //   Rounded once to 126: the halves together make the one more of the first part. Gold waits for nothing.
        Assert.Equal(
            "51 base:category:outlet + 25 tier:Gold + 50 birthday-month = 126",
            await story.BuysAsync("li", "p-5", new Item("shirt", "outlet", 1, 10_100)));
        Assert.Equal((9_256, 0), (await story.SpendableAsync("li"), await story.PendingAsync("li")));

        // Nothing in 2027 but the birthday. The last day of the grace, and the day after.
        await story.At("2027-12-05 02:00").NightAsync();
        await story.At("2028-01-31 23:30").NightAsync();
        Assert.Equal("Gold, Member on 2028-02-01", await story.LevelAsync("li"));
        await story.At("2028-02-01 00:30").NightAsync();
        Assert.Equal("Member", await story.LevelAsync("li"));
        Assert.Equal(["signUp 50", "birthday 200", "birthday 200"], await story.GivenAsync("li"));
        await story.AssertProvenAsync("li");
    }

    [Fact]
    public async Task Mei_comes_by_li_and_both_are_rewarded_when_her_first_purchase_is_kept_for_a_week()
    {
        await using var story = await Story.BeginAsync("fashion-cny.json", "Asia/Shanghai", "CNY", "2026-12-06 12:00");
        await story.JoinsAsync("li");
        await story.JoinsAsync("mei");
        await story.BringsAsync("li", "mei");

        // A scarf for 320: 20 from 200 on, 100 for the first purchase.
        Assert.Equal("320 base + 20 spend-more + 100 welcome = 440", await story.BuysAsync("mei", "p-1", new Item("scarf", "scarves", 1, 32_000)));

        await story.At("2026-12-12 23:00").NightAsync();
        Assert.Equal(["signUp 50"], await story.GivenAsync("mei"));
        await story.At("2026-12-14 02:00").NightAsync();
        Assert.Equal(["signUp 50", "referral-referee 100"], await story.GivenAsync("mei"));
        Assert.Equal(["signUp 50", "referral-referrer 300"], await story.GivenAsync("li"));
        Assert.Equal((350, 590), (await story.SpendableAsync("li"), await story.SpendableAsync("mei"))); // 50 + 300; 50 + 440 + 100
    }

    [Fact]
    public async Task On_one_evening_a_customer_gets_350_of_singles_day_and_no_more()
    {
        await using var story = await Story.BeginAsync("fashion-cny.json", "Asia/Shanghai", "CNY", "2026-11-11 20:00");

        // 1,850 is 300 six times, so 300 points: as much as an order may have. The next 650 would give 100, but the day ends at 350.
        Assert.Equal(
            "1850 base + 300 singles-day + 100 welcome = 2250",
            await story.BuysAsync("li", "p-1", new Item("coat", "coats", 1, 185_000)));
        Assert.Equal(
            "650 base + 50 singles-day = 700",
            await story.At("2026-11-11 20:10").BuysAsync("li", "p-2", new Item("coat", "coats", 1, 65_000)));
    }

    private static string Code(JsonElement redemption) => redemption.GetProperty("code").GetString()!;
}
