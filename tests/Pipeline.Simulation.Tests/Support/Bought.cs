using System.Globalization;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>How refunds of a purchase ask for their money. One purchase keeps to one way.</summary>
internal enum RefundWay
{
    Amount,
    Lines,
    Whole,
}

/// <summary>
/// A purchase and what comes back of it, in the tests' own arithmetic: 1 point a major unit, rounded down once; refunds
/// in proportion to the money, a half to the customer, and all of it when all is returned.
/// </summary>
internal sealed class Bought
{
    private static readonly (string Code, long Unit)[] Currencies = [("GBP", 100), ("JPY", 1), ("KWD", 1_000)];
    private readonly (string Code, long Unit) currency;
    private readonly (long Quantity, long Price)[] lines;
    private readonly long[] returned;
    private readonly long discount;
    private readonly DateTimeOffset at;
    private long amount;
    private bool isWhole;

    public Bought(Random random, string customer, string id, DateTimeOffset at, string? hold, long holdPoints)
    {
        (Customer, Id, this.at, Hold, HoldPoints) = (customer, id, at, hold, holdPoints);
        currency = Currencies[random.Next(Currencies.Length)];
        Way = (RefundWay)random.Next(3);
        lines = new (long, long)[random.Next(1, 4)];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = (random.Next(1, 5), random.NextInt64(1, 40 * currency.Unit));
        returned = new long[lines.Length];
        discount = Way == RefundWay.Lines ? 0 : random.NextInt64(0, Goods / 2);
    }

    public string Customer { get; }

    public string Id { get; }

    /// <summary>Where it can be read once it is worked.</summary>
    public string Path => $"/v1/customers/{Customer}/purchases/{Id}";

    public RefundWay Way { get; }

    /// <summary>A hold that is captured with the purchase, or null.</summary>
    public string? Hold { get; }

    public long HoldPoints { get; }

    public List<string> Refunds { get; } = [];

    public long Net => Goods - discount;

    public long Points => Net / currency.Unit;

    public long ClawedBack => isWhole || amount == Net ? Points : Nearest(Points, halfUp: false);

    /// <summary>What it changed of its customer's total: earned, taken back, paid with points, given back of them.</summary>
    public long Total => Points - ClawedBack - HoldPoints + GivenBack;

    public string Status => isWhole || amount == Net ? "refunded" : Refunds.Count > 0 ? "partlyRefunded" : "applied";

    private long Goods => lines.Sum(static line => line.Quantity * line.Price);

    private long GivenBack => isWhole || amount == Net ? HoldPoints : Nearest(HoldPoints, halfUp: true);

    public Act Act() => Support.Act.Purchase(
        $$"""
        {"purchaseId":"{{Id}}","customerId":"{{Customer}}","occurredAt":"{{Text(at)}}",
        "currency":"{{currency.Code}}","discount":{{discount}}{{(Hold is null ? "" : $",\"holdId\":\"{Hold}\"")}},
        "lines":[{{string.Join(',', lines.Select(Line))}}]}
        """);

    /// <summary>A refund of a part of what is left (or of all of it), or null where nothing can be asked any more.</summary>
    public Act? Refund(Random random, string id, DateTimeOffset when)
    {
        if (Ask(random) is not { } scope)
            return null;
        Refunds.Add(id);
        return Support.Act.Refund(
            $$"""
            {"refundId":"{{id}}","purchaseId":"{{Id}}","customerId":"{{Customer}}","occurredAt":"{{Text(when)}}"{{scope}}}
            """);
    }

    private string? Ask(Random random)
    {
        switch (Way)
        {
            case RefundWay.Whole when !isWhole:
                isWhole = true;
                return "";
            case RefundWay.Amount when amount < Net:
                var part = random.NextInt64(1, Net - amount + 1);
                amount += part;
                return $",\"amount\":{part}";
            case RefundWay.Lines when AnyLine(random) is { } i:
                var count = random.NextInt64(1, lines[i].Quantity - returned[i] + 1);
                returned[i] += count;
                amount += count * lines[i].Price;
                return $",\"lines\":[{{\"sku\":\"s{i}\",\"quantity\":{count}}}]";
            default:
                return null;
        }
    }

    private int? AnyLine(Random random)
    {
        var first = random.Next(lines.Length);
        for (var i = 0; i < lines.Length; i++)
            if ((first + i) % lines.Length is var line && returned[line] < lines[line].Quantity)
                return line;
        return null;
    }

    /// <summary>whole x amount / net to the nearest integer.</summary>
    private long Nearest(long whole, bool halfUp)
    {
        var (floor, rest) = Int128.DivRem((Int128)whole * amount, Net);
        return (long)floor + (rest * 2 > Net || (rest * 2 == Net && halfUp) ? 1 : 0);
    }

    private static string Line((long Quantity, long Price) line, int i) =>
        $$"""{"sku":"s{{i}}","quantity":{{line.Quantity}},"unitPrice":{{line.Price}}}""";

    private static string Text(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
