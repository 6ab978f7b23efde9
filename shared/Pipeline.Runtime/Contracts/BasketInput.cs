using System.Diagnostics.CodeAnalysis;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Http.Idempotency;

namespace Pipeline.Runtime.Contracts;

/// <summary>Limits of what a client may send, beside those of the domain.</summary>
internal static class InputLimits
{
    public const int LinesMax = 2_000;
    public const long QuantityMax = 1_000_000_000;
    public const int SkuCharactersMax = 128;
    public const int NameCharactersMax = 512;
    public const int WordCharactersMax = 128;
    public const int HoldSecondsMax = 86_400;
    public const int HoldSecondsDefault = 1_800;

    public static DateTimeOffset OccurredEarliest => DateTimeOffset.UnixEpoch;

    /// <summary>Clocks of shops differ; more than a day is a mistake.</summary>
    public static DateTimeOffset OccurredLatest(DateTimeOffset now) =>
        DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()) + TimeSpan.FromDays(1);
}

/// <summary>A quote as a client asks for it, and the part that a purchase has in common with it.</summary>
internal sealed record BasketInput(CustomerId Customer, Basket Basket)
{
    /// <summary>Of a quote; null: now.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Reads a quote.</summary>
    public static bool TryRead(
        ApiCall call, DateTimeOffset now, [NotNullWhen(true)] out BasketInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var root = json.Root;
            var occurredAt = root.Instant(
                "occurredAt"u8, InputLimits.OccurredEarliest, InputLimits.OccurredLatest(now), isRequired: false);
            if (!TryRead(root, out input, out refusal))
                return false;
            input = input with { OccurredAt = occurredAt };
            return true;
        }
    }

    /// <summary>Reads what purchases and quotes share. Call it last: it answers for all errors of the body.</summary>
    public static bool TryRead(
        InputObject root, [NotNullWhen(true)] out BasketInput? input, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        var customer = root.Id("customerId"u8, isRequired: true);
        var code = root.Text("currency"u8, 3, isRequired: true);
        if (code is not null && !Currency.IsForm(code))
            root.Fail("currency"u8, "must be three capitals of ISO 4217, such as GBP");
        var channel = root.Text("channel"u8, InputLimits.WordCharactersMax, allowsControl: true);
        var lines = root.Objects("lines"u8, InputLimits.LinesMax, isRequired: true, ReadLine);
        var discount = root.Whole("discount"u8, 0, long.MaxValue, ifAbsent: 0);
        var shipping = root.Whole("shipping"u8, 0, long.MaxValue, ifAbsent: 0);
        var tax = root.Whole("tax"u8, 0, long.MaxValue, ifAbsent: 0);
        if (!root.Errors.IsEmpty)
        {
            refusal = root.Errors.Answer();
            return false;
        }

        if (!Currency.TryParse(code, out var currency))
        {
            refusal = Problems.UnknownCurrency.Answer($"{code} is not an active currency of ISO 4217.");
            return false;
        }

        refusal = null;
        input = new BasketInput(
            new CustomerId(customer!),
            new Basket(currency, channel, lines!, discount!.Value, shipping!.Value, tax!.Value));
        return true;
    }

    private static BasketLine? ReadLine(InputObject line)
    {
        var sku = line.Text("sku"u8, InputLimits.SkuCharactersMax, isRequired: true);
        var name = line.Text("name"u8, InputLimits.NameCharactersMax, allowsControl: true);
        var category = line.Text("category"u8, InputLimits.WordCharactersMax, allowsControl: true);
        var quantity = line.Whole("quantity"u8, 1, InputLimits.QuantityMax);
        var unitPrice = line.Whole("unitPrice"u8, 0, long.MaxValue);
        return sku is not null && quantity is { } count && unitPrice is { } price
            ? new BasketLine(sku, name, category, count, price)
            : null;
    }
}

/// <summary>Natural keys of requests.</summary>
internal static class NaturalKeys
{
    /// <summary>The id in the body; where there is none, the <c>Idempotency-Key</c> is the id.</summary>
    public static string? NaturalKey(this InputObject root, ReadOnlySpan<byte> name, string? idempotencyKey)
    {
        if (root.Has(name))
            return root.Id(name, isRequired: true);
        if (idempotencyKey is null)
            root.Fail(name, $"is required, unless an {IdempotencyKeys.Header} header stands for it");
        else if (IdForm.IsValid(idempotencyKey))
            return idempotencyKey;
        else
            root.Errors.Add(IdempotencyKeys.Header, $"stands for a missing id and so must be {IdForm.Description}");
        return null;
    }
}
