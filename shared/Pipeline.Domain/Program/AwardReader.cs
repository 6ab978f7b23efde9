using System.Collections.Frozen;

namespace Pipeline.Domain;

/// <summary>Reads what a program gives beside purchases.</summary>
internal static class AwardReader
{
    internal static readonly (string Word, LeapDay Value)[] LeapDays =
        [("feb28", LeapDay.February28), ("mar1", LeapDay.March1)];

    internal static AwardRules? Read(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        reader.Allow("signUp", "birthday", "review", "referral", "events");
        return new AwardRules(
            ReadSignUp(reader.Object("signUp")),
            ReadBirthday(reader.Object("birthday")),
            ReadReview(reader.Object("review")),
            ReadReferral(reader.Object("referral")),
            ReadEvents(reader.Object("events")));
    }

    internal static AdjustmentRules? ReadAdjustments(ObjectReader? reader)
    {
        var defaults = AdjustmentRules.Default;
        if (reader is null)
            return null;
        reader.Allow("fourEyesAbove", "max");
        return new AdjustmentRules(
            reader.Whole("fourEyesAbove", 0, AdjustmentRules.PointsMax, defaults.FourEyesAbove),
            reader.Whole("max", 1, AdjustmentRules.PointsMax, defaults.Max));
    }

    private static SignUpRule? ReadSignUp(ObjectReader? reader)
    {
        reader?.Allow("points");
        return reader is null ? null : new SignUpRule(ReadPoints(reader));
    }

    private static BirthdayRule? ReadBirthday(ObjectReader? reader)
    {
        reader?.Allow("points", "leapDay");
        return reader is null
            ? null
            : new BirthdayRule(ReadPoints(reader), reader.OneOf("leapDay", LeapDays, LeapDay.February28));
    }

    private static ReviewRule? ReadReview(ObjectReader? reader)
    {
        reader?.Allow("points", "minCommentCharacters", "perCustomer", "perCustomerPerDay");
        return reader is null ? null : new ReviewRule(
            ReadPoints(reader),
            (int)reader.Whole("minCommentCharacters", 1, ReviewRule.CommentCharactersMax, 1),
            ReadLimits(reader));
    }

    private static ReferralRule? ReadReferral(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        reader.Allow(
            "referrerPoints", "refereePoints", "minimumPurchase", "keptDays", "validDays", "maxPerReferrer", "codeLength");
        reader.Require("referrerPoints", "the points of who brings a customer");
        reader.Require("refereePoints", "the points of who is brought");
        return new ReferralRule(
            reader.Whole("referrerPoints", 0, AwardRules.PointsMax, 0),
            reader.Whole("refereePoints", 0, AwardRules.PointsMax, 0),
            ProgramReader.ReadCurrencies(
                reader.Object("minimumPurchase"),
                static (amounts, code) => amounts.Whole(code, 1, ReferralRule.MinimumPurchaseMax, 1)),
            (int)reader.Whole("keptDays", 0, ReferralRule.DaysMax, ReferralRule.KeptDaysDefault),
            (int)reader.Whole("validDays", 0, ReferralRule.DaysMax, ReferralRule.ValidDaysDefault),
            ReadLimit(reader, "maxPerReferrer"),
            (int)reader.Whole(
                "codeLength", ReferralRule.CodeLengthMin, ReferralRule.CodeLengthMax, ReferralRule.CodeLengthDefault));
    }

    private static FrozenDictionary<string, EventRule> ReadEvents(ObjectReader? reader)
    {
        var events = new Dictionary<string, EventRule>(StringComparer.Ordinal);
        if (reader is null)
            return FrozenDictionary<string, EventRule>.Empty;
        if (reader.Names.Count() > AwardRules.EventsMax)
            reader.Fail($"Must have at most {AwardRules.EventsMax} events.");
        foreach (var name in reader.Names)
        {
            if (!IsEventName(name))
                reader.Fail(name, $"A type of event is 1 to {AwardRules.EventCharactersMax} of a-z 0-9 -, first a letter.");
            if (reader.Object(name) is not { } own)
                continue;
            own.Allow("points", "perCustomer", "perCustomerPerDay");
            events[name] = new EventRule(ReadPoints(own), ReadLimits(own));
        }

        return events.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static bool IsEventName(string name) =>
        name.Length is >= 1 and <= AwardRules.EventCharactersMax && char.IsAsciiLetterLower(name[0])
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static long ReadPoints(ObjectReader reader)
    {
        reader.Require("points", "how many points");
        return reader.Whole("points", 1, AwardRules.PointsMax, 1);
    }

    private static AwardLimits ReadLimits(ObjectReader reader) =>
        new(ReadLimit(reader, "perCustomer"), ReadLimit(reader, "perCustomerPerDay"));

    private static int? ReadLimit(ObjectReader reader, string name) =>
        reader.Has(name) ? (int)reader.Whole(name, 1, AwardLimits.Max, 1) : null;
}
