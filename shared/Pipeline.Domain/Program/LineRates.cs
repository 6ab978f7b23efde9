using System.Collections.Frozen;

namespace Pipeline.Domain;

/// <summary>
/// Rates in place of the program's rate of the currency. The first that has one for the currency counts: the SKU's, then the
/// category's, then the channel's. Shipping and tax, where they earn, earn at the channel's.
/// </summary>
public sealed record LineRates(
    IReadOnlyDictionary<string, EarnRates> Skus,
    IReadOnlyDictionary<string, EarnRates> Categories,
    IReadOnlyDictionary<string, EarnRates> Channels)
{
    /// <summary>The most SKUs, the most categories and the most channels.</summary>
    public const int RatesMax = 10_000;

    public static readonly LineRates None = new(
        FrozenDictionary<string, EarnRates>.Empty,
        FrozenDictionary<string, EarnRates>.Empty,
        FrozenDictionary<string, EarnRates>.Empty);

    public bool IsEmpty => Skus.Count == 0 && Categories.Count == 0 && Channels.Count == 0;

    /// <summary>The rule and the rate of a line; null: that of the whole purchase.</summary>
    internal (string Rule, ExactRate Rate)? Of(BasketLine line, Currency currency) =>
        Find(Skus, "sku", line.Sku, currency) ?? Find(Categories, "category", line.Category, currency);

    /// <summary>The rule and the rate of what has none of its own.</summary>
    internal (string Rule, ExactRate Rate)? Of(string? channel, Currency currency) =>
        Find(Channels, "channel", channel, currency);

    private static (string Rule, ExactRate Rate)? Find(
        IReadOnlyDictionary<string, EarnRates> rates, string kind, string? key, Currency currency) =>
        rates.Count > 0 && key is not null && rates.TryGetValue(key, out var own) && own.For(currency) is { } rate
            ? ($"{AwardPart.BasePrefix}{kind}:{key}", rate)
            : null;
}
