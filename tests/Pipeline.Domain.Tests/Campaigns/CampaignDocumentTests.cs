using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Pipeline.Domain.Tests.Promotions;

namespace Pipeline.Domain.Tests;

public sealed class CampaignDocumentTests
{
    private const string Full = """
        {
          "version": 2, "name": "Shop", "timeZone": "Asia/Shanghai",
          "earning": { "rates": {
            "skus": { "gift": { "default": 0 } },
            "categories": { "shoes": { "default": 2, "currencies": { "JPY": 0.02 } } },
            "channels": { "app": { "currencies": { "CNY": 1.5 } } } } },
          "campaigns": [
            { "id": "double", "name": "Double week", "effect": { "kind": "multiplier", "factor": 2 },
              "when": { "currencies": ["CNY"], "channels": ["app"], "categories": ["shoes"], "skus": ["a"],
                "minimumSpend": { "CNY": 10000 }, "tiers": ["Gold"], "stages": ["won-back"], "segments": ["cannot-lose"] },
              "window": { "from": "2026-11-01T00:00", "to": "2026-12-01T00:00", "daysOfWeek": ["monday", "sunday"],
                "daysOfMonth": [1, 31], "months": [11], "hours": { "from": "22:00", "to": "02:00" } },
              "caps": { "pointsPerOrder": 100, "pointsPerCustomer": 1000, "pointsPerCustomerPerDay": 200, "budget": 100000 },
              "stacking": { "group": "sale", "mode": "multiplicative", "priority": -3 } },
            { "id": "every", "name": "每满300送50",
              "effect": { "kind": "everySpend", "currency": "CNY", "amount": 30000, "points": 50 },
              "when": { "firstPurchase": true, "order": 1, "everyOrders": 5, "newCustomerDays": 30, "birthdayMonth": true } },
            { "id": "steps", "name": "Steps", "effect": { "kind": "spendSteps", "currency": "CNY",
              "steps": [{ "from": 20000, "points": 20 }, { "from": 50000, "points": 80 }] } },
            { "id": "hello", "name": "Hello", "effect": { "kind": "bonus", "points": 100 },
              "stacking": { "group": "one", "mode": "exclusive" } }
          ]
        }
        """;

