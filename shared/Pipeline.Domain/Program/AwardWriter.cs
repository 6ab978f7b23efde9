using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>Writes what a program gives beside purchases; where it gives nothing, nothing is written.</summary>
internal static class AwardWriter
{
    internal static void Write(Utf8JsonWriter json, AwardRules? awards)
    {
        if (awards is null)
            return;
        json.WriteStartObject("awards");
        if (awards.SignUp is { } signUp)
        {
            json.WriteStartObject("signUp");
            json.WriteNumber("points", signUp.Points);
            json.WriteEndObject();
        }

        if (awards.Birthday is { } birthday)
        {
            json.WriteStartObject("birthday");
            json.WriteNumber("points", birthday.Points);
            json.WriteString("leapDay", ProgramWords.WordOf(AwardReader.LeapDays, birthday.LeapDay));
            json.WriteEndObject();
        }

        if (awards.Review is { } review)
        {
            json.WriteStartObject("review");
            json.WriteNumber("points", review.Points);
            json.WriteNumber("minCommentCharacters", review.MinCommentCharacters);
            WriteLimits(json, review.Limits);
            json.WriteEndObject();
        }

        if (awards.Referral is { } referral)
            WriteReferral(json, referral);
        WriteEvents(json, awards);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, AdjustmentRules? adjustments)
    {
        if (adjustments is null)
            return;
        json.WriteStartObject("adjustments");
        json.WriteNumber("fourEyesAbove", adjustments.FourEyesAbove);
        json.WriteNumber("max", adjustments.Max);
        json.WriteEndObject();
    }

    private static void WriteReferral(Utf8JsonWriter json, ReferralRule referral)
    {
        json.WriteStartObject("referral");
        json.WriteNumber("referrerPoints", referral.ReferrerPoints);
        json.WriteNumber("refereePoints", referral.RefereePoints);
        if (referral.MinimumPurchase.Count > 0)
        {
            json.WriteStartObject("minimumPurchase");
            foreach (var (currency, amount) in referral.MinimumPurchase.OrderBy(static pair => pair.Key))
                json.WriteNumber(currency.Code, amount);
            json.WriteEndObject();
        }

        json.WriteNumber("keptDays", referral.KeptDays);
        json.WriteNumber("validDays", referral.ValidDays);
        if (referral.MaxPerReferrer is { } max)
            json.WriteNumber("maxPerReferrer", max);
        json.WriteNumber("codeLength", referral.CodeLength);
        json.WriteEndObject();
    }

    private static void WriteEvents(Utf8JsonWriter json, AwardRules awards)
    {
        if (awards.Events.Count == 0)
            return;
        json.WriteStartObject("events");
        foreach (var (name, rule) in awards.Events.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(name);
            json.WriteNumber("points", rule.Points);
            WriteLimits(json, rule.Limits);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, AwardLimits limits)
    {
        if (limits.PerCustomer is { } ever)
            json.WriteNumber("perCustomer", ever);
        if (limits.PerDay is { } daily)
            json.WriteNumber("perCustomerPerDay", daily);
    }
}
