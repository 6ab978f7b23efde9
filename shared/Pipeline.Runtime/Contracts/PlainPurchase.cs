using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Pipeline.Domain;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>
/// Reads a purchase in one pass, as nearly every checkout sends it: known fields only, each once and of its type, no
/// escapes, no nulls. Whatever else a body holds, a mistake too, it leaves to <see cref="PurchaseInput"/>, which reads
/// everything and explains; it never accepts what that refuses, nor reads it differently, and a test holds it to this.
/// </summary>
internal ref struct PlainPurchase
{
    private const int DepthMax = 3;

    /// <summary>With an offset and as many digits of a second as anybody sends.</summary>
    private const int InstantCharactersMax = 40;

    private Utf8JsonReader json;
    private Fields seen;
    private string? id;
    private string? customer;
    private string? currency;
    private string? channel;
    private string? hold;
    private string? occurredAt;
    private List<BasketLine>? lines;
    private long discount;
    private long shipping;
    private long tax;

    private PlainPurchase(ReadOnlySpan<byte> body) =>
        json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthMax });

    [Flags]
    private enum Fields
    {
        None = 0,
        Id = 1,
        Customer = 1 << 1,
        OccurredAt = 1 << 2,
        Currency = 1 << 3,
        Channel = 1 << 4,
        Lines = 1 << 5,
        Discount = 1 << 6,
        Shipping = 1 << 7,
        Tax = 1 << 8,
        Hold = 1 << 9,
        Sku = 1 << 10,
        Name = 1 << 11,
        Category = 1 << 12,
        Quantity = 1 << 13,
        UnitPrice = 1 << 14,
        OfLines = Sku | Name | Category | Quantity | UnitPrice,
    }

    public static bool TryRead(
        ReadOnlySpan<byte> body, DateTimeOffset now, [NotNullWhen(true)] out PurchaseInput? input)
    {
        input = null;
        if (!Utf8.IsValid(body))
            return false;
        try
        {
            var purchase = new PlainPurchase(body);
            return purchase.ReadFields() && purchase.TryFinish(now, out input);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool ReadFields()
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadField())
                return false;
        }

        // Nothing may follow: the reader throws where something does.
        return json.TokenType == JsonTokenType.EndObject && !json.Read();
    }

    private bool ReadField()
    {
        if (json.ValueTextEquals("lines"u8))
            return Once(Fields.Lines) && ReadLines();
        if (json.ValueTextEquals("purchaseId"u8))
            return Once(Fields.Id) && Id(out id);
        if (json.ValueTextEquals("customerId"u8))
            return Once(Fields.Customer) && Id(out customer);
        if (json.ValueTextEquals("occurredAt"u8))
            return Once(Fields.OccurredAt) && Text(out occurredAt, InstantCharactersMax);
        if (json.ValueTextEquals("currency"u8))
            return Once(Fields.Currency) && Text(out currency, 3);
        if (json.ValueTextEquals("channel"u8))
            return Once(Fields.Channel) && Text(out channel, InputLimits.WordCharactersMax);
        if (json.ValueTextEquals("discount"u8))
            return Once(Fields.Discount) && Whole(out discount, 0, long.MaxValue);
        if (json.ValueTextEquals("shipping"u8))
            return Once(Fields.Shipping) && Whole(out shipping, 0, long.MaxValue);
        if (json.ValueTextEquals("tax"u8))
            return Once(Fields.Tax) && Whole(out tax, 0, long.MaxValue);
        return json.ValueTextEquals("holdId"u8) && Once(Fields.Hold) && Id(out hold);
    }

    private bool ReadLines()
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            return false;
        lines = new List<BasketLine>(4);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            if (lines.Count == InputLimits.LinesMax || !ReadLine())
                return false;
        }

        return json.TokenType == JsonTokenType.EndArray && lines.Count > 0;
    }

    private bool ReadLine()
    {
        seen &= ~Fields.OfLines;
        string? sku = null, name = null, category = null;
        long quantity = 0, unitPrice = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRead =
                json.ValueTextEquals("sku"u8) ? Once(Fields.Sku) && Text(out sku, InputLimits.SkuCharactersMax)
                : json.ValueTextEquals("name"u8) ? Once(Fields.Name) && Text(out name, InputLimits.NameCharactersMax)
                : json.ValueTextEquals("category"u8)
                    ? Once(Fields.Category) && Text(out category, InputLimits.WordCharactersMax)
                : json.ValueTextEquals("quantity"u8)
                    ? Once(Fields.Quantity) && Whole(out quantity, 1, InputLimits.QuantityMax)
                : json.ValueTextEquals("unitPrice"u8)
                    && Once(Fields.UnitPrice) && Whole(out unitPrice, 0, long.MaxValue);
            if (!isRead)
                return false;
        }

        const Fields needed = Fields.Sku | Fields.Quantity | Fields.UnitPrice;
        if (json.TokenType != JsonTokenType.EndObject || (seen & needed) != needed)
            return false;
        lines!.Add(new BasketLine(sku!, name, category, quantity, unitPrice));
        return true;
    }

    private readonly bool TryFinish(DateTimeOffset now, [NotNullWhen(true)] out PurchaseInput? input)
    {
        input = null;
        const Fields needed = Fields.Id | Fields.Customer | Fields.OccurredAt | Fields.Currency | Fields.Lines;
        if ((seen & needed) != needed || !Currency.TryParse(currency, out var known)
            || !Rfc3339.TryParse(occurredAt, out var at, out _)
            || at < InputLimits.OccurredEarliest || at > InputLimits.OccurredLatest(now))
        {
            return false;
        }

        input = new PurchaseInput(
            new CustomerId(customer!), new PurchaseId(id!),
            new Basket(known, channel, lines!, discount, shipping, tax), hold is null ? null : new HoldId(hold), at);
        return true;
    }

    /// <summary>False at the second time: a key that appears twice.</summary>
    private bool Once(Fields field)
    {
        if ((seen & field) != 0)
            return false;
        seen |= field;
        return true;
    }

    private bool Id(out string? value) => Text(out value, IdForm.CharactersMax) && IdForm.IsValid(value);

    private bool Text(out string? value, int charactersMax)
    {
        value = null;
        if (!json.Read() || json.TokenType != JsonTokenType.String || json.ValueIsEscaped || json.ValueSpan.IsEmpty)
            return false;
        value = Encoding.UTF8.GetString(json.ValueSpan);
        return value.Length <= charactersMax && !InputObject.HasControl(value);
    }

    private bool Whole(out long value, long min, long max)
    {
        value = 0;
        return json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out value)
            && value >= min && value <= max;
    }
}