    private static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "[\"A\"]", "[\"A\",\"A\"]", "[1]", "[0]", "[1,1]", "[\"monday\"]", "[\"CNY\"]", "[\"loyal\"]",
        "[\"\"]", "\"\"", "\" \"", "\"a b\"", "\"CNY\"", "\"XAU\"", "\"bonus\"", "\"additive\"", "\"bestOf\"", "\"12:00\"",
        "\"24:00\"", "\"2026-11-01T00:00\"", "\"2026-02-30T00:00\"", "\"2026-11-01T00:00\\n\"", "\"2030-11-01T24:00\"", "-1", "0",
        "1", "0.5", "1.0", "1.000001", "1.0000001", "12", "13", "31", "32", "1000", "1001", "1000000", "1000001", "1000000000000",
        "1000000000001", "9223372036854775807", "9223372036854775808", "{\"CNY\":1}", "{\"CNY\":0}", "{\"XAU\":1}",
        "{\"kind\":\"bonus\",\"points\":1}", "{\"kind\":\"bonus\"}", "{\"group\":\"g\",\"mode\":\"bestOf\"}",
        "{\"from\":\"01:00\",\"to\":\"01:00\"}",
    ];

    [Fact]
    public void A_document_is_read_and_written_back_the_same()
    {
        var program = Valid(Full);
        var written = ProgramDocument.Write(program);

        Assert.Equal(program, Valid(Encoding.UTF8.GetString(written)));
        Assert.Equal(written, ProgramDocument.Write(Valid(Encoding.UTF8.GetString(written))));
        Assert.Equal(["double", "every", "hello", "steps"], program.Campaigns.Select(static campaign => campaign.Id));
        Assert.Equal(new DateTime(2026, 11, 1), program.FindCampaign("double")!.Window.From);
    }

    [Fact]
    public void A_program_without_campaigns_is_written_as_it_always_was()
    {
        var written = Encoding.UTF8.GetString(ProgramDocument.Write(LoyaltyProgram.Default));

        Assert.DoesNotContain("campaigns", written, StringComparison.Ordinal);
        Assert.DoesNotContain("rates", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{ "name": "A", "effect": { "kind": "bonus", "points": 1 } }]""", "/campaigns/0/id", "Missing")]
    [InlineData("""[{ "id": "a b", "name": "A", "effect": { "kind": "bonus", "points": 1 } }]""", "/campaigns/0/id", "A-Z a-z 0-9")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "bonuss", "points": 1 } }]""", "/campaigns/0/effect/kind", "Did you mean 'bonus'?")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "multiplier", "factor": 0.5 } }]""", "/campaigns/0/effect/factor", "takes no points away")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "bonus", "points": 1 }, "windows": {} }]""", "/campaigns/0/windows", "Did you mean 'window'?")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "bonus", "points": 1 }, "when": { "segments": ["champion"] } }]""", "/campaigns/0/when/segments/0", "Did you mean 'champions'?")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "bonus", "points": 1 }, "window": { "from": "2026-02-02T00:00", "to": "2026-02-02T00:00" } }]""", "/campaigns/0/window/to", "after from")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "bonus", "points": 1 }, "stacking": { "group": "g", "mode": "multiplicative" } }]""", "/campaigns/0/stacking", "Only campaigns that multiply")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "bonus", "points": 1 } }, { "id": "a", "name": "B", "effect": { "kind": "bonus", "points": 1 } }]""", "/campaigns/1/id", "occurs once")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "bonus", "points": 1 }, "stacking": { "group": "g", "mode": "bestOf" } }, { "id": "b", "name": "B", "effect": { "kind": "bonus", "points": 1 }, "stacking": { "group": "g", "mode": "exclusive" } }]""", "/campaigns/1/stacking", "two modes")]
    [InlineData("""[{ "id": "a", "name": "A", "effect": { "kind": "spendSteps", "currency": "CNY", "steps": [{ "from": 1, "points": 1 }, { "from": 1, "points": 2 }] } }]""", "/campaigns/0/effect/steps/1/from", "Another step")]
    public void What_is_wrong_is_said_with_its_place(string campaigns, string place, string message)
    {
        var errors = Parse(campaigns).Errors;

        Assert.Contains(message, Assert.Contains(place, errors), StringComparison.Ordinal);
        Assert.Single(errors);
    }

    [Fact]
    public void At_most_32_campaigns_have_a_cap_for_each_customer()
    {
        string Of(int count) => "[" + string.Join(",", Enumerable.Range(0, count).Select(static i =>
            $$"""{ "id": "c{{i}}", "name": "C", "effect": { "kind": "bonus", "points": 1 }, "caps": { "pointsPerCustomer": 5 } }""")) + "]";

        Assert.True(Parse(Of(32)).IsValid);
        Assert.Contains("/campaigns", Parse(Of(33)).Errors);
    }

    [Fact]
    public void Every_value_in_every_place_is_judged_alike_by_schema_and_validator()
    {
        var schema = new SchemaCheck(JsonDocument.Parse(ProgramDocument.Schema).RootElement);
        Assert.True(schema.Accepts(JsonDocument.Parse(Full).RootElement));
        var places = Places(JsonNode.Parse(Full)!).Count;
        for (var place = 0; place < places; place++)
            foreach (var value in Values.Append("gone"))
            {
                var text = Mutated(place, value);
                var parse = ProgramDocument.Parse(Encoding.UTF8.GetBytes(text));
                var accepted = schema.Accepts(JsonDocument.Parse(text).RootElement);
                if (accepted && parse.Errors.Values.All(IsBetweenFields))
                    continue;
                Assert.True(accepted == parse.IsValid, $"Schema: {accepted}. Validator: {string.Join("; ", parse.Errors)}. {text}");
            }
    }

    /// <summary>What no schema can say: one field compared with another, and which zones there are.</summary>
    private static bool IsBetweenFields(string message) =>
        message.Contains("time zone", StringComparison.Ordinal)
        || message is "Must be after from." or "Only campaigns that multiply can be in a multiplicative group."
        || message.Contains("two modes", StringComparison.Ordinal) || message.Contains("occurs once", StringComparison.Ordinal)
        || message.Contains("Another step", StringComparison.Ordinal);

    private static string Mutated(int place, string value)
    {
        var root = JsonNode.Parse(Full)!;
        var node = Places(root)[place];
        if (node.Parent is null)
            return value == "gone" ? Full : value;
        if (value != "gone")
            node.ReplaceWith(JsonNode.Parse(value));
        else if (node.Parent is JsonObject parent)
            parent.Remove(node.GetPropertyName());
        else
            node.Parent.AsArray().Remove(node);
        return root.ToJsonString();
    }

    private static List<JsonNode> Places(JsonNode root)
    {
        var below = root switch
        {
            JsonObject fields => fields.Select(static field => field.Value),
            JsonArray items => items,
            _ => [],
        };
        return [root, .. below.OfType<JsonNode>().SelectMany(Places)];
    }

    private static LoyaltyProgram Valid(string text)
    {
        var parse = ProgramDocument.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Empty(parse.Errors);
        return parse.Program!;
    }
}
