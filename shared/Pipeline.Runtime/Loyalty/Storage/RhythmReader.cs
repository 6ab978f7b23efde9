using System.Text.Json;

namespace Pipeline.Runtime.Loyalty.Storage;

internal sealed class RhythmReader : StoredReader<RhythmDocument>
{
    public static readonly RhythmReader Instance = new();

    protected override bool TryRead(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, RhythmDocument into) =>
        ReadPurchases(ref json, name, into) || ReadRest(ref json, name, into);

    private static bool ReadPurchases(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, RhythmDocument rhythm)
    {
        if (name.SequenceEqual("n"u8))
            rhythm.Days = JsonValues.Int(ref json);
        else if (name.SequenceEqual("f"u8))
            rhythm.FirstDay = JsonValues.Int(ref json);
        else if (name.SequenceEqual("d"u8))
            rhythm.RecentDays = JsonValues.Ints(ref json);
        else if (name.SequenceEqual("m"u8))
            rhythm.RecentNets = JsonValues.Longs(ref json);
        else if (name.SequenceEqual("l"u8))
            rhythm.RecentLines = JsonValues.Ints(ref json);
        else if (name.SequenceEqual("u"u8))
            rhythm.RecentUnits = JsonValues.Longs(ref json);
        else if (name.SequenceEqual("lines"u8))
            rhythm.EarlierLines = JsonValues.Long(ref json);
        else if (name.SequenceEqual("units"u8))
            rhythm.EarlierUnits = JsonValues.Long(ref json);
        else
            return false;
        return true;
    }

    private static bool ReadRest(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, RhythmDocument rhythm)
    {
        if (name.SequenceEqual("c"u8))
            rhythm.Currencies = JsonValues.Texts(ref json);
        else if (name.SequenceEqual("s"u8))
            rhythm.Spend = JsonValues.Longs(ref json);
        else if (name.SequenceEqual("g"u8))
            rhythm.Categories = JsonValues.Texts(ref json);
        else if (name.SequenceEqual("k"u8))
            rhythm.CategoryCounts = JsonValues.Ints(ref json);
        else if (name.SequenceEqual("more"u8))
            rhythm.HasDroppedCategory = JsonValues.Bool(ref json);
        else if (name.SequenceEqual("back"u8))
            rhythm.FirstReturn = JsonValues.Int(ref json);
        else if (name.SequenceEqual("paid"u8))
            rhythm.Redemptions = JsonValues.Int(ref json);
        else if (name.SequenceEqual("paidOn"u8))
            rhythm.LastRedemption = JsonValues.Int(ref json);
        else
            return false;
        return true;
    }
}

/// <summary>Of an account only its rhythm, and what the rhythm leaves out where the account says it.</summary>
internal sealed class AccountRhythmReader : StoredReader<AccountRhythmDocument>
{
    public static readonly AccountRhythmReader Instance = new();

    protected override bool TryRead(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, AccountRhythmDocument into)
    {
        if (name.SequenceEqual("n"u8))
            into.Entries = JsonValues.Long(ref json);
        else if (name.SequenceEqual("rh"u8))
            into.Rhythm = RhythmReader.Instance.ReadNext(ref json);
        else
            return false;
        return true;
    }
}
