using System.Text.Json;
using Pipeline.Runtime.Loyalty.Storage;

namespace Pipeline.Runtime.Insight;

internal sealed class StoredInsightReader : StoredReader<InsightDocument>
{
    protected override bool TryRead(ref Utf8JsonReader json, InsightDocument into)
    {
        if (json.ValueTextEquals("slot"u8))
            into.Slot = JsonValues.Int(ref json);
        else if (json.ValueTextEquals("now"u8))
            into.Now = RowReader.Instance.ReadNext(ref json) ?? new();
        else if (json.ValueTextEquals("before"u8))
            into.Before = RowReader.Instance.ReadNext(ref json);
        else if (json.ValueTextEquals("since"u8))
            into.Since = JsonValues.Int(ref json);
        else if (json.ValueTextEquals("why"u8))
            into.Why = JsonValues.Text(ref json);
        else if (json.ValueTextEquals("model"u8))
            into.Model = JsonValues.Text(ref json);
        else if (json.ValueTextEquals("ended"u8))
            into.Ended = JsonSerializer.Deserialize(ref json, InsightJson.Default.EndedRow);
        else
            return false;
        return true;
    }

    private sealed class RowReader : StoredReader<InsightRow>
    {
        public static readonly RowReader Instance = new();

        protected override bool TryRead(ref Utf8JsonReader json, InsightRow into)
        {
            if (json.ValueTextEquals("s"u8))
                into.Stage = JsonValues.Text(ref json) ?? "";
            else if (json.ValueTextEquals("co"u8))
                into.Cohort = JsonValues.Int(ref json);
            else if (json.ValueTextEquals("r"u8))
                into.Rfm = JsonValues.Int(ref json);
            else if (json.ValueTextEquals("cur"u8))
                into.Currency = JsonValues.Text(ref json);
            else if (json.ValueTextEquals("a"u8))
                into.Alive = JsonValues.Double(ref json);
            else if (json.ValueTextEquals("x"u8))
                into.Expected = JsonValues.Double(ref json);
            else if (json.ValueTextEquals("v"u8))
                into.YearMinor = JsonValues.Long(ref json);
            else if (json.ValueTextEquals("c"u8))
                into.Churn = JsonValues.DoubleOrNull(ref json);
            else if (json.ValueTextEquals("p"u8))
                into.Points = JsonValues.Longs(ref json);
            else if (json.ValueTextEquals("w"u8))
                into.Warning = JsonSerializer.Deserialize(ref json, InsightJson.Default.WarningRow);
            else
                return false;
            return true;
        }
    }
}
