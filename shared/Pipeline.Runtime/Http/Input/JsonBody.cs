using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Pipeline.Runtime.Http;

/// <summary>A body as one strict JSON object: UTF-8, no key twice, at most 32 levels deep.</summary>
internal sealed class JsonBody : IDisposable
{
    private const int DepthMax = 32;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = DepthMax };
    private static readonly JsonDocumentOptions Strict = Lenient with { AllowDuplicateProperties = false };

    private readonly JsonDocument document;

    private JsonBody(JsonDocument document) => this.document = document;

    public InputErrors Errors { get; } = new();

    public InputObject Root => new(document.RootElement, Errors);

    public static bool TryParse(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonBody? json, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        json = null;
        refusal = null;
        var text = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (text.IsEmpty)
            refusal = Problems.MalformedJson.Answer("The body is empty; a JSON object is needed.");
        else if (!Utf8.IsValid(text.Span))
            refusal = Problems.MalformedJson.Answer("The body is not valid UTF-8.");
        else
            json = Parse(text, out refusal);
        return json is not null;
    }

    public void Dispose() => document.Dispose();

    private static JsonBody? Parse(ReadOnlyMemory<byte> text, out ApiAnswer? refusal)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, Strict);
        }
        catch (JsonException e)
        {
            refusal = RefusalOf(text, e);
            return null;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            refusal = null;
            return new JsonBody(document);
        }

        document.Dispose();
        refusal = Problems.MalformedJson.Answer("The body is JSON, but not an object.");
        return null;
    }

    /// <summary>What reads leniently has only a key twice; the first such is named.</summary>
    private static ApiAnswer RefusalOf(ReadOnlyMemory<byte> text, JsonException fault)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            var errors = new InputErrors();
            if (DuplicateIn(document.RootElement, "") is { } pointer)
                errors.Add(pointer, "appears more than once");
            return Problems.DuplicateKey.Answer(errors: errors);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Problems.MalformedJson.Answer(
                $"The body is not valid JSON, or is nested deeper than {DepthMax} levels, "
                + $"at line {(fault.LineNumber ?? 0) + 1}, byte {(fault.BytePositionInLine ?? 0) + 1}.");
        }
    }

    private static string? DuplicateIn(JsonElement element, string pointer)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in element.EnumerateObject())
            {
                var here = $"{pointer}/{InputErrors.Step(property.Name)}";
                if (!names.Add(property.Name))
                    return here;
                if (DuplicateIn(property.Value, here) is { } found)
                    return found;
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                if (DuplicateIn(item, $"{pointer}/{index++}") is { } found)
                    return found;
            }
        }

        return null;
    }
}
