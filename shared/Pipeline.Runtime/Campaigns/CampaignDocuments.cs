using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <summary>
/// Where campaigns are kept: what a customer had of one in the customer's partition, and a budget in a partition of its own,
/// with the draws on it.
/// </summary>
internal static class CampaignKinds
{
    /// <summary>Of a customer; its id is the campaign.</summary>
    public const string Use = "campaign-use";

    public const string Allowance = "allowance";
    public const string Draw = "campaign-draw";

    /// <summary>
    /// How many parts a budget has, so that instances seldom meet. It is stored in the names of documents and never changes.
    /// </summary>
    public const int Parts = 16;

    public static string PartitionOf(string campaign) => $"~campaign:{campaign}";

    public static string CampaignOf(string partition) => partition["~campaign:".Length..];

    public static DocumentKey UseOf(CustomerId customer, string campaign) => new(customer.Value, Use, campaign);

    public static DocumentKey AllowanceOf(string campaign, int part) =>
        new(PartitionOf(campaign), Allowance, part.ToString("D2", CultureInfo.InvariantCulture));

    /// <summary>The hash of both names, which together may be longer than an id.</summary>
    public static DocumentKey DrawOf(string campaign, CustomerId customer, PurchaseId purchase) => new(
        PartitionOf(campaign), Draw,
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{customer.Value}~{purchase.Value}"))));

    /// <summary>The part that a customer draws on first.</summary>
    public static int PartOf(CustomerId customer) => SHA256.HashData(Encoding.UTF8.GetBytes(customer.Value))[0] % Parts;
}

internal sealed class CampaignUseDocument
{
    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("n")]
    public int Purchases { get; set; }

    [JsonPropertyName("d")]
    public int[]? Days { get; set; }

    /// <summary>The points of each day.</summary>
    [JsonPropertyName("dp")]
    public long[]? DayPoints { get; set; }

    [JsonPropertyName("gone")]
    public int DroppedThrough { get; set; }

    public static byte[] Write(CampaignUse use) => StoredJson.Write(
        new CampaignUseDocument
        {
            Points = use.Points,
            Purchases = use.Purchases,
            Days = use.Days.IsEmpty ? null : [.. use.Days.Select(static day => day.Day)],
            DayPoints = use.Days.IsEmpty ? null : [.. use.Days.Select(static day => day.Points)],
            DroppedThrough = use.DroppedThrough,
        },
        CampaignJson.Default.CampaignUseDocument);

    public static CampaignUse Read(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, CampaignJson.Default.CampaignUseDocument)
            ?? throw LedgerMapping.Corrupt("campaign use");
        ImmutableArray<CampaignDay> days =
            [.. (stored.Days ?? []).Zip(stored.DayPoints ?? [], static (day, points) => new CampaignDay(day, points))];
        return new CampaignUse(document.Key.Id, stored.Points, stored.Purchases, days, stored.DroppedThrough);
    }
}

/// <summary>One part of a budget.</summary>
internal sealed class AllowanceDocument
{
    [JsonPropertyName("left")]
    public long Left { get; set; }

    /// <summary>Points drawn under this part's customers, wherever they were taken from.</summary>
    [JsonPropertyName("out")]
    public long Drawn { get; set; }

    /// <summary>Purchases that drew any.</summary>
    [JsonPropertyName("n")]
    public long Purchases { get; set; }

    /// <summary>The whole budget that the parts were made of.</summary>
    [JsonPropertyName("of")]
    public long Budget { get; set; }

    /// <summary>The version of the program that said so.</summary>
    [JsonPropertyName("v")]
    public int ProgramVersion { get; set; }

    public byte[] Write() => StoredJson.Write(this, CampaignJson.Default.AllowanceDocument);

    public static AllowanceDocument Read(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, CampaignJson.Default.AllowanceDocument)
            ?? throw LedgerMapping.Corrupt("allowance");
}

/// <summary>What a purchase drew on a budget; gone once the ledger says what became of it.</summary>
internal sealed class DrawDocument
{
    [JsonPropertyName("c")]
    public required string Customer { get; init; }

    [JsonPropertyName("p")]
    public required string Purchase { get; init; }

    [JsonPropertyName("w")]
    public long Wanted { get; set; }

    [JsonPropertyName("g")]
    public long Granted { get; set; }

    /// <summary>Whether it was found due once without its purchase having been worked.</summary>
    [JsonPropertyName("late")]
    public bool IsLate { get; set; }

    public byte[] Write() => StoredJson.Write(this, CampaignJson.Default.DrawDocument);

    public static DrawDocument Read(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, CampaignJson.Default.DrawDocument)
            ?? throw LedgerMapping.Corrupt("draw");
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CampaignUseDocument))]
[JsonSerializable(typeof(AllowanceDocument))]
[JsonSerializable(typeof(DrawDocument))]
internal sealed partial class CampaignJson : JsonSerializerContext;
