using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Local.Import;

namespace Pipeline.Local.Tests.Import;

public sealed class LineReaderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_line_is_read_exactly()
    {
        var line = Assert.Single(Shop.Read(folder, "1001,85123A,\"HEART, \"\"RED\"\"\",6,2011-07-01 08:26,2.55,17850\n").Lines);

        Assert.Equal(
            ("1001", "85123A", "HEART, \"RED\"", 6L, 255L, "17850"),
            (line.Document, line.Sku, line.Name, line.Quantity, line.UnitPrice, line.Customer));
        // British Summer Time.
        Assert.Equal(DateTimeOffset.Parse("2011-07-01T07:26:00Z"), line.At);
        Assert.False(line.IsReturn);
    }

    [Theory]
    [InlineData("1001,A,a,x,2011-07-01 08:26,2.55,c", Refusal.BadQuantity)]
    [InlineData("1001,A,a,1.5,2011-07-01 08:26,2.55,c", Refusal.BadQuantity)]
    [InlineData("1001,A,a,99999999999,2011-07-01 08:26,2.55,c", Refusal.BadQuantity)]
    [InlineData("1001,A,a,0,2011-07-01 08:26,2.55,c", Refusal.ZeroQuantity)]
    [InlineData("1001,A,a,-3,2011-07-01 08:26,2.55,c", Refusal.Adjustment)]
    [InlineData("1001,A,a,1,01/07/2011,2.55,c", Refusal.BadDate)]
    [InlineData("1001,A,a,1,1960-07-01 08:26,2.55,c", Refusal.DateOutOfRange)]
    [InlineData("1001,A,a,1,2027-07-01 08:26,2.55,c", Refusal.DateOutOfRange)]
    [InlineData("1001,A,a,1,2011-07-01 08:26,two,c", Refusal.BadPrice)]
    [InlineData("1001,A,a,1,2011-07-01 08:26,1e2,c", Refusal.BadPrice)]
    [InlineData("1001,A,a,1,2011-07-01 08:26,0,c", Refusal.ZeroPrice)]
    [InlineData("1001,A,a,1,2011-07-01 08:26,-1,c", Refusal.NegativePrice)]
    [InlineData("1001,A,a,1,2011-07-01 08:26,0.001,c", Refusal.TooManyDecimals)]
    [InlineData("10/01,A,a,1,2011-07-01 08:26,2.55,c", Refusal.BadDocument)]
    [InlineData("1001,A,a,1,2011-07-01 08:26,2.55,c d", Refusal.BadCustomer)]
    [InlineData("1001,,a,1,2011-07-01 08:26,2.55,c", Refusal.BadSku)]
    [InlineData("1001,FEE,a,1,2011-07-01 08:26,2.55,c", Refusal.IgnoredSku)]
    [InlineData("1001,A,a,1", Refusal.MissingColumns)]
    [InlineData("1001,A,\"a\"b,1,2011-07-01 08:26,2.55,c", Refusal.BadQuotes)]
    public void A_line_that_cannot_be_applied_is_refused_with_its_reason(string row, string reason)
    {
        var read = Shop.Read(folder, row + "\n");

        Assert.Equal([new RefusedRow(1, reason)], read.Refused);
        Assert.Empty(read.Lines);
    }

    [Fact]
    public void Without_a_customer_a_line_is_a_guests_whatever_else_it_says()
    {
        var read = Shop.Read(folder, "1001,A,a,1,2011-07-01 08:26,2.55,\n1002,A,a,-9,never,x,\n");

        Assert.Equal((2, 2, 0), (read.Read, read.Guests, read.Refused.Count));
    }

    [Fact]
    public void A_quote_within_a_text_is_only_a_character()
    {
        var line = Assert.Single(Shop.Read(folder, "1001,A,SCREEN 15\",1,2011-07-01 08:26,2.55,c\n").Lines);

        Assert.Equal("SCREEN 15\"", line.Name);
    }

    [Fact]
    public void Continental_numbers_are_read_by_the_mapping()
    {
        var read = Shop.Read(
            folder,
            "1;A;a;1.000;01.07.2011;1.234,50;c\n1;B;b;1;01.07.2011;12,5;c\n1;C;c;1;01.07.2011;1.50;c\n",
            json =>
            {
                json["delimiter"] = ";";
                json["numbers"] = new JsonObject { ["decimal"] = ",", ["group"] = "." };
                json["date"]!["formats"] = new JsonArray("dd.MM.yyyy");
                json["date"]!["zone"] = "Europe/Berlin";
            },
            Shop.Header.Replace(',', ';'));

        Assert.Equal([(1000L, 123450L), (1L, 1250L)], read.Lines.Select(line => (line.Quantity, line.UnitPrice)));
        // 1.50 is neither a grouped number nor one with a decimal comma.
        Assert.Equal([new RefusedRow(3, Refusal.BadPrice)], read.Refused);
    }

    [Theory]
    [InlineData("halfEven", "0.125", 12)]
    [InlineData("halfUp", "0.125", 13)]
    [InlineData("down", "0.129", 12)]
    public void Rounding_is_what_the_mapping_says(string rounding, string price, long minorUnits)
    {
        var line = Assert.Single(Shop.Read(
            folder, $"1001,A,a,1,2011-07-01 08:26,{price},c\n", json => json["rounding"] = rounding).Lines);

        Assert.Equal(minorUnits, line.UnitPrice);
    }

    [Fact]
    public void A_currency_has_its_own_exponent_and_may_come_from_a_column()
    {
        var read = Shop.Read(
            folder,
            "1,A,a,1,2011-07-01 08:26,1500,c,JPY\n2,A,a,1,2011-07-01 08:26,1.5,c,JPY\n3,A,a,1,2011-07-01 08:26,1.234,c,KWD\n"
            + "4,A,a,1,2011-07-01 08:26,1,c,ZZZ\n",
            json =>
            {
                json.Remove("currency");
                json["columns"]!["currency"] = "Currency";
            },
            Shop.Header.TrimEnd() + ",Currency\n");

        Assert.Equal([1500L, 1234L], read.Lines.Select(line => line.UnitPrice));
        Assert.Equal([new(2, Refusal.TooManyDecimals), new(4, Refusal.UnknownCurrency)], read.Refused);
    }

    [Fact]
    public void An_offset_in_the_text_rules_over_the_zone()
    {
        var line = Assert.Single(Shop.Read(
            folder, "1001,A,a,1,2011-07-01T08:26:00+05:00,2.55,c\n",
            json => json["date"]!["formats"] = new JsonArray("yyyy-MM-ddTHH:mm:sszzz")).Lines);

        Assert.Equal(DateTimeOffset.Parse("2011-07-01T03:26:00Z"), line.At);
    }

    [Fact]
    public void A_gzip_file_is_told_by_its_first_bytes()
    {
        var path = Path.Combine(folder.Path, "orders.data");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(Shop.Header + "1001,A,a,1,2011-07-01 08:26,2.55,c\n"));
        var mapping = Shop.MappingOf(null);

        var read = LineReader.Read(new ImportFile(path, mapping), mapping, Shop.Latest);

        Assert.Equal(1, read.Read);
    }

    [Fact]
    public void A_gzip_file_that_is_cut_off_is_an_error_and_not_a_short_file()
    {
        var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(
                Shop.Header + string.Concat(Enumerable.Range(0, 9_999).Select(i => $"{i},A,{i * 7919},1,2011-07-01 08:26,2.55,c\n"))));
        var path = Path.Combine(folder.Path, "orders.csv.gz");
        File.WriteAllBytes(path, whole.ToArray()[..(int)(whole.Length / 2)]);
        var mapping = Shop.MappingOf(null);

        Assert.Throws<ImportException>(() => LineReader.Read(new ImportFile(path, mapping), mapping, Shop.Latest));
    }

    [Fact]
    public void A_column_that_the_mapping_names_and_the_file_lacks_is_said_so()
    {
        var error = Assert.Throws<ImportException>(() => Shop.Read(folder, "", json => json["columns"]!["sku"] = "Article"));

        Assert.Contains("'Article'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("colums", "{}")]
    [InlineData("currency", "\"GBX\"")]
    [InlineData("rounding", "\"up\"")]
    [InlineData("delimiter", "\"||\"")]
    [InlineData("encoding", "\"klingon\"")]
    [InlineData("date", "{ \"formats\": [], \"zone\": \"UTC\" }")]
    [InlineData("date", "{ \"formats\": [\"o\"], \"zone\": \"Mars/Olympus\" }")]
    [InlineData("numbers", "{ \"decimal\": \",\", \"group\": \",\" }")]
    public void A_mapping_that_is_none_is_said_so(string name, string value) =>
        Assert.Throws<MappingException>(() => Shop.MappingOf(json => json[name] = JsonNode.Parse(value)));
}
