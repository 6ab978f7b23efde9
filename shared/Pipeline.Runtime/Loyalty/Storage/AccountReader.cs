using System.Text.Json;

namespace Pipeline.Runtime.Loyalty.Storage;

internal sealed class AccountReader : StoredReader<AccountDocument>
{
    protected override bool TryRead(ref Utf8JsonReader json, AccountDocument into) =>
        ReadLedger(ref json, into) || ReadInsight(ref json, into) || ReadRest(ref json, into);

    private static bool ReadLedger(ref Utf8JsonReader json, AccountDocument account)
    {
        if (json.ValueTextEquals("n"u8))
            account.Entries = JsonValues.Long(ref json);
        else if (json.ValueTextEquals("head"u8))
            account.Head = JsonValues.Text(ref json);
        else if (json.ValueTextEquals("hh"u8))
            account.HeadHash = JsonValues.Text(ref json);
        else if (json.ValueTextEquals("hf"u8))
            account.HashedFrom = JsonValues.Long(ref json);
        else if (json.ValueTextEquals("deficit"u8))
            account.Deficit = JsonValues.Long(ref json);
        else if (json.ValueTextEquals("latest"u8))
            account.LatestThrough = JsonValues.Long(ref json);
        else if (json.ValueTextEquals("ordered"u8))
            account.OrderedThrough = JsonValues.Long(ref json);
        else if (json.ValueTextEquals("expired"u8))
            account.ExpiredThrough = JsonValues.Long(ref json);
        else if (json.ValueTextEquals("lots"u8))
            account.Lots = LotsReader.Instance.ReadNext(ref json);
        else
            return false;
        return true;
    }

    private static bool ReadInsight(ref Utf8JsonReader json, AccountDocument account)
    {
        if (json.ValueTextEquals("rh"u8))
            account.Rhythm = RhythmReader.Instance.ReadNext(ref json);
        else if (json.ValueTextEquals("fl"u8))
            account.Flows = JsonValues.Longs(ref json);
        else if (json.ValueTextEquals("look"u8))
            account.InsightDueAt = JsonValues.LongOrNull(ref json);
        else if (json.ValueTextEquals("fb"u8))
            account.HasFeedback = JsonValues.Bool(ref json);
        else if (json.ValueTextEquals("bd"u8))
            account.BirthdayDueAt = JsonValues.LongOrNull(ref json);
        else if (json.ValueTextEquals("rd"u8))
            account.ReferralDueAt = JsonValues.LongOrNull(ref json);
        else if (json.ValueTextEquals("tell"u8))
            account.NoticeDueAt = JsonValues.LongOrNull(ref json);
        else
            return false;
        return true;
    }

    /// <summary>What fewer accounts have; its parts are left to the serializer.</summary>
    private static bool ReadRest(ref Utf8JsonReader json, AccountDocument account)
    {
        if (json.ValueTextEquals("holds"u8))
            account.Holds = JsonSerializer.Deserialize(ref json, LedgerJson.Default.HoldDocumentArray);
        else if (json.ValueTextEquals("waiting"u8))
            account.Waiting = JsonValues.Texts(ref json);
        else if (json.ValueTextEquals("profile"u8))
            account.Profile = JsonSerializer.Deserialize(ref json, LedgerJson.Default.ProfileDocument);
        else if (json.ValueTextEquals("ti"u8))
            account.Tiers = JsonSerializer.Deserialize(ref json, LedgerJson.Default.TierDocument);
        else if (json.ValueTextEquals("tn"u8))
            account.TierName = JsonValues.Text(ref json);
        else if (json.ValueTextEquals("td"u8))
            account.TierSince = JsonValues.Int(ref json);
        else
            return false;
        return true;
    }

    private sealed class LotsReader : StoredReader<LotColumns>
    {
        public static readonly LotsReader Instance = new();

        protected override bool TryRead(ref Utf8JsonReader json, LotColumns into)
        {
            if (json.ValueTextEquals("id"u8))
                into.Ids = JsonValues.Texts(ref json) ?? [];
            else if (json.ValueTextEquals("p"u8))
                into.Points = JsonValues.Longs(ref json) ?? [];
            else if (json.ValueTextEquals("da"u8))
                into.ActiveSteps = JsonValues.Longs(ref json);
            else if (json.ValueTextEquals("de"u8))
                into.ExpirySteps = JsonValues.Longs(ref json);
            else if (json.ValueTextEquals("a"u8))
                into.ActiveAt = JsonValues.Longs(ref json);
            else if (json.ValueTextEquals("e"u8))
                into.ExpiresAt = JsonValues.Longs(ref json);
            else
                return false;
            return true;
        }
    }
}
