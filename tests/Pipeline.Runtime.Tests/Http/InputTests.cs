using System.Net;
using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Tests.Http;

public sealed class InputTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_purchase_is_read_in_full()
    {
        var read = Read("""
            {"purchaseId":"536365","customerId":"17850","occurredAt":"2010-12-01T08:26:00Z","currency":"GBP","channel":"web",
             "lines":[{"sku":"85123A","name":"WHITE HANGING HEART","category":"home","quantity":6,"unitPrice":255}],
             "discount":10,"shipping":20,"tax":30,"holdId":"h-1","unknown":{"a":[1,2]}}
            """);
        var basket = read.Basket;
        Assert.Equal(("17850", "536365", "h-1"), (read.Customer.Value, read.Id.Value, read.Hold?.Value));
        Assert.Equal(new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero), read.OccurredAt);
        Assert.Equal(("GBP", "web"), (basket.Currency.Code, basket.Channel));
        Assert.Equal((10, 20, 30), (basket.Discount, basket.Shipping, basket.Tax));
        Assert.Equal(new BasketLine("85123A", "WHITE HANGING HEART", "home", 6, 255), Assert.Single(basket.Lines));
    }

    [Fact]
    public void What_is_null_or_empty_and_optional_is_absent()
    {
        var read = Read(Bodies.Purchase(
            lines: """[{"sku":"cup","name":"","category":null,"quantity":1,"unitPrice":0}]""",
            more: ""","discount":null,"holdId":null"""));
        Assert.Null(read.Hold);
        Assert.Equal(new BasketLine("cup", null, null, 1, 0), Assert.Single(read.Basket.Lines));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var places = Places("""
            {"purchaseId":7,"customerId":"a b","occurredAt":"yesterday","currency":"gbp","channel":5,
             "lines":[{"sku":"","quantity":0,"unitPrice":-1},{"quantity":1.5,"unitPrice":"2"},3],
             "discount":-1,"tax":1e2,"holdId":".."}
            """);
        Assert.Equal(
        [
            "/purchaseId", "/occurredAt", "/holdId", "/customerId", "/currency", "/channel",
            "/lines/0/sku", "/lines/0/quantity", "/lines/0/unitPrice",
            "/lines/1/sku", "/lines/1/quantity", "/lines/1/unitPrice", "/lines/2", "/discount", "/tax",
        ], places);
    }

    [Fact]
    public void Everything_that_is_required_is_named_when_it_is_missing() => Assert.Equal(
        ["/purchaseId", "/occurredAt", "/customerId", "/currency", "/lines"], Places("{}"));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("1E0")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("9223372036854775808")]
    [InlineData("-1")]
    [InlineData("[1]")]
    [InlineData("{}")]
    public void An_amount_is_a_whole_number_of_64_bits(string tax) =>
        Assert.Equal(["/tax"], Places(Bodies.Purchase(more: $",\"tax\":{tax}")));

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("9223372036854775807")]
    public void Every_amount_of_64_bits_is_read(string tax) =>
        Assert.Equal(long.Parse(tax), Read(Bodies.Purchase(more: $",\"tax\":{tax}")).Basket.Tax);

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("1000000000", true)]
    [InlineData("1000000001", false)]
    public void A_quantity_is_from_1_to_a_thousand_million(string quantity, bool isValid)
    {
        var body = Bodies.Purchase(lines: $$"""[{"sku":"cup","quantity":{{quantity}},"unitPrice":1}]""");
        Assert.Equal(isValid ? [] : ["/lines/0/quantity"], Places(body));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public void A_purchase_has_1_to_2000_lines(int count, bool isValid)
    {
        var line = """{"sku":"cup","quantity":1,"unitPrice":1}""";
        var body = Bodies.Purchase(lines: $"[{string.Join(',', Enumerable.Repeat(line, count))}]");
        Assert.Equal(isValid ? [] : ["/lines"], Places(body));
    }

    [Theory]
    [InlineData("1969-12-31T23:59:59.999Z", false)]
    [InlineData("1970-01-01T00:00:00Z", true)]
    [InlineData("2026-03-02T12:00:00Z", true)]
    [InlineData("2026-03-02T12:00:00.001Z", false)]
    [InlineData("2026-03-02T13:00:00+01:00", true)]
    [InlineData("2026-02-28T23:59:60Z", false)]
    public void A_purchase_occurred_from_1970_to_a_day_ahead(string at, bool isValid)
    {
        var body = Bodies.Purchase().Replace("2026-03-01T11:00:00Z", at, StringComparison.Ordinal);
        Assert.Equal(isValid ? [] : ["/occurredAt"], Places(body));
    }

    [Theory]
    [InlineData("", "malformed-json")]
    [InlineData("[]", "malformed-json")]
    [InlineData("null", "malformed-json")]
    [InlineData("{\"a\":1,}", "malformed-json")]
    [InlineData("{\"a\":1}{", "malformed-json")]
    [InlineData("{'a':1}", "malformed-json")]
    [InlineData("{\"a\":01}", "malformed-json")]
    [InlineData("{\"a\":NaN}", "malformed-json")]
    [InlineData("{} // no comments", "malformed-json")]
    [InlineData("{\"tax\":1,\"tax\":1}", "duplicate-key")]
    [InlineData("{\"x\":{\"q\":1,\"\\u0071\":2}}", "duplicate-key")]
    public void A_body_is_one_strict_json_object(string body, string code) => Assert.Equal(code, Refusal(Utf8(body)).Code);

    [Fact]
    public void The_key_that_appears_twice_is_named() => Assert.Equal(
        ["/lines/1/sku"], Refusal(Utf8("""{"lines":[{"sku":"a"},{"sku":"a","sku":"b"}]}""")).Places);

    [Fact]
    public void A_body_that_is_not_utf8_is_malformed() =>
        Assert.Equal("malformed-json", Refusal([.. "{\""u8, 0xC3, 0x28, .. "\":1}"u8]).Code);

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() =>
        Assert.Contains("/channel", Places(Bodies.Purchase().Replace("\"web\"", "\"\\ud83d\"", StringComparison.Ordinal)));

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    public void A_body_is_at_most_32_levels_deep(int arrays, bool isRefused)
    {
        var body = $"{{\"x\":{new string('[', arrays)}{new string(']', arrays)}}}";
        Assert.Equal(isRefused ? "malformed-json" : "validation", Refusal(Utf8(body)).Code);
    }

    [Fact]
    public void A_currency_that_no_country_has_is_refused_once_all_else_is_right()
    {
        Assert.Equal("unknown-currency", Refusal(Utf8(Purchase("ZZZ"))).Code);
        Assert.Equal("unknown-currency", Refusal(Utf8(Purchase("XAU"))).Code);
        Assert.Equal("validation", Refusal(Utf8(Purchase("ZZZ").Replace("ann", "a b", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public void A_header_stands_for_a_missing_id_if_it_has_its_form()
    {
        var body = Utf8(Bodies.Purchase().Replace("\"purchaseId\":\"p-1\",", "", StringComparison.Ordinal));
        var call = new ApiCall { Body = body, IdempotencyKey = "from-header" };
        Assert.True(PurchaseInput.TryRead(call, Now, out var read, out _));
        Assert.Equal("from-header", read.Id.Value);
        Assert.Equal(["Idempotency-Key"], Refusal(body, "no/id").Places);
        Assert.Equal(["/purchaseId"], Refusal(body).Places);
    }

    [Theory]
    [InlineData("", typeof(RefundScope.Whole))]
    [InlineData(",\"amount\":1", typeof(RefundScope.ByAmount))]
    [InlineData(",\"lines\":[{\"sku\":\"cup\",\"quantity\":1}]", typeof(RefundScope.ByLines))]
    [InlineData(",\"amount\":null,\"lines\":null", typeof(RefundScope.Whole))]
    public void A_refund_is_by_amount_by_lines_or_whole(string more, Type scope)
    {
        Assert.True(RefundInput.TryRead(new ApiCall { Body = Utf8(Bodies.Refund(more: more)) }, Now, out var read, out _));
        Assert.IsType(scope, read.Scope);
    }

    [Theory]
    [InlineData(",\"amount\":1,\"lines\":[]", "/amount")]
    [InlineData(",\"amount\":0", "/amount")]
    [InlineData(",\"lines\":[]", "/lines")]
    [InlineData(",\"lines\":[{\"sku\":\"cup\",\"quantity\":0}]", "/lines/0/quantity")]
    [InlineData(",\"lines\":[{\"quantity\":1}]", "/lines/0/sku")]
    public void A_refund_of_another_form_is_refused(string more, string place)
    {
        Assert.False(RefundInput.TryRead(new ApiCall { Body = Utf8(Bodies.Refund(more: more)) }, Now, out _, out var refusal));
        Assert.Equal([place], new Refused(refusal).Places);
    }

    [Theory]
    [InlineData("""{"birthday":"2026-03-03"}""", "/birthday")]
    [InlineData("""{"birthday":"2011-02-29"}""", "/birthday")]
    [InlineData("""{"email":"nobody"}""", "/email")]
    [InlineData("""{"email":"a@b@c.d"}""", "/email")]
    [InlineData("""{"phone":"call me"}""", "/phone")]
    [InlineData("""{"locale":"english"}""", null)]
    [InlineData("""{"locale":"e"}""", "/locale")]
    [InlineData("""{"locale":"en_GB"}""", "/locale")]
    [InlineData("""{"locale":"zh-Hans-CN"}""", null)]
    [InlineData("""{"country":"gb"}""", "/country")]
    [InlineData("""{"country":"GBR"}""", "/country")]
    [InlineData("""{"attributes":{"a/b":1}}""", "/attributes/a~1b")]
    [InlineData("""{"attributes":[]}""", "/attributes")]
    [InlineData("""{"name":"Line\nbreak"}""", "/name")]
    [InlineData("""{"name":"Zoë 王","email":"a@b.c","phone":"+44 (0)20-1","birthday":"2000-02-29"}""", null)]
    [InlineData("""{"attributes":{"a":""}}""", null)]
    public void A_profile_is_checked_field_by_field(string body, string? place)
    {
        var call = new ApiCall { Body = Utf8(body) };
        var isRead = ProfileInput.TryRead(call, Now, new InputErrors(), out _, out var refusal);
        Assert.Equal(place is null, isRead);
        Assert.Equal(place is null ? [] : [place], refusal is null ? [] : new Refused(refusal).Places);
    }

    private static string Purchase(string currency) => Bodies.Purchase().Replace("GBP", currency, StringComparison.Ordinal);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static PurchaseInput Read(string body)
    {
        Assert.True(PurchaseInput.TryRead(new ApiCall { Body = Utf8(body) }, Now, out var read, out _));
        return read;
    }

    private static string[] Places(string body) =>
        PurchaseInput.TryRead(new ApiCall { Body = Utf8(body) }, Now, out _, out var refusal)
            ? []
            : new Refused(refusal).Places;

    private static Refused Refusal(byte[] body, string? key = null)
    {
        Assert.False(PurchaseInput.TryRead(new ApiCall { Body = body, IdempotencyKey = key }, Now, out _, out var refusal));
        return new Refused(refusal);
    }

    private sealed class Refused(ApiAnswer answer)
    {
        private readonly Answer read = new(
            (HttpStatusCode)answer.Status, new Dictionary<string, string>(),
            System.Text.Json.JsonDocument.Parse(answer.Body).RootElement, null);

        public string? Code => read.Code;

        public string[] Places => read.ErrorPlaces;
    }
}
