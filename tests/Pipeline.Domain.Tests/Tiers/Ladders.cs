using System.Globalization;

namespace Pipeline.Domain.Tests;

/// <summary>Tiers for tests, and customers who climb them.</summary>
internal static class Ladders
{
    /// <summary>Spend is counted in GBP.</summary>
    public static TierRules Of(
        TierMeasure measure, TierPeriod period, int graceDays, TierDowngrade downgrade, params (string Name, long Threshold)[] levels) =>
        new(
            measure, measure == TierMeasure.Spend ? Baskets.Currency("GBP") : null, period, downgrade, graceDays,
            [.. levels.Select(level => new TierLevel(level.Name, level.Threshold, TierBenefits.None))]);

    /// <summary>Basic from 0, Silver from 100 and Gold from 300 points, which are pounds under the default program.</summary>
    public static TierRules Points(
        TierPeriod period, int graceDays = 0, TierDowngrade downgrade = TierDowngrade.ToQualification) =>
        Of(TierMeasure.EarnedPoints, period, graceDays, downgrade, ("Basic", 0), ("Silver", 100), ("Gold", 300));

    public static LoyaltyProgram Program(TierRules rules, string zone = "UTC") =>
        LoyaltyProgram.Default with { Tiers = rules, TimeZone = zone };

    /// <summary>Noon of a day, UTC.</summary>
    public static DateTimeOffset Noon(string day) => new(Day(day), new TimeOnly(12, 0), TimeSpan.Zero);

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string LevelOn(this Shop shop, string day) =>
        shop.Account.Tiers!.LevelAt(shop.Programs.Latest.Program.Tiers!, Day(day)).Name;

    public static TierStanding StandingOn(this Shop shop, string day) =>
        shop.Account.Tiers!.StandingAt(shop.Programs.Latest.Program.Tiers!, Day(day), shop.Account.TierMark);

    /// <summary>Buys on days: <c>2026-03-01 100</c>; returns whole purchases by their number: <c>2026-05-01 -1</c>.</summary>
    public static Shop Having(TierRules rules, params string[] story) => Having(Program(rules), story);

    public static Shop Having(LoyaltyProgram program, params string[] story)
    {
        var shop = new Shop(program);
        var number = 0;
        foreach (var line in story)
        {
            var (day, amount) = (line[..10], long.Parse(line[11..], CultureInfo.InvariantCulture));
            shop.Now = Noon(day);
            number++;
            Assert.IsType<Decision.Accepted>(
                amount > 0 ? shop.Buy($"p{number}", amount) : shop.Return($"r{number}", $"p{-amount}"));
        }

        return shop;
    }
}
