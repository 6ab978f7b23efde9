using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Domain;

/// <summary>Reads <c>campaigns</c>.</summary>
internal static partial class CampaignReader
{
    internal static ImmutableArray<Campaign> Read(ObjectReader root)
    {
        var campaigns = new Dictionary<string, Campaign>(StringComparer.Ordinal);
        var modes = new Dictionary<string, StackingMode>(StringComparer.Ordinal);
        foreach (var reader in root.Objects("campaigns", 0, Campaign.CountMax))
        {
            var campaign = ReadOne(reader);
            if (campaign.Id.Length > 0 && !campaigns.TryAdd(campaign.Id, campaign))
                reader.Fail("id", $"'{campaign.Id}' is another campaign's id too; an id occurs once.");
            var (group, mode) = (campaign.Stacking.Group, campaign.Stacking.Mode);
            if (group.Length > 0 && !modes.TryAdd(group, mode) && modes[group] != mode)
                reader.Fail("stacking", $"The group '{group}' has two modes; all of its campaigns name the same.");
        }

        if (campaigns.Values.Count(static campaign => campaign.Caps.CountsCustomers) > Campaign.CustomerCappedMax)
            root.Fail("campaigns", $"At most {Campaign.CustomerCappedMax} campaigns may have a cap for each customer.");
        return [.. campaigns.Values];
    }

    private static Campaign ReadOne(ObjectReader reader)
    {
        reader.Allow("id", "name", "effect", "when", "window", "caps", "stacking");
        reader.Require("id", "an id of letters, digits, _ and - that never changes");
        reader.Require("name", "a name for people");
        reader.Require("effect", "what the campaign gives");
        var effect = ReadEffect(reader.Object("effect"));
        var stacking = ReadStacking(reader.Object("stacking"));
        if (stacking.Mode == StackingMode.Multiplicative && effect is not CampaignEffect.Multiplier)
            reader.Fail("stacking", "Only campaigns that multiply can be in a multiplicative group.");
        return new Campaign(
            ReadId(reader), ReadName(reader), effect, CampaignConditionReader.Read(reader.Object("when")),
            ReadWindow(reader.Object("window")), ReadCaps(reader.Object("caps")), stacking);
    }

    private static string ReadId(ObjectReader reader)
    {
        var id = reader.Text("id");
        if (id is null || IdFormOf().IsMatch(id))
            return id ?? "";
        reader.Fail("id", $"Must be 1 to {Campaign.IdCharactersMax} of A-Z a-z 0-9 _ -, and begin with a letter or a digit; "
            + $"it is '{DocumentErrors.Shown(id)}'.");
        return "";
    }

    private static string ReadName(ObjectReader reader)
    {
        var name = reader.Text("name");
        if (name is not null
            && (string.IsNullOrWhiteSpace(name) || ObjectReader.Characters(name) > Campaign.NameCharactersMax))
        {
            reader.Fail("name", $"Must have 1 to {Campaign.NameCharactersMax} characters and not be blank.");
        }
        return name ?? "";
    }

    private static CampaignEffect ReadEffect(ObjectReader? reader)
    {
        CampaignEffect none = new CampaignEffect.Bonus(1);
        if (reader is null)
            return none;
        reader.Require("kind", "multiplier, bonus, everySpend or spendSteps");
        switch (reader.OneOf("kind", CampaignWords.Effects, ""))
        {
            case CampaignWords.Multiplier:
                reader.Allow("kind", "factor");
                reader.Require("factor", "how many times the base points, such as 2");
                return new CampaignEffect.Multiplier(ReadFactor(reader));
            case CampaignWords.Bonus:
                reader.Allow("kind", "points");
                return new CampaignEffect.Bonus(ReadPoints(reader));
            case CampaignWords.EverySpend:
                reader.Allow("kind", "currency", "amount", "points");
                return new CampaignEffect.EverySpend(ReadCurrency(reader), ReadAmount(reader, "amount"), ReadPoints(reader));
            case CampaignWords.SpendSteps:
                reader.Allow("kind", "currency", "steps");
                return new CampaignEffect.SpendSteps(ReadCurrency(reader), ReadSteps(reader));
            default:
                return none;
        }
    }

    private static ExactRate ReadFactor(ObjectReader reader)
    {
        var factor = reader.Rate("factor", CampaignEffect.Multiplier.FactorMax, ExactRate.Of(1));
        if (factor.Millionths < ExactRate.One)
            reader.Fail("factor", $"Must be 1 to {CampaignEffect.Multiplier.FactorMax}: a campaign takes no points away.");
        return factor;
    }

    private static long ReadPoints(ObjectReader reader)
    {
        reader.Require("points", "how many points");
        return reader.Whole("points", 1, Campaign.PointsMax, 1);
    }

