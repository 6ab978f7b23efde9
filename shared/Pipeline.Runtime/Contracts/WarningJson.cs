using System.Text.Json;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Contracts;

/// <summary>What is told of a churn warning: in its list, and as an event's data.</summary>
internal static class WarningJson
{
    public static void Warnings(Utf8JsonWriter json, IReadOnlyList<WarningView> warnings)
    {
        json.WriteStartObject();
        json.WriteStartArray("warnings");
        foreach (var view in warnings)
            Warning(json, view);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Stage(Utf8JsonWriter json, (string Customer, StageChange Change) of)
    {
        json.WriteStartObject();
        json.WriteString("customerId", of.Customer);
        json.WriteDate("date", of.Change.On);
        json.WriteString("from", of.Change.From);
        json.WriteString("to", of.Change.To);
        json.WriteString("reason", of.Change.Reason);
        json.WriteEndObject();
    }

    public static void Warning(Utf8JsonWriter json, WarningView view)
    {
        var warning = view.Warning;
        json.WriteStartObject();
        json.WriteString("customerId", view.Customer);
        json.WriteDate("openedOn", warning.OpenedOn);
        json.WriteString("status", warning.ClosedOn is null ? "open" : "closed");
        json.WriteNumber("score", warning.Score);
        json.WriteNumber("horizonDays", warning.HorizonDays);
        json.WriteNumber("logOdds", Math.Round(warning.Base + warning.Contributions.Sum(static part => part.LogOdds), 4));
        json.WriteNumber("base", warning.Base);
        json.WriteStartArray("contributions");
        foreach (var part in warning.Contributions)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteNumber("logOdds", part.LogOdds);
            json.WriteString("detail", part.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("cause", warning.Cause);
        json.WriteString("action", warning.Action);
        json.WriteString("currency", warning.Currency);
        json.WriteNumber("budget", warning.BudgetMinor);
        json.WriteBoolean("heldOut", warning.IsHeldOut);
        json.WriteStartArray("evidence");
        foreach (var one in warning.Evidence)
        {
            json.WriteStartObject();
            json.WriteDate("date", one.Day);
            json.WriteString("what", one.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", warning.Model);
        json.WriteString("caseId", warning.Case);
        json.WriteDate("closedOn", warning.ClosedOn);
        json.WriteString("outcome", warning.Outcome);
        json.WriteEndObject();
    }
}
