using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty.Storage;

namespace Pipeline.Runtime.Tests.Loyalty;

/// <summary>What is read by hand is written by the serializer: each of its fields must be known to both.</summary>
public sealed class ReadByHandTests
{
    private const string Lots = """{"id":["p1","茶"],"p":[40,5],"da":[9,-1],"de":[3,0],"a":[1],"e":[2]}""";
    private const string Row =
        """{"s":"loyal","co":24310,"r":543,"cur":"GBP","a":0.91,"x":1.4,"v":120000,"c":0.2,"p":[9,1],"w":{"on":7,"c":0.8,"held":true,"end":9,"as":"WonBack"}}""";
    private const string Account = $$$"""
        {"n":12,"head":"purchase:\u0041","hh":"hash","hf":3,"deficit":1,"latest":5,"ordered":6,"expired":7,"lots":{{{Lots}}},
        "holds":[{"id":"h","p":5,"at":1,"to":2,"lots":{"id":["p1"],"p":[5]}}],"waiting":["r","p"],
        "profile":{"name":"王","email":"a@b","phone":"1","birthday":"2000-02-29","locale":"zh","country":"CN","attributes":{"a":"b"}},
        "rh":{"n":2,"f":7,"d":[0,9]},"fl":[900,100],"look":5,"fb":true,"bd":6,"rd":8,
        "ti":{"s":"p/c","f":1,"k":[2],"v":[3],"pk":[4],"pv":[5]},"tn":"gold","td":9,"tell":10}
        """;
    private const string Insight =
        $$$"""{"slot":7,"now":{{{Row}}},"before":{{{Row}}},"since":3,"why":"two \"purchases\"","model":"m","ended":{"of":7,"as":"lost"}}""";

    [Theory]
    [InlineData(Account)]
    [InlineData("{}")]
    [InlineData("""{"n":1,"\u006e":2,"new":{"n":3},"lots":{},"holds":null,"lots2":[1],"look":null,"rh":null}""")]
    [InlineData("""{"lots":null,"profile":null,"waiting":null,"ti":null,"bd":null,"rd":null,"tell":null,"hh":null}""")]
    public void An_account_is_read_by_hand_as_the_serializer_reads_it(string stored) =>
        AssertSame(stored, AccountReader.Instance, LedgerJson.Default.AccountDocument);

    [Theory]
    [InlineData(Insight)]
    [InlineData("{}")]
    [InlineData("""{"now":{},"before":null,"new":[{}],"why":null,"ended":null}""")]
    [InlineData("""{"now":{"c":null,"p":null,"w":null,"cur":null,"x":3,"new":"s"},"slot":1}""")]
    public void An_insight_is_read_by_hand_as_the_serializer_reads_it(string stored) =>
        AssertSame(stored, StoredInsightReader.All, InsightJson.Default.InsightDocument);

    [Fact]
    public void No_field_is_forgotten()
    {
        AssertHasAll(Account, LedgerJson.Default.AccountDocument);
        AssertHasAll(Lots, LedgerJson.Default.LotColumns);
        AssertHasAll(Insight, InsightJson.Default.InsightDocument);
        AssertHasAll(Row, InsightJson.Default.InsightRow);
    }

    [Theory]
    [InlineData("""{"n":"x"}""")]
    [InlineData("""{"lots":[]}""")]
    [InlineData("""{"lots":{"id":[1]}}""")]
    [InlineData("""{"lots":{"p":[1.5]}}""")]
    [InlineData("""{"fb":1}""")]
    [InlineData("""{"head":1}""")]
    [InlineData("""{"holds":{}}""")]
    [InlineData("""{"n":1""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{}{}")]
    public void What_is_no_account_is_not_read_as_one(string stored) =>
        Assert.Throws<JsonException>(() => LedgerMapping.ReadAccount(Encoding.UTF8.GetBytes(stored)));

    [Fact]
    public void What_was_said_before_is_read_only_of_what_the_same_slot_wrote()
    {
        var stored = Encoding.UTF8.GetBytes(Insight);

        var (same, other) = (new StoredInsightReader(slot: 7).Read(stored), new StoredInsightReader(slot: 8).Read(stored));

        Assert.NotNull(same.Before);
        Assert.Null(other.Before);
        Assert.Equal((3, "m"), (other.Since, other.Model));
    }

    private static void AssertSame<T>(string stored, StoredReader<T> byHand, JsonTypeInfo<T> serializer)
        where T : class, new()
    {
        var read = byHand.Read(Encoding.UTF8.GetBytes(stored));

        var expected = JsonSerializer.Serialize(JsonSerializer.Deserialize(stored, serializer)!, serializer);
        Assert.Equal(expected, JsonSerializer.Serialize(read, serializer));
    }

    private static void AssertHasAll(string sample, JsonTypeInfo type)
    {
        using var fields = JsonDocument.Parse(sample);
        Assert.Equal(
            type.Properties.Select(static property => property.Name).Order(StringComparer.Ordinal),
            fields.RootElement.EnumerateObject().Select(static field => field.Name).Order(StringComparer.Ordinal));
    }
}
