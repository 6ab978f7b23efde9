using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Contracts;

/// <summary>What is told of a customer.</summary>
internal static class CustomerJson
{
    public static void Customer(Utf8JsonWriter json, CustomerView view)
    {
        json.WriteStartObject();
        json.WriteString("customerId", view.Customer.Value);
        json.WritePropertyName("profile");
        WriteProfile(json, view.Profile);
        json.WriteStartObject("balance");
        WriteSums(json, view.Balance);
        json.WriteStartArray("expiring");
        foreach (var part in view.Expiring)
        {
            json.WriteStartObject();
            json.WriteNumber("points", part.Points);
            json.WriteInstant("expiresAt", part.ExpiresAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        TierJson.Standing(json, view.Tier);
        CustomerInsightJson.Lifecycle(json, view.Insight);
        CustomerInsightJson.Value(json, view.Insight);
        json.WritePropertyName("satisfaction");
        FeedbackJson.Summary(json, view.Satisfaction);
        CustomerInsightJson.Churn(json, view.Insight);
        json.WriteEndObject();
    }

    public static void Balance(Utf8JsonWriter json, Balance balance)
    {
        json.WriteStartObject();
        WriteSums(json, balance);
        json.WriteStartArray("lots");
        foreach (var lot in balance.Lots)
        {
            json.WriteStartObject();
            json.WriteString("lotId", lot.Lot.Id.Value);
            json.WriteNumber("points", lot.Points);
            json.WriteNumber("held", lot.Held);
            json.WriteString("status", lot.IsPending ? "pending" : "active");
            json.WriteInstant("activeAt", lot.Lot.ActiveAt);
            json.WriteInstant("expiresAt", lot.Lot.ExpiresAt);
            json.WriteString("entryId", lot.Lot.Id.EntryId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Ledger(Utf8JsonWriter json, LedgerPage page)
    {
        json.WriteStartObject();
        json.WriteStartArray("entries");
        foreach (var entry in page.Entries)
            Entry(json, entry);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A line of the ledger: in its answer, and as an event's data.</summary>
    public static void Entry(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject();
        json.WriteString("entryId", entry.Id);
        json.WriteString("type", entry.Type);
        json.WriteNumber("points", entry.Points);
        json.WriteInstant("occurredAt", entry.OccurredAt);
        json.WriteInstant("recordedAt", entry.RecordedAt);
        json.WriteString("reference", entry.Reference);
        json.WriteString("reason", ReasonOf(entry));
        CheckoutJson.WriteLots(json, entry.Lots);
        if (entry.Fact is Fact.Granted { Rule: { } rule } granted)
            MemberJson.GrantAwards(json, rule, granted.Points, entry.Reason);
        json.WriteEndObject();
    }

    /// <summary>An award's reasons stand in its parts.</summary>
    private static string ReasonOf(Entry entry) => entry is { Reason.Length: 0, Fact: Fact.Purchased purchase }
        ? string.Join("; ", purchase.Awards.Select(static part => part.Reason))
        : entry.Reason;

    private static void WriteSums(Utf8JsonWriter json, Balance balance)
    {
        json.WriteNumber("spendable", balance.Spendable);
        json.WriteNumber("pending", balance.Pending);
        json.WriteNumber("held", balance.Held);
        json.WriteNumber("deficit", balance.Deficit);
    }

    private static void WriteProfile(Utf8JsonWriter json, Profile? profile)
    {
        if (profile is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("name", profile.Name);
        json.WriteString("email", profile.Email);
        json.WriteString("phone", profile.Phone);
        json.WriteDate("birthday", profile.Birthday);
        json.WriteString("locale", profile.Locale);
        json.WriteString("country", profile.Country);
        json.WriteStartObject("attributes");
        foreach (var (name, value) in profile.Attributes)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
