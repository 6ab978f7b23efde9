using System.Text.Json;

namespace Pipeline.Runtime.Loyalty.Storage;

internal sealed class AccountReader : StoredReader<AccountDocument>
{
    public static readonly AccountReader Instance = new();

    protected override bool TryRead(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, AccountDocument into) =>
        ReadLedger(ref json, name, into) || ReadInsight(ref json, name, into) || ReadRest(ref json, name, into);

    private static bool ReadLedger(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, AccountDocument account)
    {
        if (name.SequenceEqual("n"u8))
            account.Entries = JsonValues.Long(ref json);
        else if (name.SequenceEqual("head"u8))
            account.Head = JsonValues.Text(ref json);
        else if (name.SequenceEqual("hh"u8))
            account.HeadHash = JsonValues.Text(ref json);
        else if (name.SequenceEqual("hf"u8))
            account.HashedFrom = JsonValues.Long(ref json);
        else if (name.SequenceEqual("deficit"u8))
            account.Deficit = JsonValues.Long(ref json);
        else if (name.SequenceEqual("latest"u8))
            account.LatestThrough = JsonValues.Long(ref json);
        else if (name.SequenceEqual("ordered"u8))
            account.OrderedThrough = JsonValues.Long(ref json);
        else if (name.SequenceEqual("expired"u8))
            account.ExpiredThrough = JsonValues.Long(ref json);
        else if (name.SequenceEqual("lots"u8))
            account.Lots = LotsReader.Instance.ReadNext(ref json);
        else
            return false;
        return true;
    }

    private static bool ReadInsight(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, AccountDocument account)
    {
        if (name.SequenceEqual("rh"u8))
            account.Rhythm = RhythmReader.Instance.ReadNext(ref json);
        else if (name.SequenceEqual("fl"u8))
            account.Flows = JsonValues.Longs(ref json);
        else if (name.SequenceEqual("look"u8))
            account.InsightDueAt = JsonValues.LongOrNull(ref json);
        else if (name.SequenceEqual("fb"u8))
            account.HasFeedback = JsonValues.Bool(ref json);
        else if (name.SequenceEqual("bd"u8))
            account.BirthdayDueAt = JsonValues.LongOrNull(ref json);
        else if (name.SequenceEqual("rd"u8))
            account.ReferralDueAt = JsonValues.LongOrNull(ref json);
        else if (name.SequenceEqual("tell"u8))
            account.NoticeDueAt = JsonValues.LongOrNull(ref json);
        else
            return false;
        return true;
    }

    /// <summary>What fewer accounts have; its parts are left to the serializer.</summary>
    private static bool ReadRest(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, AccountDocument account)
    {
        if (name.SequenceEqual("holds"u8))
            account.Holds = JsonSerializer.Deserialize(ref json, LedgerJson.Default.HoldDocumentArray);
        else if (name.SequenceEqual("waiting"u8))
            account.Waiting = JsonValues.Texts(ref json);
        else if (name.SequenceEqual("profile"u8))
            account.Profile = JsonSerializer.Deserialize(ref json, LedgerJson.Default.ProfileDocument);
        else if (name.SequenceEqual("ti"u8))
            account.Tiers = JsonSerializer.Deserialize(ref json, LedgerJson.Default.TierDocument);
        else if (name.SequenceEqual("tn"u8))
            account.TierName = JsonValues.Text(ref json);
        else if (name.SequenceEqual("td"u8))
            account.TierSince = JsonValues.Int(ref json);
        else
            return false;
        return true;
    }

    private sealed class LotsReader : StoredReader<LotColumns>
    {
        public static readonly LotsReader Instance = new();

        protected override bool TryRead(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, LotColumns into)
        {
            if (name.SequenceEqual("id"u8))
                into.Ids = JsonValues.Texts(ref json) ?? [];
            else if (name.SequenceEqual("p"u8))
                into.Points = JsonValues.Longs(ref json) ?? [];
            else if (name.SequenceEqual("da"u8))
                into.ActiveSteps = JsonValues.Longs(ref json);
            else if (name.SequenceEqual("de"u8))
                into.ExpirySteps = JsonValues.Longs(ref json);
            else if (name.SequenceEqual("a"u8))
                into.ActiveAt = JsonValues.Longs(ref json);
            else if (name.SequenceEqual("e"u8))
                into.ExpiresAt = JsonValues.Longs(ref json);
            else
                return false;
            return true;
        }
    }
}
