using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Contracts;
using Pipeline.Cosmos.Items;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Store;

public sealed class ItemCodecTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ItemCodec codec = new(["answer"], new FakeTime(Noon));

    [Theory]
    [InlineData("""{"n":1,"lots":{"id":["p-1"],"p":[-5]},"ok":true,"none":null,"text":"it's 客户 & <b>"}""", "body")]
    [InlineData("""{"n":9007199254740991}""", "body")]
    [InlineData("""{"n":9007199254740993}""", "text")]
    [InlineData("""{"n":1.50}""", "text")]
    [InlineData("""{"n":1e3}""", "text")]
    [InlineData("""{ "n":1}""", "text")]
    [InlineData("""{"n":1,"n":2}""", "text")]
    [InlineData("""{"t":"\u0041"}""", "text")]
    [InlineData("""{"t":"\ud800"}""", "text")]
    [InlineData("""{"n":}""", "text")]
    [InlineData("[1]", "text")]
    [InlineData("plain", "text")]
    [InlineData("", "text")]
    public void A_body_comes_back_byte_for_byte_however_the_service_writes_it(string body, string property)
    {
        var stored = Stored("k", Encoding.UTF8.GetBytes(body), null);

        Assert.NotNull(stored[property]);
        Assert.Equal(body, Encoding.UTF8.GetString(Back(stored).Body.Span));
    }

    [Fact]
    public void Bytes_that_are_no_text_come_back_too()
    {
        byte[] body = [0, 0xFF, 0xFE, 0x80];

        var stored = Stored("k", body, null);

        Assert.NotNull(stored["base64"]);
        Assert.Equal(body, Back(stored).Body.ToArray());
    }

    [Fact]
    public void An_instant_comes_back_to_the_tick_and_its_text_is_in_the_order_of_instants()
    {
        DateTimeOffset[] instants =
        [
            DateTimeOffset.MinValue, Noon.AddTicks(-1), Noon, Noon.AddTicks(1), Noon.AddTicks(10), Noon.AddMilliseconds(45),
            Noon.AddMilliseconds(500), Noon.AddSeconds(1), Noon.AddYears(10), DateTimeOffset.MaxValue,
        ];

        Assert.All(instants, at => Assert.Equal(at, Back(Stored("k", "{}"u8.ToArray(), at)).DueAt));
        Assert.Equal(
            instants.Select(ItemCodec.Instant), instants.Select(ItemCodec.Instant).Order(StringComparer.Ordinal));
        Assert.Equal(Noon, Back(Stored("k", "{}"u8.ToArray(), Noon.ToOffset(TimeSpan.FromHours(5)))).DueAt);
    }

    [Fact]
    public void Only_a_kind_that_may_go_gets_a_time_to_live_a_minute_beyond_its_instant()
    {
        Assert.Equal(3_660, (int)Stored("answer", "{}"u8.ToArray(), Noon.AddHours(1))["ttl"]!);
        Assert.Equal(1, (int)Stored("answer", "{}"u8.ToArray(), Noon.AddHours(-1))["ttl"]!);
        Assert.Null(Stored("answer", "{}"u8.ToArray(), null)["ttl"]);
        Assert.Null(Stored("account", "{}"u8.ToArray(), Noon.AddHours(1))["ttl"]);
    }

    [Fact]
    public void An_item_of_another_use_is_no_document()
    {
        using var item = JsonDocument.Parse("""{"id":"shards","customerId":"~store","count":3,"_etag":"x"}""");

        Assert.Null(ItemCodec.Read(item.RootElement));
    }

    private JsonObject Stored(string kind, byte[] body, DateTimeOffset? due) =>
        JsonNode.Parse(codec.Write(new DocumentKey("p", kind, "i"), body, due))!.AsObject();

    /// <summary>As a service gives it that keeps the meaning only: with blanks, and escapes wherever there may be one.</summary>
    private static Document Back(JsonObject stored)
    {
        stored["_etag"] = "\"1\"";
        using var item = JsonDocument.Parse(stored.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return ItemCodec.Read(item.RootElement)!;
    }
}
