using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tiers;

/// <summary>Notices in a customer's partition: each is written once, under an id that says what of, and never changes.</summary>
internal static class NoticeKinds
{
    public const string Notice = "notice";

    private static readonly string[] Prefixes =
        ["tier-reached:", "tier-will-drop:", "tier-dropped:", "points-expiring:", Domain.Notice.RewardReady.Prefix];

    /// <summary>Notices, signals and entries of a customer have different ids.</summary>
    public static bool IsNotice(string id) =>
        Array.Exists(Prefixes, prefix => id.StartsWith(prefix, StringComparison.Ordinal));

    public static DocumentKey Of(CustomerId customer, string id) => new(customer.Value, Notice, id);
}

/// <summary>A notice as it is stored; which fields are there is its type's business.</summary>
internal sealed class NoticeDocument
{
    [JsonPropertyName("at")]
    public long AtMs { get; set; }

    [JsonPropertyName("on")]
    public int On { get; set; }

    [JsonPropertyName("level")]
    public string? Level { get; set; }

    [JsonPropertyName("from")]
    public string? From { get; set; }

    [JsonPropertyName("rank")]
    public int Rank { get; set; }

    /// <summary>The day number of what is told beforehand.</summary>
    [JsonPropertyName("day")]
    public int Day { get; set; }

    [JsonPropertyName("days")]
    public int Days { get; set; }

    [JsonPropertyName("missing")]
    public long Missing { get; set; }

    [JsonPropertyName("begins")]
    public int Begins { get; set; }

    [JsonPropertyName("by")]
    public int By { get; set; }

    [JsonPropertyName("points")]
    public long Points { get; set; }

    [JsonPropertyName("expires")]
    public long ExpiresAtMs { get; set; }

    /// <summary>A reward's.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; set; }

    [JsonPropertyName("had")]
    public long Spendable { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(NoticeDocument))]
internal sealed partial class NoticeJsonContext : JsonSerializerContext;

internal static class NoticeMapping
{
    /// <param name="at">When it is told: the commit's or the night's stamp, the same however often either is done.</param>
    public static Write.Create Write(Notice notice, DateTimeOffset at) => new(
        NoticeKinds.Notice, notice.Id,
        JsonSerializer.SerializeToUtf8Bytes(Document(notice, at), NoticeJsonContext.Default.NoticeDocument));

    public static DateTimeOffset RecordedAt(Document document) => LedgerMapping.At(Stored(document).AtMs);

    public static Notice Read(Document document)
    {
        var stored = Stored(document);
        var on = DateOnly.FromDayNumber(stored.On);
        return document.Key.Id[..document.Key.Id.IndexOf(':', StringComparison.Ordinal)] switch
        {
            "tier-reached" => new Notice.TierReached(stored.From, stored.Level!, stored.Rank) { On = on },
            "tier-dropped" => new Notice.TierDropped(stored.From!, stored.Level!, stored.Rank) { On = on },
            "tier-will-drop" => new Notice.TierWillDrop(
                stored.From!, stored.Rank, DateOnly.FromDayNumber(stored.Day), stored.Level!,
                stored.By == 0 ? null : new TierMissing(
                    stored.From!, stored.Missing, DayOrNone(stored.Begins), DayOrNone(stored.By)))
            {
                On = on,
            },
            "points-expiring" => new Notice.PointsExpiring(
                stored.Days, stored.Points, DateOnly.FromDayNumber(stored.Day), LedgerMapping.At(stored.ExpiresAtMs))
            {
                On = on,
            },
            "reward-ready" => new Notice.RewardReady(
                new RewardId(document.Key.Id[Notice.RewardReady.Prefix.Length..]), stored.Name!, stored.Points, stored.Spendable)
            {
                On = on,
            },
            _ => throw LedgerMapping.Corrupt("notice"),
        };
    }

    private static DateOnly? DayOrNone(int day) => day == 0 ? null : DateOnly.FromDayNumber(day);

    private static NoticeDocument Stored(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, NoticeJsonContext.Default.NoticeDocument)
            ?? throw LedgerMapping.Corrupt("notice");

    private static NoticeDocument Document(Notice notice, DateTimeOffset at)
    {
        var stored = new NoticeDocument { AtMs = LedgerMapping.Ms(at), On = notice.On.DayNumber };
        switch (notice)
        {
            case Notice.TierReached reached:
                (stored.From, stored.Level, stored.Rank) = (reached.From, reached.Level, reached.Rank);
                break;
            case Notice.TierDropped dropped:
                (stored.From, stored.Level, stored.Rank) = (dropped.From, dropped.Level, dropped.Rank);
                break;
            case Notice.TierWillDrop drop:
                (stored.From, stored.Level, stored.Rank, stored.Day) = (drop.Level, drop.To, drop.Rank, drop.Drops.DayNumber);
                stored.Missing = drop.Keep?.Missing ?? 0;
                (stored.Begins, stored.By) = (drop.Keep?.From?.DayNumber ?? 0, drop.Keep?.By?.DayNumber ?? 0);
                break;
            case Notice.PointsExpiring expiring:
                (stored.Days, stored.Points) = (expiring.Days, expiring.Points);
                (stored.Day, stored.ExpiresAtMs) = (expiring.Expires.DayNumber, LedgerMapping.Ms(expiring.ExpiresAt));
                break;
            case Notice.RewardReady ready:
                (stored.Name, stored.Points, stored.Spendable) = (ready.Name, ready.Points, ready.Spendable);
                break;
            default:
                throw new InvalidOperationException($"Unknown notice {notice.GetType().Name}.");
        }

        return stored;
    }
}
