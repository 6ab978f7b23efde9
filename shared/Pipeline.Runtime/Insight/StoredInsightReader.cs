using System.Text.Json;
using Pipeline.Runtime.Loyalty.Storage;

namespace Pipeline.Runtime.Insight;

/// <param name="slot">Only of the insight that this slot wrote is read what was said before it; null: of each.</param>
internal sealed class StoredInsightReader(int? slot) : StoredReader<InsightDocument>
{
    public static readonly StoredInsightReader All = new(slot: null);

    protected override bool TryRead(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, InsightDocument into)
    {
        if (name.SequenceEqual("slot"u8))
            into.Slot = JsonValues.Int(ref json);
        else if (name.SequenceEqual("now"u8))
            into.Now = RowReader.Instance.ReadNext(ref json) ?? new();
        else if (name.SequenceEqual("before"u8) && (slot is null || into.Slot == slot || into.Slot == 0))
            into.Before = RowReader.Instance.ReadNext(ref json);
        else if (name.SequenceEqual("since"u8))
            into.Since = JsonValues.Int(ref json);
        else if (name.SequenceEqual("why"u8))
            into.Why = JsonValues.Text(ref json);
        else if (name.SequenceEqual("model"u8))
            into.Model = JsonValues.Text(ref json);
        else if (name.SequenceEqual("ended"u8))
            into.Ended = JsonSerializer.Deserialize(ref json, InsightJson.Default.EndedRow);
        else
            return false;
        return true;
    }

    private sealed class RowReader : StoredReader<InsightRow>
    {
        public static readonly RowReader Instance = new();

        protected override bool TryRead(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, InsightRow into)
        {
            if (name.SequenceEqual("s"u8))
                into.Stage = JsonValues.Text(ref json) ?? "";
            else if (name.SequenceEqual("co"u8))
                into.Cohort = JsonValues.Int(ref json);
            else if (name.SequenceEqual("r"u8))
                into.Rfm = JsonValues.Int(ref json);
            else if (name.SequenceEqual("cur"u8))
                into.Currency = JsonValues.Text(ref json);
            else if (name.SequenceEqual("a"u8))
                into.Alive = JsonValues.Double(ref json);
            else if (name.SequenceEqual("x"u8))
                into.Expected = JsonValues.Double(ref json);
            else if (name.SequenceEqual("v"u8))
                into.YearMinor = JsonValues.Long(ref json);
            else if (name.SequenceEqual("c"u8))
                into.Churn = JsonValues.DoubleOrNull(ref json);
            else if (name.SequenceEqual("p"u8))
                into.Points = JsonValues.Longs(ref json);
            else if (name.SequenceEqual("w"u8))
                into.Warning = JsonSerializer.Deserialize(ref json, InsightJson.Default.WarningRow);
            else
                return false;
            return true;
        }
    }
}
