using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>Reads the tiers of a document.</summary>
internal static class TierReader
{
    internal static TierRules? Read(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        reader.Allow("measure", "currency", "period", "downgrade", "graceDays", "levels");
        reader.Require("measure", "earnedPoints, spend or orders");
        reader.Require("period", "an object whose rule is calendarYear, anniversary or rolling");
        reader.Require("levels", "a list of levels, the first with threshold 0");
        var measure = reader.OneOf("measure", ProgramWords.Measures, TierMeasure.EarnedPoints);
        return new TierRules(
            measure,
            ReadCurrency(reader, measure),
            ReadPeriod(reader.Object("period")),
            reader.OneOf("downgrade", ProgramWords.Downgrades, TierDowngrade.ToQualification),
            (int)reader.Whole("graceDays", 0, TierRules.GraceDaysMax, 0),
            ReadLevels(reader.Objects("levels", 1, TierRules.LevelsMax)));
    }

    private static Currency? ReadCurrency(ObjectReader reader, TierMeasure measure)
    {
        if (measure != TierMeasure.Spend)
        {
            if (reader.Has("currency"))
                reader.Fail("currency", "Only spend is counted in a currency; leave it out.");
            return null;
        }

        reader.Require("currency", "the currency whose spend counts, such as GBP");
        if (reader.Text("currency") is not { } code)
            return null;
        if (Currency.TryParse(code, out var currency))
            return currency;
        reader.Fail("currency", "Is not an active currency of ISO 4217, such as GBP; codes are three capitals.");
        return null;
    }

    private static TierPeriod ReadPeriod(ObjectReader? reader)
    {
        if (reader is null)
            return new TierPeriod.CalendarYear();
        reader.Require("rule", "calendarYear, anniversary or rolling");
        var rule = reader.OneOf(
            "rule", [("calendarYear", "calendarYear"), ("anniversary", "anniversary"), ("rolling", "rolling")], "");
        if (rule is "calendarYear" or "anniversary")
            reader.Allow("rule");
        else
            reader.Allow("rule", "months");
        if (rule != "rolling")
            return rule == "anniversary" ? new TierPeriod.Anniversary() : new TierPeriod.CalendarYear();
        reader.Require("months", "how many calendar months the window has");
        return new TierPeriod.Rolling((int)reader.Whole("months", 1, TierPeriod.MonthsMax, 1));
    }

    private static ImmutableArray<TierLevel> ReadLevels(IReadOnlyList<ObjectReader> readers)
    {
        var levels = ImmutableArray.CreateBuilder<TierLevel>(readers.Count);
        foreach (var reader in readers)
        {
            reader.Allow("name", "threshold", "benefits");
            reader.Require("name", "what the level is called");
            reader.Require("threshold", "what qualifies for it in one period; 0 for the first level");
            var threshold = reader.Whole("threshold", 0, TierLevel.ThresholdMax, 0);
            if (reader.Has("threshold") && levels.Count == 0 && threshold != 0)
                reader.Fail("threshold", "Must be 0: the first level is where everybody begins.");
            else if (reader.Has("threshold") && levels.Count > 0 && threshold <= levels[^1].Threshold)
                reader.Fail("threshold", $"Must be above the {levels[^1].Threshold} of the level before; it is {threshold}.");
            levels.Add(new TierLevel(ReadName(reader, levels), threshold, ReadBenefits(reader.Object("benefits"))));
        }

        return levels.DrainToImmutable();
    }

    private static string ReadName(ObjectReader reader, ImmutableArray<TierLevel>.Builder before)
    {
        if (reader.Text("name") is not { } name)
            return "";
        if (string.IsNullOrWhiteSpace(name) || ObjectReader.Characters(name) > TierLevel.NameCharactersMax)
            reader.Fail("name", $"Must have 1 to {TierLevel.NameCharactersMax} characters and not be blank.");
        else if (before.Any(level => level.Name == name))
            reader.Fail("name", $"'{DocumentErrors.Shown(name)}' is the name of a level before; names are unique.");
        return name;
    }

    private static TierBenefits ReadBenefits(ObjectReader? reader)
    {
        var defaults = TierBenefits.None;
        if (reader is null)
            return defaults;
        reader.Allow("multiplier", "pendingDays", "redemption", "freeShipping", "attributes");
        return new TierBenefits
        {
            Multiplier = reader.Rate("multiplier", TierBenefits.MultiplierMax, defaults.Multiplier),
            PendingDays = reader.Has("pendingDays")
                ? (int)reader.Whole("pendingDays", 0, EarningRules.PendingDaysMax, 0)
                : null,
            Redemption = ProgramReader.ReadCurrencies(reader.Object("redemption"), static (values, code) =>
            {
                var (points, units) = values.Object(code) is { } value
                    ? ProgramReader.ReadValue(value, "minorUnits", PointValue.MinorUnitsMax)
                    : (1, 1);
                return new PointValue(points, units);
            }),
            FreeShipping = reader.Boolean("freeShipping", defaults.FreeShipping),
            Attributes = ReadAttributes(reader.Object("attributes")),
        };
    }

    private static FrozenDictionary<string, string> ReadAttributes(ObjectReader? reader)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reader is null)
            return FrozenDictionary<string, string>.Empty;
        if (reader.Names.Count() > TierBenefits.AttributesMax)
            reader.Fail($"Must have at most {TierBenefits.AttributesMax} fields; it has {reader.Names.Count()}.");
        foreach (var name in reader.Names)
        {
            if (name.Length == 0 || ObjectReader.Characters(name) > TierBenefits.AttributeNameCharactersMax)
                reader.Fail(name, $"A name has 1 to {TierBenefits.AttributeNameCharactersMax} characters.");
            else if (reader.Text(name) is { } value)
            {
                if (ObjectReader.Characters(value) > TierBenefits.AttributeCharactersMax)
                    reader.Fail(name, $"Must have at most {TierBenefits.AttributeCharactersMax} characters.");
                attributes[name] = value;
            }
        }

        return attributes.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
