using System.Collections.Immutable;
using System.Globalization;

namespace Pipeline.Domain;

/// <summary>Reads the catalogue of rewards.</summary>
internal static class RewardReader
{
    internal const long PointsMax = 1_000_000_000_000;
    internal const int CountMax = 1_000_000;
    internal const int DaysMax = 36_500;
    internal const int TiersMax = 50;

    internal static readonly (string Word, RewardKind Value)[] Kinds =
    [
        ("discount", RewardKind.Discount),
        ("gift", RewardKind.Gift),
        ("voucher", RewardKind.Voucher),
        ("freeShipping", RewardKind.FreeShipping),
        ("charity", RewardKind.Charity),
    ];

    internal static ImmutableArray<Reward> Read(ObjectReader root)
    {
        var rewards = ImmutableArray.CreateBuilder<Reward>();
        var ids = new HashSet<RewardId>();
        foreach (var reader in root.Objects("rewards", 0, Reward.RewardsMax))
        {
            if (ReadReward(reader) is not { } reward)
                continue;
            if (ids.Add(reward.Id))
                rewards.Add(reward);
            else
                reader.Fail("id", $"Another reward has the id '{reward.Id}' already; ids are unique.");
        }

        return rewards.DrainToImmutable();
    }

    private static Reward? ReadReward(ObjectReader reader)
    {
        reader.Allow(
            "id", "name", "kind", "points", "partMoney", "value", "code", "pool", "stock", "perCustomer", "perDay", "from",
            "to", "validDays", "reserveSeconds", "tiers");
        reader.Require("id", "an id that stays");
        reader.Require("name", "a name for people");
        reader.Require("kind", "discount, gift, voucher, freeShipping or charity");
        reader.Require("points", "its price in points, 0 or more");
        var id = reader.Text("id");
        if (id is not null && !IdForm.IsValid(id))
            reader.Fail("id", $"Must be {IdForm.Description}.");
        var name = reader.Text("name");
        if (name is not null
            && (string.IsNullOrWhiteSpace(name) || ObjectReader.Characters(name) > Reward.NameCharactersMax))
            reader.Fail("name", $"Must have 1 to {Reward.NameCharactersMax} characters and not be blank.");
        if (!IdForm.IsValid(id) || name is null)
            return null;

        var kind = reader.OneOf("kind", Kinds, RewardKind.Gift);
        var points = reader.Whole("points", 0, PointsMax, 0);
        return ReadDays(reader, new Reward(new RewardId(id), name, kind, points)
        {
            PartMoney = ReadPartMoney(reader.Object("partMoney"), points),
            Value = ReadValue(reader.Object("value")),
            Code = ReadCode(reader, kind, id),
            Stock = reader.Has("stock") ? reader.Whole("stock", 0, PointsMax, 0) : null,
            PerCustomer = Optional(reader, "perCustomer", 1, CountMax),
            PerDay = Optional(reader, "perDay", 1, CountMax),
            ValidDays = Optional(reader, "validDays", 0, DaysMax),
            ReserveSeconds = (int)reader.Whole("reserveSeconds", 1, Reward.ReserveSecondsMax, 1_800),
            Tiers = [.. reader.Texts("tiers", TiersMax, Reward.NameCharactersMax)],
        });
    }

    private static int? Optional(ObjectReader reader, string name, int min, int max) =>
        reader.Has(name) ? (int)reader.Whole(name, min, max, min) : null;

    private static Reward ReadDays(ObjectReader reader, Reward reward)
    {
        reward = reward with { From = ReadDay(reader, "from"), To = ReadDay(reader, "to") };
        if (reward.From > reward.To)
            reader.Fail("to", "Must not be before from.");
        return reward;
    }

    private static DateOnly? ReadDay(ObjectReader reader, string name)
    {
        if (reader.Text(name) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        reader.Fail(name, $"Must be a day such as 2027-12-31; it is '{DocumentErrors.Shown(text)}'.");
        return null;
    }

    private static PartMoney? ReadPartMoney(ObjectReader? reader, long price)
    {
        if (reader is null)
            return null;
        reader.Allow("minPoints", "currency", "points", "minorUnits");
        reader.Require("minPoints", "the fewest points that are taken");
        reader.Require("points", "how many missing points cost minorUnits");
        reader.Require("minorUnits", "what so many missing points cost");
        var minPoints = reader.Whole("minPoints", 0, PointsMax, 0);
        if (minPoints > price)
            reader.Fail("minPoints", $"Must not be above the price of {price} points.");
        return new PartMoney(
            minPoints,
            ReadCurrency(reader),
            reader.Whole("points", 1, PointValue.PointsMax, 1),
            reader.Whole("minorUnits", 1, PointValue.MinorUnitsMax, 1));
    }

    private static Currency ReadCurrency(ObjectReader reader)
    {
        reader.Require("currency", "an active currency of ISO 4217, such as GBP");
        if (reader.Text("currency") is not { } code)
            return default;
        if (!Currency.TryParse(code, out var currency))
            reader.Fail("currency", "Is not an active currency of ISO 4217, such as GBP; codes are three capitals.");
        return currency;
    }

    private static RewardValue? ReadValue(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        reader.Allow("currency", "minorUnits", "percent");
        if (reader.Has("percent") == reader.Has("minorUnits"))
        {
            reader.Fail("Must have percent, or currency and minorUnits, and not both.");
            return null;
        }

        return reader.Has("percent")
            ? new RewardValue.Percent(reader.Rate("percent", 100, default))
            : new RewardValue.Amount(ReadCurrency(reader), reader.Whole("minorUnits", 1, PointsMax, 1));
    }

    private static RewardCode ReadCode(ObjectReader reader, RewardKind kind, string id)
    {
        var own = kind is RewardKind.Gift or RewardKind.Charity ? "none" : "generated";
        var pool = reader.Text("pool");
        if (pool is not null && !IdForm.IsValid(pool))
            reader.Fail("pool", $"Must be {IdForm.Description}.");
        switch (reader.OneOf("code", [("none", "none"), ("generated", "generated"), ("pool", "pool")], own))
        {
            case "pool":
                return new RewardCode.Pool(pool ?? id);
            case "generated" when pool is null:
                return new RewardCode.Generated();
            case "none" when pool is null:
                return new RewardCode.None();
            default:
                reader.Fail("pool", "Goes only with code: pool.");
                return new RewardCode.None();
        }
    }
}
