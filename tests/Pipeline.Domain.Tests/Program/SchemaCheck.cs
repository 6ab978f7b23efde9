using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Domain.Tests;

/// <summary>
/// As much of JSON Schema (draft 2020-12) as the program's schema uses. A keyword that it does not know
/// throws, so that the schema cannot say something that no test reads.
/// </summary>
internal sealed class SchemaCheck(JsonElement schema)
{
    internal bool Accepts(JsonElement value) => Accepts(schema, value);

    private bool Accepts(JsonElement rules, JsonElement value)
    {
        if (rules.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return rules.GetBoolean();
        foreach (var rule in rules.EnumerateObject())
        {
            if (!Keeps(rules, rule.Name, rule.Value, value))
                return false;
        }
        return true;
    }

    private bool Keeps(JsonElement rules, string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "$schema" or "$id" or "$defs" or "title" or "description" => true,
        "$ref" => Accepts(schema.GetProperty("$defs").GetProperty(rule.GetString()!["#/$defs/".Length..]), value),
        "type" => IsOfType(rule.GetString()!, value),
        "enum" => rule.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)),
        "const" => JsonElement.DeepEquals(rule, value),
        "oneOf" => rule.EnumerateArray().Count(one => Accepts(one, value)) == 1,
        "minimum" => Number(value) is not { } number || number >= rule.GetDecimal(),
        "maximum" => Number(value) is not { } number || number <= rule.GetDecimal(),
        "multipleOf" => Number(value) is not { } number || number % rule.GetDecimal() == 0,
        "minLength" => Text(value) is not { } text || Characters(text) >= rule.GetInt32(),
        "maxLength" => Text(value) is not { } text || Characters(text) <= rule.GetInt32(),
        // \z for $: the dialect of the schema (ECMA-262) knows no newline before the end.
        "pattern" => Text(value) is not { } text
            || Regex.IsMatch(text, rule.GetString()!.Replace("$", @"\z", StringComparison.Ordinal)),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32(),
        "uniqueItems" => value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().Index().All(one => !value.EnumerateArray().Take(one.Index).Any(
                before => JsonElement.DeepEquals(before, one.Item))),
        "items" => value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().All(item => Accepts(rule, item)),
        _ => value.ValueKind != JsonValueKind.Object || KeepsOfObject(rules, keyword, rule, value),
    };

    private bool KeepsOfObject(JsonElement rules, string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "required" => rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "minProperties" => value.EnumerateObject().Count() >= rule.GetInt32(),
        "maxProperties" => value.EnumerateObject().Count() <= rule.GetInt32(),
        "properties" => value.EnumerateObject().All(field =>
            !rule.TryGetProperty(field.Name, out var own) || Accepts(own, field.Value)),
        "propertyNames" => value.EnumerateObject().All(field =>
            Accepts(rule, JsonSerializer.SerializeToElement(field.Name))),
        "additionalProperties" => value.EnumerateObject().All(field =>
            (rules.TryGetProperty("properties", out var known) && known.TryGetProperty(field.Name, out _))
            || (rule.ValueKind == JsonValueKind.Object && Accepts(rule, field.Value))),
        _ => throw new NotSupportedException($"The checker does not know the keyword {keyword}."),
    };

    private static bool IsOfType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => Number(value) is { } number && number == decimal.Truncate(number),
        _ => throw new NotSupportedException($"The checker does not know the type {type}."),
    };

    /// <summary>
    /// A number beyond decimal's range is as good as its largest: the schema allows nothing near it.
    /// </summary>
    private static decimal? Number(JsonElement value) =>
        value.ValueKind != JsonValueKind.Number ? null
        : decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : decimal.MaxValue;

    private static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Characters(string text) => text.EnumerateRunes().Count();
}
