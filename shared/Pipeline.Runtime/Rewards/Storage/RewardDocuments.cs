using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Rewards.Storage;

/// <summary>Where what belongs to rewards is stored.</summary>
internal static class RewardKinds
{
    /// <summary>In the customer's partition, by the redemption's id.</summary>
    public const string Redemption = "redemption";

    /// <summary>In the customer's partition: a step that a redemption took; never changed.</summary>
    public const string Event = "redemption-event";

    /// <summary>In the customer's partition, by the reward's id.</summary>
    public const string Count = "reward-count";

    /// <summary>In the reward's partition: a part of its stock.</summary>
    public const string Stock = "reward-stock";

    /// <summary>In the reward's partition: one piece that a redemption has taken.</summary>
    public const string Draw = "reward-draw";

    /// <summary>In a pool's partition: every code that it ever had.</summary>
    public const string PoolCode = "pool-code";

    /// <summary>In a pool's partition: a code that is free.</summary>
    public const string PoolFree = "pool-free";

    /// <summary>In a pool's partition: the code that a redemption has taken.</summary>
    public const string PoolClaim = "pool-claim";

    /// <summary>In the code's partition: whose it is, so that no code is anybody else's.</summary>
    public const string CodeOwner = "code-owner";

    public const string CodeOwnerId = "owner";

    public static DocumentKey RedemptionOf(CustomerId customer, RedemptionId id) =>
        new(customer.Value, Redemption, id.Value);

    public static DocumentKey CountOf(CustomerId customer, RewardId reward) => new(customer.Value, Count, reward.Value);

    public static string PartitionOf(RewardId reward) => $"~reward:{reward.Value}";

    public static string PoolPartition(string pool) => $"~pool:{pool}";

    public static string CodePartition(string code) => $"~code:{code}";

    public static DocumentKey OwnerOf(string code) => new(CodePartition(code), CodeOwner, CodeOwnerId);
}

/// <summary>Names what one attempt at a redemption takes from what all customers share.</summary>
/// <param name="Attempt">
/// Raised before anything is given back for want of a redemption: an attempt that is late finds the redemption's document
/// changed, and what it took belongs to nobody.
/// </param>
internal readonly record struct DrawKey(CustomerId Customer, RedemptionId Redemption, int Attempt)
{
    public string Id => ShortHash.Of($"{Customer.Value}\n{Redemption.Value}\n{Attempt}");
}

/// <summary>A redemption; or, where <see cref="IsVoid"/>, that its id was tried and is free.</summary>
internal sealed class RedemptionDocument
{
    [JsonPropertyName("void")]
    public bool IsVoid { get; set; }

    [JsonPropertyName("try")]
    public int Attempt { get; set; }

    [JsonPropertyName("fp")]
    public string? Fingerprint { get; set; }

    /// <summary>What it keeps from others has to be given back.</summary>
    [JsonPropertyName("gives")]
    public bool GivesBack { get; set; }

    [JsonPropertyName("rw")]
    public string? Reward { get; set; }

    [JsonPropertyName("k")]
    public string? Kind { get; set; }

    [JsonPropertyName("v")]
    public int ProgramVersion { get; set; }

    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("cur")]
    public string? Currency { get; set; }

    [JsonPropertyName("m")]
    public long Money { get; set; }

    [JsonPropertyName("at")]
    public long ReservedAt { get; set; }

    [JsonPropertyName("to")]
    public long ReservedUntil { get; set; }

    [JsonPropertyName("code")]
    public string? Code { get; set; }

    [JsonPropertyName("iss")]
    public long? IssuedAt { get; set; }

    [JsonPropertyName("end")]
    public long? UsableUntil { get; set; }

    [JsonPropertyName("ful")]
    public long? FulfilledAt { get; set; }

    [JsonPropertyName("can")]
    public long? CancelledAt { get; set; }

    [JsonPropertyName("why")]
    public string? CancelReason { get; set; }

    [JsonPropertyName("ret")]
    public long Returned { get; set; }

    [JsonPropertyName("exp")]
    public long? ExpiredAt { get; set; }

    /// <summary>Of an event: the trace of the request behind it.</summary>
    [JsonPropertyName("trace")]
    public string? TraceParent { get; set; }
}

internal sealed class CountDocument
{
    [JsonPropertyName("n")]
    public long Total { get; set; }

    [JsonPropertyName("d")]
    public int Day { get; set; }

    [JsonPropertyName("k")]
    public int OnDay { get; set; }
}

/// <summary>A sixteenth of a stock: <see cref="Used"/> of <see cref="Max"/>, when the stock was <see cref="Of"/>.</summary>
internal sealed class StockDocument
{
    [JsonPropertyName("of")]
    public long Of { get; set; }

    [JsonPropertyName("max")]
    public long Max { get; set; }

    [JsonPropertyName("n")]
    public long Used { get; set; }
}

/// <summary>What a redemption has taken: a piece of a stock's part, or a code.</summary>
internal sealed class DrawDocument
{
    [JsonPropertyName("c")]
    public required string Customer { get; init; }

    [JsonPropertyName("r")]
    public required string Redemption { get; init; }

    [JsonPropertyName("try")]
    public int Attempt { get; set; }

    [JsonPropertyName("part")]
    public string? Part { get; set; }

    [JsonPropertyName("code")]
    public string? Code { get; set; }

    public DrawKey ToKey() => new(new CustomerId(Customer), new RedemptionId(Redemption), Attempt);
}

/// <summary>A pool's code, and who has it.</summary>
internal sealed class PoolCodeDocument
{
    [JsonPropertyName("c")]
    public string? Customer { get; set; }

    [JsonPropertyName("r")]
    public string? Redemption { get; set; }
}

internal sealed class FreeCodeDocument
{
    [JsonPropertyName("code")]
    public required string Code { get; init; }
}

/// <summary>A pool's, or one that was made for a redemption.</summary>
internal sealed class CodeOwnerDocument
{
    [JsonPropertyName("pool")]
    public string? Pool { get; set; }

    [JsonPropertyName("c")]
    public string? Customer { get; set; }

    [JsonPropertyName("r")]
    public string? Redemption { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RedemptionDocument))]
[JsonSerializable(typeof(CountDocument))]
[JsonSerializable(typeof(StockDocument))]
[JsonSerializable(typeof(DrawDocument))]
[JsonSerializable(typeof(PoolCodeDocument))]
[JsonSerializable(typeof(FreeCodeDocument))]
[JsonSerializable(typeof(CodeOwnerDocument))]
internal sealed partial class RewardJsonContext : JsonSerializerContext;
