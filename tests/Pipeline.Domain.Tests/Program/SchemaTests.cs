using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

/// <summary>The schema and the validator are written twice, so that they must be proved to agree.</summary>
public sealed class SchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(ProgramDocument.Schema).RootElement;

    /// <summary>
    /// What the mutations put in place of any value: near the bounds of some field, or of another kind.
    /// </summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "[]", "{}", "[\"A\"]", "[\"A\",\"A\"]", "[1]", "[\"\"]", "\"\"", "\" \"", "\"none\"",
        "\"rolling\"", "\"fixedDate\"", "\"monthEnd\"", "\"floor\"", "\"Floor\"", "\"halfUp\"", "\"allowDeficit\"", "\"UTC\"",
        "\"Europe/London\\n\"", "\"a b\"", "\"12-31\"", "\"02-29\"", "\"02-30\"", "\"13-01\"", "\"0000-01-01\"", "\"2027-12-31\"",
        "\"2027-04-31\"", "\"12-31\\n\"", "-1", "-0", "0", "0.0", "1", "1.0", "1e0", "10e-1", "2", "0.5", "0.000001", "0.0000001",
        "1.0000000", "1.0000001", "1000", "1001", "1200", "1201", "3650", "3651", "36500", "36501", "86400", "86401", "1000000",
        "1000001", "1000000000", "1000000001", "1e12", "1000000000001", "2147483647", "2147483648", "9223372036854775807",
        "9223372036854775808", "1e30", "1e400", "{\"default\":1}", "{\"default\":{\"points\":1,\"majorUnits\":1}}",
        "{\"currencies\":{\"GBP\":1}}", "{\"currencies\":{\"XAU\":1}}", "{\"points\":1,\"minorUnits\":1}", "{\"rule\":\"none\"}",
        "{\"rule\":\"rolling\",\"months\":1,\"align\":\"none\"}", "{\"rule\":\"rolling\",\"months\":1,\"days\":1,\"align\":\"none\"}",
        "{\"rule\":\"anniversary\"}", "[1,7]", "[1,1]", "\"spend\"", "\"orders\"", "{\"rule\":\"rolling\",\"months\":1}", "{\"rule\":\"fixedDate\",\"on\":\"06-30\",\"align\":\"none\"}",
        "\"feb28\"", "\"mar1\"", "5", "6", "16", "17", "5000", "5001", "1000000000000", "{\"points\":1}", "{\"GBP\":1}",
        "{\"app-install\":{\"points\":1}}", "{\"App\":{\"points\":1}}", "{\"signUp\":{\"points\":1}}",
    ];

    /// <summary>The names that the mutations give to new fields and in place of old ones.</summary>
    private static readonly string[] Names =
    [
        "$schema", "version", "name", "timeZone", "earning", "expiry", "refund", "redemption", "holds", "rule", "months", "days",
        "align", "on", "default", "currencies", "points", "minorUnits", "majorUnits", "pointsMax", "GBP", "JPY", "gbp", "XAU",
        "typo", "", "tiers", "notices", "currency", "benefits", "awards", "adjustments", "signUp", "birthday", "leapDay", "review", "referral", "events", "perCustomer", "max",
        "an-event", "An-Event",
    ];

    /// <summary>What is said of one place because of another.</summary>
    private static readonly string[] Relations =
    [
        "level before", "first level", "is no level of the program's tiers", "ids are unique", "another campaign's id", "has two modes",
        "may have a cap for each customer", "Must not be before from", "Must be after from", "Goes only with code: pool",
        "Must not be above the price", "Another step begins there", "Only campaigns that multiply",
    ];

    private static readonly string[] Documents =
    [
        .. Samples.Files().Select(File.ReadAllText), System.Text.Encoding.UTF8.GetString(ProgramDocument.Write(LoyaltyProgram.Default)),
        AwardDocumentTests.Document,
    ];

    [Fact]
    public void The_default_and_the_samples_keep_the_schema_and_parse()
    {
        Assert.Equal(Samples.Files().Length + 2, Documents.Length);
        Assert.All(Documents, text =>
        {
            Assert.True(new SchemaCheck(Schema).Accepts(JsonDocument.Parse(text).RootElement));
            Assert.Empty(ProgramDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text)).Errors);
        });
    }

    [Fact]
    public void The_schema_names_the_dialect_and_every_currency()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", Schema.GetProperty("$schema").GetString());
        Assert.Equal(
            Currency.All.Select(currency => currency.Code),
            Schema.GetProperty("$defs").GetProperty("currency").GetProperty("enum").EnumerateArray().Select(c => c.GetString()!));
    }

    [Fact]
    public void Every_value_in_every_place_is_judged_alike_by_schema_and_validator()
    {
        foreach (var text in Documents)
        {
            var places = Places(JsonNode.Parse(text)!).Count;
            for (var place = 0; place < places; place++)
            {
                foreach (var value in Values)
                    AssertAgreement(Mutated(text, place, node => JsonNode.Parse(value)));
                foreach (var name in Names)
                    AssertAgreement(Mutated(text, place, node => Grown(node, name)));
                AssertAgreement(Removed(text, place));
            }
        }
    }

    [Fact]
    public void Several_mutations_at_once_are_judged_alike_by_schema_and_validator() =>
        Proving.ForAll(
            from text in Gen.Elements(Documents)
            from steps in Gen.ArrayOf(
                from place in Gen.Choose(0, 60)
                from value in Gen.Elements(Values)
                from name in Gen.Elements(Names)
                from kind in Gen.Choose(0, 2)
                select (place, value, name, kind),
                3)
            select (text, steps),
            static given =>
            {
                var text = given.text;
                foreach (var (place, value, name, kind) in given.steps)
                {
                    text = kind == 0 ? Mutated(text, place, _ => JsonNode.Parse(value))
                        : kind == 1 ? Mutated(text, place, node => Grown(node, name))
                        : Removed(text, place);
                }
                AssertAgreement(text);
                return true;
            });

    /// <summary>
    /// They agree on everything but what no schema can know: real zones, 29 February in a common year, and how one place stands
    /// to another.
    /// </summary>
    private static void AssertAgreement(string text)
    {
        var parse = ProgramDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        var bySchema = new SchemaCheck(Schema).Accepts(JsonDocument.Parse(text).RootElement);
        if (bySchema && parse.Errors.All(static error => error.Key == "/timeZone" || IsOfSeveralPlaces(error.Value)))
            return;
        Assert.True(
            bySchema == parse.IsValid,
            $"Schema: {bySchema}. Validator: {string.Join("; ", parse.Errors)}. Document: {text}");
    }

    private static bool IsOfSeveralPlaces(string message) =>
        Relations.Any(relation => message.Contains(relation, StringComparison.Ordinal));

    private static List<JsonNode> Places(JsonNode root)
    {
        var found = new List<JsonNode>();
        Walk(root);
        return found;

        void Walk(JsonNode node)
        {
            found.Add(node);
            var below = node switch
            {
                JsonObject fields => fields.Select(field => field.Value),
                JsonArray items => items,
                _ => [],
            };
            foreach (var child in below.OfType<JsonNode>().ToList())
                Walk(child);
        }
    }

    private static string Mutated(string text, int place, Func<JsonNode, JsonNode?> change)
    {
        var root = JsonNode.Parse(text);
        if (root is null)
            return text;
        var places = Places(root);
        var node = places[place % places.Count];
        var changed = change(node);
        if (node.Parent is null)
            return changed?.ToJsonString() ?? "null";
        if (!ReferenceEquals(node, changed))
            node.ReplaceWith(changed);
        return root.ToJsonString();
    }

    private static JsonNode Grown(JsonNode node, string name)
    {
        if (node is JsonObject fields && !fields.ContainsKey(name))
            fields[name] = 1;
        return node;
    }

    private static string Removed(string text, int place)
    {
        var root = JsonNode.Parse(text);
        if (root is null)
            return text;
        var places = Places(root);
        var node = places[place % places.Count];
        if (node.Parent is JsonObject parent)
            parent.Remove(node.GetPropertyName());
        else if (node.Parent is JsonArray list)
            list.Remove(node);
        return root.ToJsonString();
    }
}
