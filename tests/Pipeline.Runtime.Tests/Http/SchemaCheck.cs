using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Tests.OpenApi;

/// <summary>
/// Checks JSON against the schemas of an OpenAPI 3.1 document: the part of JSON Schema 2020-12 that the document uses.
/// A keyword that it does not know is an error, so that nothing is taken for checked that is not. Objects are closed
/// unless they say otherwise: an answer with a field that the document lacks is wrong.
/// </summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly HashSet<string> Annotations =
        ["description", "title", "examples", "default", "deprecated", "readOnly", "writeOnly"];

    /// <summary>Headers that belong to the contract: an answer that bears one of them has declared it.</summary>
    private static readonly string[] HeadersOfTheContract =
        ["Location", "Link", "Retry-After", "WWW-Authenticate", "Idempotent-Replayed"];

    public static SchemaCheck Of(ReadOnlyMemory<byte> openApi) => new(JsonDocument.Parse(openApi).RootElement);

    /// <summary>What is wrong with an answer; empty where it is as the document says.</summary>
    /// <param name="path">As it was asked for, without the query.</param>
    /// <param name="headers">Those of the answer, by their names in any case.</param>
    public IReadOnlyList<string> CheckResponse(
        string method, string path, int status, IReadOnlyDictionary<string, string> headers, string? contentType,
        ReadOnlyMemory<byte> body)
    {
        if (FindOperation(method, path) is not { } operation)
            return [$"The document has no {method} {path}."];
        if (!operation.GetProperty("responses").TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response))
            return [$"{method} {path} has no response {status}."];
        response = Resolve(response);
        var errors = CheckHeaders(response, headers);
        if (!response.TryGetProperty("content", out var content))
            return body.IsEmpty ? errors : [.. errors, $"{method} {path} {status} has a body."];
        var type = contentType?.Split(';')[0].Trim();
        if (type is null || !content.TryGetProperty(type, out var media))
            return [.. errors, $"{method} {path} {status} has the content type {type}."];
        if (!type.EndsWith("json", StringComparison.Ordinal))
            return [.. errors, .. Check(media.GetProperty("schema"), JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(body.Span)))];
        using var json = JsonDocument.Parse(body);
        return [.. errors, .. Check(media.GetProperty("schema"), json.RootElement)];
    }

    /// <summary>The operation that answers here, as the document has it; null where there is none.</summary>
    /// <param name="path">As it is asked for, without the query.</param>
    public JsonElement? FindOperation(string method, string path) =>
        FindPath(path) is { } found && found.TryGetProperty(method.ToLowerInvariant(), out var operation) ? operation : null;

    /// <summary>What is wrong with a value; empty where it fits the schema.</summary>
    public IReadOnlyList<string> Check(JsonElement schema, JsonElement value)
    {
        var errors = new List<string>();
        Check(schema, value, "", errors);
        return errors;
    }

    public JsonElement Schema(string name) =>
        document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    /// <summary>A header that must be there and is not, one that does not fit, and one that is not declared.</summary>
    private List<string> CheckHeaders(JsonElement response, IReadOnlyDictionary<string, string> headers)
    {
        var errors = new List<string>();
        var sent = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase);
        var declared = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in response.TryGetProperty("headers", out var listed) ? listed.EnumerateObject() : default)
        {
            declared.Add(header.Name);
            var rule = Resolve(header.Value);
            if (sent.TryGetValue(header.Name, out var value))
                Check(rule.GetProperty("schema"), HeaderValue(rule.GetProperty("schema"), value), header.Name, errors);
            else if (rule.TryGetProperty("required", out var required) && required.GetBoolean())
                errors.Add($"The header {header.Name} is missing.");
        }

        errors.AddRange(HeadersOfTheContract.Where(name => sent.ContainsKey(name) && !declared.Contains(name))
            .Select(static name => $"The header {name} is not in the document."));
        return errors;
    }

    private static JsonElement HeaderValue(JsonElement schema, string value) =>
        schema.TryGetProperty("type", out var type) && type.ValueEquals("integer")
            && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? JsonSerializer.SerializeToElement(number)
            : JsonSerializer.SerializeToElement(value);

    private void Check(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        if (SaysNothingOfMembers(schema) && value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any())
            errors.Add($"{at}: the document does not say what is in the object.");
        foreach (var keyword in schema.EnumerateObject())
        {
            if (Annotations.Contains(keyword.Name))
                continue;
            if (CheckAny(keyword, value, at, errors) || CheckText(keyword, value, at, errors)
                || CheckNumber(keyword, value, at, errors) || CheckArray(keyword, value, at, errors)
                || CheckObject(schema, keyword, value, at, errors))
            {
                continue;
            }

            errors.Add($"{at}: the keyword '{keyword.Name}' is not known to this check.");
        }
    }

    private bool CheckAny(JsonProperty keyword, JsonElement value, string at, List<string> errors)
    {
        var given = keyword.Value;
        switch (keyword.Name)
        {
            case "$ref":
                Check(Resolve(given.GetString()!), value, at, errors);
                return true;
            case "type":
                var types = given.ValueKind == JsonValueKind.Array
                    ? given.EnumerateArray().Select(static type => type.GetString()!).ToArray()
                    : [given.GetString()!];
                if (!types.Any(type => IsOf(type, value)))
                    errors.Add($"{at}: {value.ValueKind} is not of type {string.Join(" or ", types)}.");
                return true;
            case "enum":
                if (!given.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
                    errors.Add($"{at}: {value.GetRawText()} is not one of {given.GetRawText()}.");
                return true;
            case "const":
                if (!JsonElement.DeepEquals(given, value))
                    errors.Add($"{at}: {value.GetRawText()} is not {given.GetRawText()}.");
                return true;
            case "oneOf":
                var fits = given.EnumerateArray().Select(one => CheckAlone(one, value, at)).ToArray();
                if (fits.Count(static found => found.Count == 0) != 1)
                    errors.Add($"{at}: not exactly one of oneOf fits: {string.Join(' ', fits.SelectMany(static f => f))}");
                return true;
            default:
                return false;
        }
    }

    private List<string> CheckAlone(JsonElement schema, JsonElement value, string at)
    {
        var errors = new List<string>();
        Check(schema, value, at, errors);
        return errors;
    }

    private static bool CheckText(JsonProperty keyword, JsonElement value, string at, List<string> errors)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        switch (keyword.Name)
        {
            case "minLength":
                if (text?.Length < keyword.Value.GetInt32())
                    errors.Add($"{at}: shorter than {keyword.Value}.");
                return true;
            case "maxLength":
                if (text?.Length > keyword.Value.GetInt32())
                    errors.Add($"{at}: longer than {keyword.Value}.");
                return true;
            case "pattern":
                if (text is not null && !Regex.IsMatch(text, keyword.Value.GetString()!, RegexOptions.ECMAScript))
                    errors.Add($"{at}: '{text}' does not match {keyword.Value}.");
                return true;
            case "format":
                if (!HasFormat(keyword.Value.GetString()!, text))
                    errors.Add($"{at}: '{text}' has not the format {keyword.Value}.");
                return true;
            default:
                return false;
        }
    }

    private static bool CheckNumber(JsonProperty keyword, JsonElement value, string at, List<string> errors)
    {
        var number = value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : (decimal?)null;
        switch (keyword.Name)
        {
            case "minimum":
                if (number < keyword.Value.GetDecimal())
                    errors.Add($"{at}: {number} is below {keyword.Value}.");
                return true;
            case "maximum":
                if (number > keyword.Value.GetDecimal())
                    errors.Add($"{at}: {number} is above {keyword.Value}.");
                return true;
            default:
                return false;
        }
    }

    private bool CheckArray(JsonProperty keyword, JsonElement value, string at, List<string> errors)
    {
        var isArray = value.ValueKind == JsonValueKind.Array;
        switch (keyword.Name)
        {
            case "items":
                for (var i = 0; isArray && i < value.GetArrayLength(); i++)
                    Check(keyword.Value, value[i], $"{at}/{i}", errors);
                return true;
            case "minItems":
                if (isArray && value.GetArrayLength() < keyword.Value.GetInt32())
                    errors.Add($"{at}: fewer than {keyword.Value} items.");
                return true;
            case "maxItems":
                if (isArray && value.GetArrayLength() > keyword.Value.GetInt32())
                    errors.Add($"{at}: more than {keyword.Value} items.");
                return true;
            default:
                return false;
        }
    }

    private bool CheckObject(
        JsonElement schema, JsonProperty keyword, JsonElement value, string at, List<string> errors)
    {
        var members = value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().ToArray() : [];
        switch (keyword.Name)
        {
            case "required":
                foreach (var name in keyword.Value.EnumerateArray().Select(static name => name.GetString()!))
                    if (value.ValueKind == JsonValueKind.Object && !value.TryGetProperty(name, out _))
                        errors.Add($"{at}: '{name}' is missing.");
                return true;
            case "properties":
                foreach (var member in members)
                    if (keyword.Value.TryGetProperty(member.Name, out var own))
                        Check(own, member.Value, $"{at}/{member.Name}", errors);
                    else if (!schema.TryGetProperty("additionalProperties", out _))
                        errors.Add($"{at}: '{member.Name}' is not in the document.");
                return true;
            case "additionalProperties":
                foreach (var member in members.Where(member => !IsListed(schema, member.Name)))
                    if (keyword.Value.ValueKind == JsonValueKind.False)
                        errors.Add($"{at}: '{member.Name}' is not allowed.");
                    else if (keyword.Value.ValueKind == JsonValueKind.Object)
                        Check(keyword.Value, member.Value, $"{at}/{member.Name}", errors);
                return true;
            case "propertyNames":
                foreach (var member in members)
                    Check(keyword.Value, JsonSerializer.SerializeToElement(member.Name), $"{at}/{member.Name}", errors);
                return true;
            case "maxProperties":
                if (members.Length > keyword.Value.GetInt32())
                    errors.Add($"{at}: more than {keyword.Value} members.");
                return true;
            default:
                return false;
        }
    }

    /// <summary>An object of which neither its own schema nor another that it refers to lists the members.</summary>
    private static bool SaysNothingOfMembers(JsonElement schema) =>
        !((string[])["$ref", "oneOf", "properties", "additionalProperties"]).Any(name => schema.TryGetProperty(name, out _));

    private static bool IsListed(JsonElement schema, string name) =>
        schema.TryGetProperty("properties", out var listed) && listed.TryGetProperty(name, out _);

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new InvalidDataException($"The type '{type}' is not known to this check."),
    };

    private static bool HasFormat(string format, string? text) => format switch
    {
        _ when text is null => true,
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "uri-reference" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        "int64" => true,
        _ => throw new InvalidDataException($"The format '{format}' is not known to this check."),
    };

    private JsonElement? FindPath(string path)
    {
        var asked = path.Split('/');
        foreach (var known in document.GetProperty("paths").EnumerateObject())
        {
            var parts = known.Name.Split('/');
            if (parts.Length == asked.Length
                && parts.Zip(asked).All(static pair => pair.First.StartsWith('{') || pair.First == pair.Second))
            {
                return known.Value;
            }
        }

        return null;
    }

    private JsonElement Resolve(JsonElement element) =>
        element.TryGetProperty("$ref", out var reference) ? Resolve(reference.GetString()!) : element;

    private JsonElement Resolve(string reference)
    {
        var found = document;
        foreach (var step in reference.Split('/').Skip(1))
            found = found.GetProperty(step);
        return found;
    }
}
