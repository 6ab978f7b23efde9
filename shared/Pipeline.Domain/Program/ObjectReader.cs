using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>
/// Reads the fields of one JSON object. Every reading gives a value: that of the document, or the given
/// fallback where the field is absent or wrong; what is wrong is reported, so that one pass finds all errors.
/// </summary>
internal sealed class ObjectReader
{
    private readonly Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
    private readonly string pointer;
    private readonly DocumentErrors errors;

    private ObjectReader(JsonElement element, string pointer, DocumentErrors errors)
    {
        this.pointer = pointer;
        this.errors = errors;
        foreach (var property in element.EnumerateObject())
            fields.TryAdd(property.Name, property.Value);
    }

    internal IEnumerable<string> Names => fields.Keys;

    /// <summary>A reader of an object; null, and an error, where the value is something else.</summary>
    internal static ObjectReader? Of(JsonElement element, string pointer, DocumentErrors errors)
    {
        if (element.ValueKind == JsonValueKind.Object)
            return new ObjectReader(element, pointer, errors);
        errors.Add(pointer, $"Must be an object; it is {Kind(element)}.");
        return null;
    }

    internal string At(string name) => DocumentErrors.Under(pointer, name);

    internal bool Has(string name) => fields.ContainsKey(name);

    internal void Fail(string name, string message) => errors.Add(At(name), message);

    internal void Fail(string message) => errors.Add(pointer, message);

    /// <summary>Reports the fields that are not among those allowed.</summary>
    internal void Allow(params string[] names)
    {
        foreach (var name in fields.Keys)
        {
            if (errors.IsFull)
                return;
            if (Array.IndexOf(names, name) < 0)
            {
                Fail(name, $"Unknown field.{DocumentErrors.DidYouMean(name, names)} "
                    + $"Allowed here: {string.Join(", ", names)}.");
            }
        }
    }

    /// <summary>Reports a field that must be there and is not.</summary>
    internal void Require(string name, string what)
    {
        if (!Has(name))
            Fail(name, $"Missing; give {what}.");
    }

    internal ObjectReader? Object(string name) =>
        fields.TryGetValue(name, out var value) ? Of(value, At(name), errors) : null;

    /// <summary>The objects of a list; what is none, and a list that is too long, is an error.</summary>
    internal IReadOnlyList<ObjectReader> Objects(string name, int itemsMin, int itemsMax)
    {
        if (!fields.TryGetValue(name, out var value))
            return [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail(name, $"Must be a list of objects; it is {Kind(value)}.");
            return [];
        }
        if (value.GetArrayLength() is var length && (length < itemsMin || length > itemsMax))
        {
            Fail(name, $"Must have {itemsMin} to {itemsMax} items; it has {length}.");
            return [];
        }
        var place = 0;
        return [.. value.EnumerateArray()
            .Select(item => Of(item, $"{At(name)}/{place++}", errors))
            .OfType<ObjectReader>()];
    }

    /// <summary>Words of a list without repetition; a word that is not among those allowed is an error.</summary>
    internal IEnumerable<T> Words<T>(string name, (string Word, T Value)[] words)
    {
        var found = new List<T>();
        var place = 0;
        foreach (var text in Texts(name, words.Length, 80))
        {
            var at = $"{At(name)}/{place++}";
            if (Array.FindIndex(words, word => word.Word == text) is var i && i >= 0)
                found.Add(words[i].Value);
            else
            {
                var all = words.Select(static word => word.Word);
                errors.Add(at, $"Must be one of {string.Join(", ", all)}; it is '{DocumentErrors.Shown(text)}'."
                    + DocumentErrors.DidYouMean(text, all));
            }
        }
        return found;
    }

