using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Local.Import;

namespace Pipeline.Local.Tests.Import;

/// <summary>A small shop's export: the mapping that the tests change, and a file in memory.</summary>
internal static class Shop
{
    public const string Header = "Invoice,Sku,Name,Quantity,Date,Price,Customer\n";

    public const string Mapping = """
        {
          // Comments are welcome.
          "columns": {
            "document": "Invoice", "sku": "Sku", "name": "Name", "quantity": "Quantity",
            "unitPrice": "Price", "date": "Date", "customer": "Customer",
          },
          "date": { "formats": ["yyyy-MM-dd HH:mm"], "zone": "Europe/London" },
          "currency": "GBP",
          "returns": { "documentPrefix": "C" },
          "skus": { "shipping": ["POST"], "ignored": ["FEE"] },
        }
        """;

    public static readonly DateTimeOffset Latest = DateTimeOffset.Parse("2026-01-01T00:00:00Z");

    public static OrderLines Read(TempFolder folder, string rows, Action<JsonObject>? change = null, string header = Header)
    {
        var mapping = MappingOf(change);
        return LineReader.Read(new ImportFile(folder.File("orders.csv", header + rows), mapping), mapping, Latest);
    }

    public static Mapping MappingOf(Action<JsonObject>? change) => MappingFile.Parse(Changed(change));

    public static byte[] Changed(Action<JsonObject>? change)
    {
        var json = (JsonObject)JsonNode.Parse(
            Mapping, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        change?.Invoke(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
