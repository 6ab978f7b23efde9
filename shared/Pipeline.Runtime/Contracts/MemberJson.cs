using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Members;

namespace Pipeline.Runtime.Contracts;

/// <summary>A page of referrals, with the customer's own code and referral.</summary>
internal sealed record ShownReferrals(string? Code, Referral? ReferredBy, IReadOnlyList<Referral> Referrals);

/// <summary>What is told of events, referrals and adjustments.</summary>
internal static class MemberJson
{
    /// <summary><c>"awards": [{ "rule", "programVersion", "points", "reason" }]</c> of points that a rule gave.</summary>
    public static void GrantAwards(Utf8JsonWriter json, GrantRule rule, long points, string reason)
    {
        json.WriteStartArray("awards");
        json.WriteStartObject();
        json.WriteString("rule", rule.Name);
        json.WriteNumber("programVersion", rule.ProgramVersion);
        json.WriteNumber("points", points);
        json.WriteString("reason", reason);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void Event(Utf8JsonWriter json, EventAnswer.Done done)
    {
        json.WriteStartObject();
        json.WriteString("eventId", done.Event.Id);
        json.WriteString("customerId", done.Event.Customer.Value);
        json.WriteString("type", done.Event.Type);
        json.WriteString("status", done.Points > 0 ? "awarded" : "limit-reached");
        json.WriteNumber("points", done.Points);
        json.WriteString("entryId", done.Points > 0 ? done.EntryId : null);
        json.WriteEndObject();
    }

    public static void Code(Utf8JsonWriter json, (CustomerId Customer, string Code) it)
    {
        json.WriteStartObject();
        json.WriteString("customerId", it.Customer.Value);
        json.WriteString("code", it.Code);
        json.WriteEndObject();
    }

    public static void Referral(Utf8JsonWriter json, Referral referral)
    {
        json.WriteStartObject();
        // The referee has one referral for ever, and so names it.
        json.WriteString("referralId", referral.Referee.Value);
        json.WriteString("referrerCustomerId", referral.Referrer.Value);
        json.WriteString("refereeCustomerId", referral.Referee.Value);
        json.WriteString("code", referral.Code);
        json.WriteString("status", referral.Status switch
        {
            ReferralStatus.Rewarded => "rewarded",
            ReferralStatus.Refused => "refused",
            _ => "pending",
        });
        json.WriteString("refusal", referral.Refusal is { } why ? InsightMapping.Kebab(why.ToString()) : null);
        json.WriteInstant("createdAt", referral.At);
        json.WriteInstant("decidedAt", referral.DecidedAt);
        json.WriteEndObject();
    }

    public static void Referrals(Utf8JsonWriter json, ShownReferrals shown)
    {
        json.WriteStartObject();
        json.WriteString("code", shown.Code);
        json.WritePropertyName("referredBy");
        if (shown.ReferredBy is { } own)
            Referral(json, own);
        else
            json.WriteNullValue();
        json.WriteStartArray("referrals");
        foreach (var referral in shown.Referrals)
            Referral(json, referral);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Adjustments(Utf8JsonWriter json, IReadOnlyList<AdjustmentView> adjustments)
    {
        json.WriteStartObject();
        json.WriteStartArray("adjustments");
        foreach (var adjustment in adjustments)
            Adjustment(json, adjustment);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Adjustment(Utf8JsonWriter json, AdjustmentView view)
    {
        var stored = view.Stored;
        json.WriteStartObject();
        json.WriteString("adjustmentId", view.Id.Value);
        json.WriteString("customerId", view.Customer.Value);
        json.WriteString("status", InsightMapping.Kebab(stored.Status.ToString()));
        json.WriteNumber("points", stored.Points);
        json.WriteString("reason", stored.Reason);
        json.WriteString("requestedBy", stored.By);
        json.WriteInstant("requestedAt", LedgerMapping.At(stored.AskedAtMs));
        json.WriteString("decidedBy", stored.DecidedBy);
        json.WriteInstant("decidedAt", stored.DecidedAtMs is { } at ? LedgerMapping.At(at) : null);
        json.WriteString("entryId", stored.Status != AdjustmentStatus.Applied ? null
            : stored.Points > 0 ? EntryIds.Grant(new GrantId($"adjust:{view.Id}"))
            : EntryIds.Deduction(view.Id));
        json.WriteEndObject();
    }
}
