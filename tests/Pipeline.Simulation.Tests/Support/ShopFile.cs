using System.Globalization;
using System.Text;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>A shop's past as a file: orders of two years, one line an article, and some cancellations.</summary>
internal static class ShopFile
{
    /// <summary>Enough that a command is still at work when it is killed.</summary>
    public const int Orders = 9_000;
    private const int OrdersPerCustomer = 5;
    private const int Articles = 60;

    public const string Mapping = """
        {
          "columns": {
            "document": "InvoiceNo", "sku": "StockCode", "quantity": "Quantity", "unitPrice": "UnitPrice",
            "date": "InvoiceDate", "customer": "CustomerID"
          },
          "date": { "formats": ["yyyy-MM-dd HH:mm:ss"], "zone": "Europe/London" },
          "currency": "GBP",
          "returns": { "documentPrefix": "C" }
        }
        """;

    /// <returns>The number of lines below the header.</returns>
    public static int Write(string path, int seed, int orders = Orders)
    {
        var random = new Random(seed);
        var start = new DateTime(2009, 12, 1, 8, 0, 0);
        var text = new StringBuilder("InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n");
        var lines = 0;
        for (var order = 0; order < orders; order++)
        {
            var customer = random.Next(orders / OrdersPerCustomer);
            var at = start.AddMinutes(order * (700.0 * 24 * 60 / orders));
            for (var line = random.Next(1, 5); line > 0; line--, lines++)
            {
                var article = random.Next(Articles);
                var quantity = random.Next(1, 12);
                Add(text, $"{500_000 + order}", article, quantity, at, customer);
                if (random.Next(12) == 0 && ++lines > 0)
                    Add(text, $"C{500_000 + order}", article, -random.Next(1, quantity + 1), at.AddDays(3), customer);
            }
        }

        File.WriteAllText(path, text.ToString());
        return lines;
    }

    private static void Add(StringBuilder text, string document, int article, int quantity, DateTime at, int customer) =>
        text.Append(
            CultureInfo.InvariantCulture,
            $"{document},A{article},{quantity},{at:yyyy-MM-dd HH:mm:ss},")
            .Append(CultureInfo.InvariantCulture, $"{1 + (article * 37 % 900)}.{article % 100:00},{customer}\n");
}
