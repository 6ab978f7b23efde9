using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;

namespace Pipeline.Runtime.Contracts;

/// <summary>What is told of campaigns.</summary>
internal static class CampaignStateJson
{
    public static void Campaigns(Utf8JsonWriter json, IReadOnlyList<CampaignView> views)
    {
        json.WriteStartObject();
        json.WriteStartArray("campaigns");
        foreach (var view in views)
            Campaign(json, view);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Campaign(Utf8JsonWriter json, CampaignView view)
    {
        json.WriteStartObject();
        json.WriteString("campaignId", view.Campaign.Id);
        json.WriteBoolean("running", view.IsRunning);
        json.WriteNumber("programVersion", view.ProgramVersion);
        if (view.Budget is { } budget)
        {
            json.WriteStartObject("budget");
            json.WriteNumber("points", budget.Budget);
            json.WriteNumber("issued", budget.Issued);
            json.WriteNumber("left", budget.Left);
            json.WriteNumber("purchases", budget.Purchases);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("budget");
        }

        json.WriteStartObject("rules");
        CampaignWriter.WriteFields(json, view.Campaign);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
