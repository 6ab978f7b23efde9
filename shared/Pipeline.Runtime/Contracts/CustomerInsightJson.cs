using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Contracts;

/// <summary>What is told of a customer's insight.</summary>
internal static class CustomerInsightJson
{
    private const int Decimals = 4;

    public static void Lifecycle(Utf8JsonWriter json, CustomerInsightView? view)
    {
        json.WritePropertyName("lifecycle");
        if (view is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("stage", InsightCounters.NameOf(view.Insight.Stage));
        json.WriteDate("since", view.Since);
        json.WriteString("reason", view.Reason);
        if (view.Insight.Rfm is { } rfm)
        {
            json.WriteString("segment", InsightCounters.NameOf(rfm.Segment));
            json.WriteStartObject("rfm");
            json.WriteNumber("recency", rfm.Recency);
            json.WriteNumber("frequency", rfm.Frequency);
            json.WriteNumber("monetary", rfm.Monetary);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("segment");
            json.WriteNull("rfm");
        }

        json.WriteDate("asOf", view.AsOf);
        json.WriteEndObject();
    }

    public static void Value(Utf8JsonWriter json, CustomerInsightView? view)
    {
        json.WritePropertyName("value");
        if (view?.Insight.Value is not { } value)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("currency", value.Currency.Code);
        json.WriteNumber("nextYear", value.YearMinor);
        json.WriteNumber("expectedPurchases", value.ExpectedPurchases);
        json.WriteNumber("horizonDays", view.HorizonDays);
        json.WriteNumber("alive", value.Alive);
        json.WriteDate("asOf", view.AsOf);
        json.WriteEndObject();
    }

    public static void Churn(Utf8JsonWriter json, CustomerInsightView? view)
    {
        json.WritePropertyName("churn");
        if (view?.Insight.Churn is not { } score)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("score", score);
        json.WriteNumber("horizonDays", view.HorizonDays);
        json.WriteDate("asOf", view.AsOf);
        json.WriteString("model", view.Model);
        if (view.Churn is { } churn)
        {
            json.WriteNumber("logOdds", Math.Round(LogisticModel.LogOddsOf(churn.Probability), Decimals));
            json.WriteNumber("base", Math.Round(churn.Base, Decimals));
            json.WriteStartArray("contributions");
            foreach (var part in churn.Contributions)
            {
                json.WriteStartObject();
                json.WriteString("name", part.Name);
                json.WriteNumber("logOdds", Math.Round(part.LogOdds, Decimals));
                json.WriteString("detail", part.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
