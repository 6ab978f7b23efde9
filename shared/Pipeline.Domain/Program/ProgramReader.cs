using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Domain;

/// <summary>
/// Reads the rules of a document. An absent field has the value of <see cref="LoyaltyProgram.Default"/>.
/// </summary>
internal static partial class ProgramReader
{
    private const int TimeZoneCharactersMax = 64;

    /// <summary>The program; of use only where no error was found.</summary>
    internal static LoyaltyProgram? Read(JsonElement document, DocumentErrors errors)
    {
        if (ObjectReader.Of(document, "", errors) is not { } root)
            return null;
        root.Allow(
            "$schema", "version", "name", "timeZone", "earning", "expiry", "refund", "redemption", "holds", "tiers", "notices",
            "campaigns", "rewards", "awards", "adjustments");
        root.Require("version", "a whole number, 1 or more, that grows with every change");
        root.Require("name", "a name for people");
        root.Require("timeZone", "an IANA time zone such as Europe/London or UTC");
        _ = root.Text("$schema");
        LevelNames.Check(document, errors);
        return new LoyaltyProgram(
            (int)root.Whole("version", 1, int.MaxValue, 1),
            ReadName(root),
            ReadTimeZone(root),
            ReadEarning(root.Object("earning")),
            ReadExpiry(root.Object("expiry")),
            ReadRefund(root.Object("refund")),
            ReadRedemption(root.Object("redemption")),
            ReadHolds(root.Object("holds")))
        {
            Tiers = TierReader.Read(root.Object("tiers")),
            Notices = NoticeReader.Read(root.Object("notices")),
            Campaigns = CampaignReader.Read(root),
            Awards = AwardReader.Read(root.Object("awards")),
            Adjustments = AwardReader.ReadAdjustments(root.Object("adjustments")),
            Rewards = RewardReader.Read(root),
        };
    }

    private static string ReadName(ObjectReader root)
    {
        var name = root.Text("name");
        if (name is not null
            && (string.IsNullOrWhiteSpace(name) || ObjectReader.Characters(name) > LoyaltyProgram.NameCharactersMax))
        {
            root.Fail("name", $"Must have 1 to {LoyaltyProgram.NameCharactersMax} characters and not be blank.");
        }
        return name ?? "";
    }

    private static string ReadTimeZone(ObjectReader root)
    {
        const string fallback = "UTC";
        if (root.Text("timeZone") is not { } zone)
            return fallback;
        if (zone.Length <= TimeZoneCharactersMax && ZoneForm().IsMatch(zone) && IsKnownZone(zone))
            return zone;
        var known = TimeZoneInfo.GetSystemTimeZones().Select(static some => some.Id);
        root.Fail("timeZone", $"'{DocumentErrors.Shown(zone)}' is not an IANA time zone of this system; "
            + $"give one such as Europe/London or UTC.{DocumentErrors.DidYouMean(zone, known)}");
        return fallback;
    }

    /// <summary>
    /// The id must be the zone's own, in its own letters: an alias of Windows would mean nothing elsewhere,
    /// and neither would the other files that stand in a system's database.
    /// </summary>
    private static bool IsKnownZone(string zone) =>
        !zone.StartsWith("posix", StringComparison.Ordinal)
        && !zone.StartsWith("right/", StringComparison.Ordinal)
        && zone is not ("localtime" or "Factory")
        && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.Id == zone && found.HasIanaId;

    private static EarningRules ReadEarning(ObjectReader? reader)
    {
        var defaults = EarningRules.Default;
        if (reader is null)
            return defaults;
        reader.Allow(
            "pointsPerMajorUnit", "rounding", "shippingEarns", "taxEarns", "excludedSkus", "excludedCategories",
            "pendingDays", "rates");
        return new EarningRules(
            ReadRates(reader.Object("pointsPerMajorUnit")) ?? defaults.Rates,
            reader.OneOf("rounding", ProgramWords.Roundings, defaults.Rounding),
            reader.Boolean("shippingEarns", defaults.ShippingEarns),
            reader.Boolean("taxEarns", defaults.TaxEarns),
            ReadExclusions(reader, "excludedSkus"),
            ReadExclusions(reader, "excludedCategories"),
            (int)reader.Whole("pendingDays", 0, EarningRules.PendingDaysMax, defaults.PendingDays))
        {
            Own = LineRateReader.Read(reader.Object("rates")),
        };
    }

    private static FrozenSet<string> ReadExclusions(ObjectReader reader, string name) =>
        reader.Texts(name, EarningRules.ExclusionsMax, EarningRules.ExclusionCharactersMax)
            .ToFrozenSet(StringComparer.Ordinal);

    internal static EarnRates? ReadRates(ObjectReader? reader)
    {
        const int max = (int)(ExactRate.MillionthsMax / ExactRate.One);
        if (reader is null)
            return null;
        AllowDefaultAndCurrencies(reader, "a currency that is not listed is then not accepted");
        var byCurrency = ReadCurrencies(
            reader.Object("currencies"), static (rates, code) => rates.Rate(code, max, default));
        return new EarnRates(reader.Has("default") ? reader.Rate("default", max, default) : null, byCurrency);
    }

    private static void AllowDefaultAndCurrencies(ObjectReader reader, string withoutDefault)
    {
        reader.Allow("default", "currencies");
        if (!reader.Has("default") && !reader.Has("currencies"))
            reader.Fail($"Must have default, or currencies ({withoutDefault}), or both.");
    }