    /// <summary>Whole numbers of a list without repetition, in the document's order.</summary>
    internal IReadOnlyList<int> Wholes(string name, int itemsMin, int itemsMax, int min, int max)
    {
        if (!fields.TryGetValue(name, out var value))
            return [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail(name, $"Must be a list of whole numbers; it is {Kind(value)}.");
            return [];
        }
        if (value.GetArrayLength() is var length && (length < itemsMin || length > itemsMax))
        {
            Fail(name, $"Must have {itemsMin} to {itemsMax} items; it has {length}.");
            return [];
        }
        var numbers = new List<int>(length);
        foreach (var (place, item) in value.EnumerateArray().Index())
        {
            var at = $"{At(name)}/{place}";
            if (!TryWhole(item, min, max, out var whole))
                errors.Add(at, $"Must be a whole number from {min} to {max}; it is {Shown(item)}.");
            else if (numbers.Contains((int)whole))
                errors.Add(at, $"{whole} occurs twice; give it once.");
            else
                numbers.Add((int)whole);
        }
        return numbers;
    }

    internal bool Boolean(string name, bool fallback)
    {
        if (!fields.TryGetValue(name, out var value))
            return fallback;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fail(name, $"Must be true or false; it is {Kind(value)}.");
        return fallback;
    }

    internal long Whole(string name, long min, long max, long fallback)
    {
        if (!fields.TryGetValue(name, out var value))
            return fallback;
        if (TryWhole(value, min, max, out var whole))
            return whole;
        Fail(name, $"Must be a whole number from {min} to {max}; it is {Shown(value)}.");
        return fallback;
    }

    private static bool TryWhole(JsonElement value, long min, long max, out long whole)
    {
        whole = 0;
        if (value.ValueKind != JsonValueKind.Number
            || !ExactNumber.TryMillionths(value.GetRawText(), out var millionths)
            || millionths % ExactRate.One != 0
            || millionths / ExactRate.One < min || millionths / ExactRate.One > max)
        {
            return false;
        }
        whole = (long)(millionths / ExactRate.One);
        return true;
    }

    /// <param name="max">The largest value, whole.</param>
    internal ExactRate Rate(string name, int max, ExactRate fallback)
    {
        if (!fields.TryGetValue(name, out var value))
            return fallback;
        if (value.ValueKind == JsonValueKind.Number
            && ExactNumber.TryMillionths(value.GetRawText(), out var millionths)
            && millionths >= 0 && millionths <= max * ExactRate.One)
        {
            return ExactRate.OfMillionths((long)millionths);
        }
        Fail(name, $"Must be a number from 0 to {max} with at most 6 decimals; it is {Shown(value)}.");
        return fallback;
    }

    /// <summary>The text of a field; null where it is absent or, with an error, no text.</summary>
    internal string? Text(string name)
    {
        if (!fields.TryGetValue(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Fail(name, $"Must be text; it is {Kind(value)}.");
        return null;
    }

    internal T OneOf<T>(string name, (string Word, T Value)[] words, T fallback)
    {
        if (Text(name) is not { } text)
            return fallback;
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
        }
        var all = words.Select(static word => word.Word);
        Fail(name, $"Must be one of {string.Join(", ", all)}; it is '{DocumentErrors.Shown(text)}'."
            + DocumentErrors.DidYouMean(text, all));
        return fallback;
    }

    /// <summary>A list of texts without repetition.</summary>
    internal IReadOnlyList<string> Texts(string name, int itemsMax, int charactersMax)
    {
        if (!fields.TryGetValue(name, out var value))
            return [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail(name, $"Must be a list of texts; it is {Kind(value)}.");
            return [];
        }
        if (value.GetArrayLength() > itemsMax)
        {
            Fail(name, $"Must have at most {itemsMax} items; it has {value.GetArrayLength()}.");
            return [];
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var place = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = $"{At(name)}/{place++}";
            if (item.ValueKind != JsonValueKind.String)
                errors.Add(at, $"Must be text; it is {Kind(item)}.");
            else if (Characters(item.GetString()!) is var length && (length == 0 || length > charactersMax))
                errors.Add(at, $"Must have 1 to {charactersMax} characters; it has {length}.");
            else if (!seen.Add(item.GetString()!))
                errors.Add(at, $"'{DocumentErrors.Shown(item.GetString()!)}' occurs twice; give it once.");
        }
        return [.. seen];
    }

    /// <summary>Characters as JSON Schema counts them: Unicode code points.</summary>
    internal static int Characters(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }

    private static string Shown(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? DocumentErrors.Shown(value.GetRawText()) : Kind(value);

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
