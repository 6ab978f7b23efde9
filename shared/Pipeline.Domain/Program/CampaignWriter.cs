using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>Writes campaigns by id. What a campaign does not ask for is left out: its absence says the same.</summary>
public static class CampaignWriter
{
    internal static void Write(Utf8JsonWriter json, ImmutableArray<Campaign> campaigns)
    {
        if (campaigns.IsEmpty)
            return;
        json.WriteStartArray("campaigns");
        foreach (var campaign in campaigns)
        {
            json.WriteStartObject();
            WriteFields(json, campaign);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The fields of one campaign as the document has them, into an object that is open.</summary>
    public static void WriteFields(Utf8JsonWriter json, Campaign campaign)
    {
        json.WriteString("id", campaign.Id);
        json.WriteString("name", campaign.Name);
        WriteEffect(json, campaign.Effect);
        WriteConditions(json, campaign.When);
        WriteWindow(json, campaign.Window);
        WriteCaps(json, campaign.Caps);
        if (campaign.Stacking.Group.Length == 0)
            return;
        json.WriteStartObject("stacking");
        json.WriteString("group", campaign.Stacking.Group);
        json.WriteString("mode", ProgramWords.WordOf(CampaignWords.Modes, campaign.Stacking.Mode));
        if (campaign.Stacking.Priority != 0)
            json.WriteNumber("priority", campaign.Stacking.Priority);
        json.WriteEndObject();
    }

    private static void WriteEffect(Utf8JsonWriter json, CampaignEffect effect)
    {
        json.WriteStartObject("effect");
        switch (effect)
        {
            case CampaignEffect.Multiplier multiplier:
                json.WriteString("kind", CampaignWords.Multiplier);
                ProgramWriter.WriteRate(json, "factor", multiplier.Factor);
                break;
            case CampaignEffect.Bonus bonus:
                json.WriteString("kind", CampaignWords.Bonus);
                json.WriteNumber("points", bonus.Points);
                break;
            case CampaignEffect.EverySpend every:
                json.WriteString("kind", CampaignWords.EverySpend);
                json.WriteString("currency", every.Currency.Code);
                json.WriteNumber("amount", every.Amount);
                json.WriteNumber("points", every.Points);
                break;
            case CampaignEffect.SpendSteps steps:
                json.WriteString("kind", CampaignWords.SpendSteps);
                json.WriteString("currency", steps.Currency.Code);
                WriteSteps(json, steps.Steps);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteSteps(Utf8JsonWriter json, ImmutableArray<SpendStep> steps)
    {
        json.WriteStartArray("steps");
        foreach (var step in steps)
        {
            json.WriteStartObject();
            json.WriteNumber("from", step.From);
            json.WriteNumber("points", step.Points);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteConditions(Utf8JsonWriter json, CampaignConditions when)
    {
        json.WriteStartObject("when");
        Texts(json, "currencies", when.Currencies.Select(static currency => currency.Code));
        Texts(json, "channels", when.Channels);
        Texts(json, "categories", when.Categories);
        Texts(json, "skus", when.Skus);
        if (when.MinimumSpend.Count > 0)
        {
            json.WriteStartObject("minimumSpend");
            foreach (var (currency, least) in when.MinimumSpend.OrderBy(static pair => pair.Key))
                json.WriteNumber(currency.Code, least);
            json.WriteEndObject();
        }
        if (when.FirstPurchase)
            json.WriteBoolean("firstPurchase", true);
        Number(json, "order", when.Order);
        Number(json, "everyOrders", when.EveryOrders);
        Number(json, "newCustomerDays", when.NewCustomerDays);
        if (when.BirthdayMonth)
            json.WriteBoolean("birthdayMonth", true);
        Texts(json, "tiers", when.Tiers);
        Texts(json, "stages", when.Stages.Select(InsightCounters.NameOf));
        Texts(json, "segments", when.Segments.Select(InsightCounters.NameOf));
        json.WriteEndObject();
    }

    private static void WriteWindow(Utf8JsonWriter json, CampaignWindow window)
    {
        json.WriteStartObject("window");
        if (window.From is { } from)
            json.WriteString("from", from.ToString(CampaignWords.WallForm, CultureInfo.InvariantCulture));
        if (window.To is { } to)
            json.WriteString("to", to.ToString(CampaignWords.WallForm, CultureInfo.InvariantCulture));
        if (window.DaysOfWeek.Count > 0)
        {
            json.WriteStartArray("daysOfWeek");
            foreach (var (word, _) in CampaignWords.Days.Where(day => window.DaysOfWeek.Contains(day.Value)))
                json.WriteStringValue(word);
            json.WriteEndArray();
        }
        Numbers(json, "daysOfMonth", window.DaysOfMonth);
        Numbers(json, "months", window.Months);
        if (window.Hours is { } hours)
        {
            json.WriteStartObject("hours");
            json.WriteString("from", hours.From.ToString(CampaignWords.HourForm, CultureInfo.InvariantCulture));
            json.WriteString("to", hours.To.ToString(CampaignWords.HourForm, CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteCaps(Utf8JsonWriter json, CampaignCaps caps)
    {
        json.WriteStartObject("caps");
        Number(json, "pointsPerOrder", caps.PerOrder);
        Number(json, "pointsPerCustomer", caps.PerCustomer);
        Number(json, "pointsPerCustomerPerDay", caps.PerCustomerDay);
        Number(json, "budget", caps.Budget);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        if (texts.Any())
            ProgramWriter.WriteTexts(json, name, texts);
    }

    private static void Number(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } some)
            json.WriteNumber(name, some);
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlySet<int> numbers)
    {
        if (numbers.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var number in numbers.Order())
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