    internal static FrozenDictionary<Currency, T> ReadCurrencies<T>(
        ObjectReader? reader, Func<ObjectReader, string, T> read)
    {
        var values = new Dictionary<Currency, T>();
        if (reader is null)
            return FrozenDictionary<Currency, T>.Empty;
        if (!reader.Names.Any())
            reader.Fail("Must list at least one currency; leave the field out to list none.");
        foreach (var code in reader.Names)
        {
            if (Currency.TryParse(code, out var currency))
                values[currency] = read(reader, code);
            else
                reader.Fail(code, "Is not an active currency of ISO 4217, such as GBP; codes are three capitals.");
        }
        return values.ToFrozenDictionary();
    }

    private static ExpiryRule ReadExpiry(ObjectReader? reader)
    {
        if (reader is null)
            return ExpiryRule.Default;
        reader.Require("rule", "none, rolling or fixedDate");
        switch (reader.OneOf("rule", [("none", "none"), ("rolling", "rolling"), ("fixedDate", "fixedDate")], ""))
        {
            case "none":
                reader.Allow("rule");
                return new ExpiryRule.Never();
            case "rolling":
                reader.Allow("rule", "months", "days", "align");
                return ReadRolling(reader);
            case "fixedDate":
                reader.Allow("rule", "on");
                reader.Require("on", "a day of every year such as 12-31, or one day such as 2027-12-31");
                return ReadFixedDate(reader);
            default:
                reader.Allow("rule", "months", "days", "align", "on");
                return ExpiryRule.Default;
        }
    }

    private static ExpiryRule ReadRolling(ObjectReader reader)
    {
        reader.Require("align", "none, dayEnd or monthEnd");
        var align = reader.OneOf("align", ProgramWords.Alignments, ExpiryAlignment.None);
        if (reader.Has("months") == reader.Has("days"))
            reader.Fail("Must have months or days, and not both.");
        var months = (int)reader.Whole("months", 1, ExpiryRule.MonthsMax, 1);
        var days = (int)reader.Whole("days", 1, ExpiryRule.DaysMax, 1);
        return reader.Has("months")
            ? new ExpiryRule.RollingMonths(months, align)
            : new ExpiryRule.RollingDays(days, align);
    }

    private static ExpiryRule ReadFixedDate(ObjectReader reader)
    {
        if (reader.Text("on") is not { } on)
            return ExpiryRule.Default;
        // 2000 is a leap year, so that 02-29 is a day of every year; it means the last of February.
        if (YearlyForm().IsMatch(on) && TryDay($"2000-{on}", out var yearly))
            return new ExpiryRule.Yearly(yearly.Month, yearly.Day);
        if (OnceForm().IsMatch(on) && TryDay(on, out var once))
            return new ExpiryRule.Once(once);
        reader.Fail("on", "Must be a day of the calendar: of every year such as 12-31, or one day such as "
            + $"2027-12-31; it is '{DocumentErrors.Shown(on)}'.");
        return ExpiryRule.Default;
    }

    private static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static RefundRules ReadRefund(ObjectReader? reader)
    {
        var defaults = RefundRules.Default;
        if (reader is null)
            return defaults;
        reader.Allow("policy", "reinstateDays");
        return new RefundRules(
            reader.OneOf("policy", ProgramWords.Policies, defaults.Policy),
            (int)reader.Whole("reinstateDays", 0, RefundRules.ReinstateDaysMax, defaults.ReinstateDays));
    }

    private static RedemptionRules ReadRedemption(ObjectReader? reader)
    {
        var defaults = RedemptionRules.Default;
        if (reader is null)
            return defaults;
        reader.Allow("value", "minimumPoints", "stepPoints", "largestShare");
        return new RedemptionRules(
            ReadValues(reader.Object("value")) ?? defaults.Value,
            reader.Whole("minimumPoints", 1, RedemptionRules.MinimumPointsMax, defaults.MinimumPoints),
            reader.Whole("stepPoints", 1, RedemptionRules.StepPointsMax, defaults.StepPoints),
            reader.Rate("largestShare", 1, defaults.LargestShare));
    }

    private static PointValues? ReadValues(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        AllowDefaultAndCurrencies(reader, "points then pay only in those");
        MajorPointValue? inAny = null;
        if (reader.Object("default") is { } major)
        {
            var (points, units) = ReadValue(major, "majorUnits", MajorPointValue.MajorUnitsMax);
            inAny = new MajorPointValue(points, units);
        }
        var byCurrency = ReadCurrencies(reader.Object("currencies"), static (values, code) =>
        {
            var (points, units) = values.Object(code) is { } value
                ? ReadValue(value, "minorUnits", PointValue.MinorUnitsMax)
                : (1, 1);
            return new PointValue(points, units);
        });
        return new PointValues(inAny, byCurrency);
    }

    internal static (long Points, long Units) ReadValue(ObjectReader value, string units, long unitsMax)
    {
        value.Allow("points", units);
        value.Require("points", "how many points");
        value.Require(units, "what so many points are worth");
        return (value.Whole("points", 1, PointValue.PointsMax, 1), value.Whole(units, 1, unitsMax, 1));
    }

    private static HoldLimits ReadHolds(ObjectReader? reader)
    {
        var defaults = HoldLimits.Default;
        if (reader is null)
            return defaults;
        reader.Allow("pointsMax", "openMax", "secondsMax");
        return new HoldLimits(
            reader.Whole("pointsMax", 1, long.MaxValue, defaults.PointsMax),
            (int)reader.Whole("openMax", 1, HoldLimits.OpenMaxMax, defaults.OpenMax),
            (int)reader.Whole("secondsMax", 1, HoldLimits.SecondsMaxMax, defaults.SecondsMax));
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\z")]
    private static partial Regex ZoneForm();

    [GeneratedRegex(@"^[0-9]{2}-[0-9]{2}\z")]
    private static partial Regex YearlyForm();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    private static partial Regex OnceForm();
}