    private static Currency ReadCurrency(ObjectReader reader)
    {
        reader.Require("currency", "the currency of the amounts, such as GBP");
        if (reader.Text("currency") is not { } code)
            return default;
        if (!Currency.TryParse(code, out var currency))
            reader.Fail("currency", "Is not an active currency of ISO 4217, such as GBP; codes are three capitals.");
        return currency;
    }

    private static long ReadAmount(ObjectReader reader, string name)
    {
        reader.Require(name, "an amount in minor units, such as 30000 for CNY 300.00");
        return reader.Whole(name, 1, long.MaxValue, 1);
    }

    private static ImmutableArray<SpendStep> ReadSteps(ObjectReader reader)
    {
        reader.Require("steps", "at least one step, such as { \"from\": 30000, \"points\": 50 }");
        var steps = new SortedDictionary<long, SpendStep>();
        foreach (var step in reader.Objects("steps", 1, CampaignEffect.SpendSteps.StepsMax))
        {
            step.Allow("from", "points");
            var from = ReadAmount(step, "from");
            if (!steps.TryAdd(from, new SpendStep(from, ReadPoints(step))))
                step.Fail("from", "Another step begins there; give it once.");
        }
        return steps.Count == 0 ? [new SpendStep(1, 1)] : [.. steps.Values];
    }

    private static CampaignWindow ReadWindow(ObjectReader? reader)
    {
        if (reader is null)
            return CampaignWindow.Always;
        reader.Allow("from", "to", "daysOfWeek", "daysOfMonth", "months", "hours");
        var (from, to) = (ReadWall(reader, "from"), ReadWall(reader, "to"));
        if (from >= to)
            reader.Fail("to", "Must be after from.");
        return new CampaignWindow(
            from, to,
            reader.Words("daysOfWeek", CampaignWords.Days).ToFrozenSet(),
            reader.Wholes("daysOfMonth", 0, 31, 1, 31).ToFrozenSet(),
            reader.Wholes("months", 0, 12, 1, 12).ToFrozenSet(),
            ReadHours(reader.Object("hours")));
    }

    private static DateTime? ReadWall(ObjectReader reader, string name)
    {
        if (reader.Text(name) is not { } text)
            return null;
        if (WallTimeForm().IsMatch(text)
            && DateTime.TryParseExact(
                text, CampaignWords.WallForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall))
        {
            return wall;
        }
        reader.Fail(name, "Must be a day and a time of the clock on the wall in the program's zone, such as "
            + $"2026-11-11T00:00; it is '{DocumentErrors.Shown(text)}'.");
        return null;
    }

    private static DailyHours? ReadHours(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        reader.Allow("from", "to");
        var (from, to) = (ReadHour(reader, "from"), ReadHour(reader, "to"));
        return new DailyHours(from, to);
    }

    private static TimeOnly ReadHour(ObjectReader reader, string name)
    {
        reader.Require(name, "a time of day such as 18:00");
        if (reader.Text(name) is not { } text)
            return default;
        if (HourForm().IsMatch(text))
            return TimeOnly.ParseExact(text, CampaignWords.HourForm, CultureInfo.InvariantCulture);
        reader.Fail(name, $"Must be a time of day from 00:00 to 23:59; it is '{DocumentErrors.Shown(text)}'.");
        return default;
    }

    private static CampaignCaps ReadCaps(ObjectReader? reader)
    {
        if (reader is null)
            return CampaignCaps.None;
        reader.Allow("pointsPerOrder", "pointsPerCustomer", "pointsPerCustomerPerDay", "budget");
        return new CampaignCaps(
            ReadCap(reader, "pointsPerOrder"), ReadCap(reader, "pointsPerCustomer"),
            ReadCap(reader, "pointsPerCustomerPerDay"), ReadCap(reader, "budget"));
    }

    private static long? ReadCap(ObjectReader reader, string name) =>
        reader.Has(name) ? reader.Whole(name, 1, Campaign.PointsMax, 1) : null;

    private static CampaignStacking ReadStacking(ObjectReader? reader)
    {
        if (reader is null)
            return CampaignStacking.Alone;
        reader.Allow("group", "mode", "priority");
        reader.Require("group", "a name that the campaigns of a group share");
        reader.Require("mode", "additive, multiplicative, bestOf or exclusive");
        var group = reader.Text("group") ?? "";
        if (reader.Has("group") && group.Length == 0 || ObjectReader.Characters(group) > Campaign.IdCharactersMax)
            reader.Fail("group", $"Must have 1 to {Campaign.IdCharactersMax} characters.");
        return new CampaignStacking(
            group,
            reader.OneOf("mode", CampaignWords.Modes, StackingMode.Additive),
            (int)reader.Whole("priority", -CampaignStacking.PriorityMax, CampaignStacking.PriorityMax, 0));
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z")]
    private static partial Regex IdFormOf();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}\z")]
    private static partial Regex WallTimeForm();

    [GeneratedRegex(@"^([01][0-9]|2[0-3]):[0-5][0-9]\z")]
    private static partial Regex HourForm();
}
