using System.Globalization;
using System.Text;

namespace Pipeline.Benchmarks.Load;

/// <summary>Who buys: so many customers, some of them often (skewed) or all alike.</summary>
internal readonly record struct Population(int Customers, bool IsSkewed)
{
    /// <summary>The customer of the purchase with this number: the same in every process and every run.</summary>
    public int CustomerOf(long purchase)
    {
        var share = (Mix((ulong)purchase) >> 11) * (1.0 / (1UL << 53));
        // Squared: a fifth of the customers makes 45 % of the purchases, as in a small shop's books.
        return (int)(Customers * (IsSkewed ? share * share : share));
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): spreads consecutive numbers evenly.</summary>
    public static ulong Mix(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}

/// <summary>One line of a basket that every side is given.</summary>
internal sealed record Line(string Sku, string Name, string Category, int Quantity, int UnitPrice);

/// <summary>
/// The purchases of all parts: 1 to 5 lines with names, as a checkout sends them. Ids and instants have one width, so
/// that a request is a copied template with three slots filled in.
/// </summary>
internal static class Purchases
{
    public const int Variants = 512;
    public const int PurchaseDigits = 10;
    public const int CustomerDigits = 7;
    public const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly string[] Goods =
    [
        "WHITE HANGING HEART HOLDER", "CREAM CUPID HEARTS COAT HANGER", "KNITTED UNION FLAG BOTTLE",
        "RED WOOLLY HOTTIE", "SET 7 BABUSHKA NESTING BOXES", "GLASS STAR FROSTED LIGHT", "HAND WARMER UNION JACK",
        "ASSORTED COLOUR BIRD", "POPPY'S PLAYHOUSE BEDROOM", "FELTCRAFT PRINCESS DOLL", "IVORY KNITTED MUG COSY",
        "BOX OF VINTAGE JIGSAW BLOCKS", "HOME BUILDING BLOCK WORD", "LOVE BUILDING BLOCK WORD",
        "RECIPE BOX WITH METAL HEART", "DOORMAT NEW ENGLAND",
    ];

    private static readonly string[] Categories = ["home", "kitchen", "garden", "toys"];

    public static string PurchaseId(long purchase) =>
        "p" + purchase.ToString("D10", CultureInfo.InvariantCulture);

    public static string CustomerId(int customer) =>
        "c" + customer.ToString("D7", CultureInfo.InvariantCulture);

    public static Line[] LinesOf(int variant)
    {
        var lines = new Line[1 + (variant % 5)];
        for (var i = 0; i < lines.Length; i++)
        {
            var random = Population.Mix((ulong)((variant * 8) + i));
            var good = (int)(random % (ulong)Goods.Length);
            lines[i] = new Line(
                (20_000 + (random % 70_000)).ToString(CultureInfo.InvariantCulture) + (char)('A' + i),
                Goods[good],
                Categories[good % Categories.Length],
                1 + (int)((random >> 24) % 12),
                85 + (int)((random >> 32) % 1_900));
        }

        return lines;
    }

    /// <summary>The body of a purchase (without its id: of a quote) with zeros and a fixed instant in its slots.</summary>
    public static byte[] Body(int variant, bool withId)
    {
        var body = new StringBuilder("{");
        if (withId)
            body.Append(CultureInfo.InvariantCulture, $"\"purchaseId\":\"{PurchaseId(0)}\",");
        body.Append(CultureInfo.InvariantCulture, $"\"customerId\":\"{CustomerId(0)}\",");
        body.Append("\"occurredAt\":\"2000-01-01T00:00:00.000Z\",\"currency\":\"GBP\",\"channel\":\"web\",");
        body.Append("\"lines\":[");
        foreach (var line in LinesOf(variant))
        {
            body.Append(CultureInfo.InvariantCulture, $"{{\"sku\":\"{line.Sku}\",\"name\":\"{line.Name}\",")
                .Append(CultureInfo.InvariantCulture, $"\"category\":\"{line.Category}\",")
                .Append(CultureInfo.InvariantCulture, $"\"quantity\":{line.Quantity},")
                .Append(CultureInfo.InvariantCulture, $"\"unitPrice\":{line.UnitPrice}}},");
        }

        body.Length--;
        body.Append("],\"discount\":0,\"shipping\":395,\"tax\":0}");
        return Encoding.UTF8.GetBytes(body.ToString());
    }
}
