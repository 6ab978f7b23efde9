using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Pipeline.Domain;

/// <summary>
/// The document as JSON, before any rule is read: syntax, text that is text, and names that occur once.
/// </summary>
internal static class DocumentSyntax
{
    private const int DepthMax = 16;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax };

    /// <summary>The document; null where it cannot be read at all.</summary>
    internal static JsonDocument? Read(ReadOnlySpan<byte> utf8Json, DocumentErrors errors)
    {
        if (utf8Json.StartsWith(Encoding.UTF8.Preamble))
            utf8Json = utf8Json[Encoding.UTF8.Preamble.Length..];
        if (utf8Json.Length > ProgramDocument.BytesMax)
        {
            errors.Add("", $"The document has {utf8Json.Length} bytes; at most {ProgramDocument.BytesMax} are allowed.");
            return null;
        }
        if (!Utf8.IsValid(utf8Json))
        {
            errors.Add("", "The document is not UTF-8 text.");
            return null;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8Json.ToArray(), Strict);
        }
        catch (JsonException broken)
        {
            errors.Add("", $"The document is not JSON: {Place(utf8Json, broken)}: {Cause(broken)}");
            return null;
        }
        if (CheckTexts(document.RootElement, "", errors))
            return document;
        document.Dispose();
        return null;
    }

    /// <summary>1-based line and column, the column in characters as editors count them.</summary>
    private static string Place(ReadOnlySpan<byte> utf8, JsonException broken)
    {
        var line = broken.LineNumber ?? 0;
        for (var i = 0; i < line; i++)
            utf8 = utf8[(utf8.IndexOf((byte)'\n') + 1)..];
        var bytes = (int)Math.Min(broken.BytePositionInLine ?? 0, utf8.Length);
        return $"line {line + 1}, column {Encoding.UTF8.GetCharCount(utf8[..bytes]) + 1}";
    }

    private static string Cause(JsonException broken)
    {
        var end = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? broken.Message : broken.Message[..end];
    }

    /// <summary>
    /// False where a text holds half a surrogate pair, which is no character and which no reader can be
    /// given. Names that occur twice are reported on the way: readers differ on which of them counts.
    /// </summary>
    private static bool CheckTexts(JsonElement element, string pointer, DocumentErrors errors)
    {
        var sound = true;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var property in element.EnumerateObject())
                {
                    if (NameOf(property) is not { } name)
                    {
                        errors.Add(pointer, "A field's name holds half of a surrogate pair, which is not a character.");
                        sound = false;
                        continue;
                    }
                    var below = DocumentErrors.Under(pointer, name);
                    if (!names.Add(name))
                        errors.Add(below, "The field occurs twice; give it once.");
                    sound &= CheckTexts(property.Value, below, errors);
                }
                break;
            case JsonValueKind.Array:
                var place = 0;
                foreach (var item in element.EnumerateArray())
                    sound &= CheckTexts(item, $"{pointer}/{place++}", errors);
                break;
            case JsonValueKind.String when !IsText(element):
                errors.Add(pointer, "The text holds half of a surrogate pair, which is not a character.");
                sound = false;
                break;
        }
        return sound;
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsText(JsonElement element)
    {
        try
        {
            return element.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
