using System.Text.Json;

namespace Pipeline.Runtime.Loyalty.Storage;

internal sealed class RhythmReader : StoredReader<RhythmDocument>
{
    public static readonly RhythmReader Instance = new();

    protected override bool TryRead(ref Utf8JsonReader json, RhythmDocument into) =>
        ReadPurchases(ref json, into) || ReadRest(ref json, into);

    private static bool ReadPurchases(ref Utf8JsonReader json, RhythmDocument rhythm)
    {
        if (json.ValueTextEquals("n"u8))
            rhythm.Days = JsonValues.Int(ref json);
        else if (json.ValueTextEquals("f"u8))
            rhythm.FirstDay = JsonValues.Int(ref json);
        else if (json.ValueTextEquals("d"u8))
            rhythm.RecentDays = JsonValues.Ints(ref json);
        else if (json.ValueTextEquals("m"u8))
            rhythm.RecentNets = JsonValues.Longs(ref json);
        else if (json.ValueTextEquals("l"u8))
            rhythm.RecentLines = JsonValues.Ints(ref json);
        else if (json.ValueTextEquals("u"u8))
            rhythm.RecentUnits = JsonValues.Longs(ref json);
        else if (json.ValueTextEquals("lines"u8))
            rhythm.EarlierLines = JsonValues.Long(ref json);
        else if (json.ValueTextEquals("units"u8))
            rhythm.EarlierUnits = JsonValues.Long(ref json);
        else
            return false;
        return true;
    }

    private static bool ReadRest(ref Utf8JsonReader json, RhythmDocument rhythm)
    {
        if (json.ValueTextEquals("c"u8))
            rhythm.Currencies = JsonValues.Texts(ref json);
        else if (json.ValueTextEquals("s"u8))
            rhythm.Spend = JsonValues.Longs(ref json);
        else if (json.ValueTextEquals("g"u8))
            rhythm.Categories = JsonValues.Texts(ref json);
        else if (json.ValueTextEquals("k"u8))
            rhythm.CategoryCounts = JsonValues.Ints(ref json);
        else if (json.ValueTextEquals("more"u8))
            rhythm.HasDroppedCategory = JsonValues.Bool(ref json);
        else if (json.ValueTextEquals("back"u8))
            rhythm.FirstReturn = JsonValues.Int(ref json);
        else if (json.ValueTextEquals("paid"u8))
            rhythm.Redemptions = JsonValues.Int(ref json);
        else if (json.ValueTextEquals("paidOn"u8))
            rhythm.LastRedemption = JsonValues.Int(ref json);
        else
            return false;
        return true;
    }
}
