namespace Pipeline.Local.Tests.Scenarios;

/// <summary>Ana's and Ben's years with samples/programs/airline-eur.json. All numbers were worked out by hand.</summary>
public sealed class AirlineYearsTests
{
    [Fact]
    public async Task Ana_reaches_gold_in_her_first_year_and_comes_down_one_level_a_year()
    {
        await using var story = await Story.BeginAsync("airline-eur.json", "Europe/Berlin", "EUR", "2026-03-10 09:00");
        await story.JoinsAsync("ana", birthday: "2000-02-29");

        // Her first flight: business for 1,250 at 8 miles a euro is 10,000. The suitcase for 60 earns none. Her years begin on 10 March.
        Assert.Equal(
            "10000 base:category:business = 10000",
            await story.BuysAsync("ana", "p-1", new Item("FRA-JFK", "business", 1, 125_000), new Item("BAG", "baggage", 1, 6_000)));
        Assert.Equal("Silver, Blue on 2028-05-09", await story.LevelAsync("ana")); // 10 March 2028 and 60 days

        // Economy for 300 at 4 is 1,200; Silver a quarter more.
        Assert.Equal(
            "1200 base + 300 tier:Silver = 1500",
            await story.At("2026-06-01 09:00").BuysAsync("ana", "p-2", new Item("FRA-LIS", "economy", 1, 30_000)));

        // To Tokyo in business for 1,000: the route's own rate goes before the cabin's, 6,000. Silver 1,500, and 3,000 to celebrate the route.
        Assert.Equal(
            "6000 base:sku:FRA-NRT + 1500 tier:Silver + 3000 tokyo-launch = 10500",
            await story.At("2026-09-15 09:00").BuysAsync("ana", "p-3", new Item("FRA-NRT", "business", 1, 100_000)));

        // Only base miles count: 10,000 + 1,200 + 6,000 = 17,200, Gold from 15,000.
        Assert.Equal(17_200, await story.CountedAsync("ana"));
        Assert.Equal("Gold, Silver on 2028-05-09", await story.LevelAsync("ana"));

        // Lisbon is cancelled: all of its miles go back, and 1,200 that counted.
        Assert.Equal(1_500, await story.At("2026-10-01 09:00").ReturnsAsync("ana", "r-1", "p-2", "FRA-LIS", 1));
        Assert.Equal(16_000, await story.CountedAsync("ana"));
        Assert.Equal(20_500, await story.SpendableAsync("ana"));

        // 12,000 for a companion: the oldest miles pay, all 10,000 of the first flight and 2,000 of Tokyo. Gold stays.
        Assert.Equal(12_000, (await story.RedeemsAsync("ana", "red-1", "companion")).GetProperty("points").GetInt64());
        Assert.Equal(8_500, await story.SpendableAsync("ana"));
        Assert.Equal("Gold, Silver on 2028-05-09", await story.LevelAsync("ana"));

        // Gold earns one and a half times, and waits for nothing: a light ticket for 100 at 2 is 200, and 100 more.
        Assert.Equal(
            "200 base:category:economy-light + 100 tier:Gold = 300",
            await story.At("2026-10-02 09:00").BuysAsync("ana", "p-4", new Item("FRA-VIE", "economy-light", 1, 10_000)));
        Assert.Equal(8_800, await story.SpendableAsync("ana"));

        // 2027 has no 29 February: her birthday is on 1 March.
        await story.At("2027-02-28 12:00").NightAsync();
        Assert.Empty(await story.GivenAsync("ana"));
        await story.At("2027-03-01 12:00").NightAsync();
        Assert.Equal(["birthday 500"], await story.GivenAsync("ana"));
        Assert.Equal(9_300, await story.SpendableAsync("ana"));

        // She flies no more. Her second year does not qualify: Silver after the grace, and Blue a year after that.
        await story.At("2028-05-08 12:00").NightAsync();
        Assert.Equal("Gold, Silver on 2028-05-09", await story.LevelAsync("ana"));
        await story.At("2028-05-09 12:00").NightAsync();
        Assert.Equal("Silver, Blue on 2029-05-09", await story.LevelAsync("ana"));
        await story.At("2029-05-09 12:00").NightAsync();
        Assert.Equal("Blue", await story.LevelAsync("ana"));

        // Tokyo's miles could be spent from 17 September 2026, so to the end of September 2029; Vienna's from 2 October, a month more.
        // Three birthdays: 2027, 2028 (which has a 29 February) and 2029.
        Assert.Equal(10_300, await story.At("2029-09-30 12:00").SpendableAsync("ana"));
        Assert.Equal(1_800, await story.At("2029-10-01 12:00").SpendableAsync("ana"));
        await story.AssertProvenAsync("ana");
    }

    [Fact]
    public async Task Ben_comes_by_ana_and_both_get_miles_when_his_trip_is_kept_for_thirty_days()
    {
        await using var story = await Story.BeginAsync("airline-eur.json", "Europe/Berlin", "EUR", "2026-03-10 09:00");
        await story.JoinsAsync("ana");
        await story.JoinsAsync("ben");
        await story.BringsAsync("ana", "ben");
        Assert.Equal("400 base = 400", await story.BuysAsync("ben", "p-1", new Item("FRA-LIS", "economy", 1, 10_000)));

        await story.At("2026-04-08 12:00").NightAsync();
        Assert.Equal((0, 400), (await story.SpendableAsync("ana"), await story.SpendableAsync("ben")));
        await story.At("2026-04-11 12:00").NightAsync();
        Assert.Equal((1_000, 900), (await story.SpendableAsync("ana"), await story.SpendableAsync("ben")));
    }

    [Fact]
    public async Task The_tenth_trip_gives_two_thousand_miles_whatever_its_price()
    {
        await using var story = await Story.BeginAsync("airline-eur.json", "Europe/Berlin", "EUR", "2026-03-10 09:00");
        for (var trip = 1; trip < 10; trip++)
            Assert.Equal("400 base = 400", await story.BuysAsync("ana", $"p-{trip}", new Item("FRA-LIS", "economy", 1, 10_000)));

        Assert.Equal("400 base + 2000 tenth-trip = 2400", await story.BuysAsync("ana", "p-10", new Item("FRA-LIS", "economy", 1, 10_000)));
        Assert.Equal("400 base = 400", await story.BuysAsync("ana", "p-11", new Item("FRA-LIS", "economy", 1, 10_000)));
    }
}
