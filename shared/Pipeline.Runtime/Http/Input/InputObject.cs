using System.Text;
using System.Text.Json;
using Pipeline.Domain;

namespace Pipeline.Runtime.Http;

/// <summary>
/// An object of a body, read field by field. Whatever is missing, of the wrong type or out of range is noted with its
/// JSON pointer, and reading goes on, so that a caller learns of all errors at once. A field that is null is absent.
/// </summary>
/// <param name="parent">The pointer of the object, or of the array that it is an item of.</param>
/// <param name="index">Its index in that array; below 0: it is no item. Pointers are built only for errors.</param>
internal readonly struct InputObject(JsonElement element, InputErrors errors, string parent = "", int index = -1)
{
    public InputErrors Errors => errors;

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(ReadOnlySpan<byte> name) => TryGet(name, out _);

    public void Fail(ReadOnlySpan<byte> name, string problem) => errors.Add(PointerOf(name), problem);

    public string PointerOf(ReadOnlySpan<byte> name) => index < 0
        ? $"{parent}/{Encoding.UTF8.GetString(name)}"
        : $"{parent}/{index}/{Encoding.UTF8.GetString(name)}";

    /// <summary>
    /// A text of so many characters at most, without control characters unless they are allowed. Null where it is
    /// absent, empty (which says as little) or wrong.
    /// </summary>
    public string? Text(
        ReadOnlySpan<byte> name, int charactersMax, bool isRequired = false, bool allowsControl = false)
    {
        if (!TryGet(name, out var value))
        {
            if (isRequired)
                Fail(name, "is required");
            return null;
        }

        if (TextOf(value) is not { } text || text.Length > charactersMax || (!allowsControl && HasControl(text)))
        {
            var kind = allowsControl ? "" : " without control characters";
            Fail(name, $"must be a text of at most {charactersMax} characters{kind}");
            return null;
        }

        if (text.Length > 0)
            return text;
        if (isRequired)
            Fail(name, "must not be empty");
        return null;
    }

    /// <summary>A whole number in a range; the default where it is absent, null where it is wrong.</summary>
    public long? Whole(ReadOnlySpan<byte> name, long min, long max, long? ifAbsent = null)
    {
        if (!TryGet(name, out var value))
        {
            if (ifAbsent is null)
                Fail(name, "is required");
            return ifAbsent;
        }

        if (value.ValueKind != JsonValueKind.Number)
            Fail(name, "must be a whole number");
        else if (value.TryGetInt64(out var number))
        {
            if (number >= min && number <= max)
                return number;
            Fail(name, max == long.MaxValue ? $"must be at least {min}" : $"must be from {min} to {max}");
        }
        else
        {
            Fail(name, JsonElementText.HasOnlyDigits(value)
                ? "does not fit 64 bits"
                : "must be a whole number, without fraction and exponent");
        }

        return null;
    }

    /// <summary>An id that the client made; null where it is absent or wrong.</summary>
    public string? Id(ReadOnlySpan<byte> name, bool isRequired)
    {
        if (!TryGet(name, out var value))
        {
            if (isRequired)
                Fail(name, "is required");
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && TextOf(value) is { } text && IdForm.IsValid(text))
            return text;
        Fail(name, $"must be {IdForm.Description}");
        return null;
    }

    /// <summary>An instant in a range; null where it is absent or wrong.</summary>
    public DateTimeOffset? Instant(
        ReadOnlySpan<byte> name, DateTimeOffset earliest, DateTimeOffset latest, bool isRequired)
    {
        if (!TryGet(name, out var value))
        {
            if (isRequired)
                Fail(name, "is required");
            return null;
        }

        if (TextOf(value) is not { } text)
            Fail(name, $"must be {Rfc3339.Description}");
        else if (!Rfc3339.TryParse(text, out var instant, out var problem))
            Fail(name, problem!);
        else if (instant < earliest || instant > latest)
            Fail(name, $"must be from {Rfc3339.Format(earliest)} to {Rfc3339.Format(latest)}");
        else
            return instant;
        return null;
    }

    /// <summary>The items of an array of objects, or none where it is absent or wrong.</summary>
    /// <param name="read">Reads one item, whose own errors it notes.</param>
    public List<T>? Objects<T>(ReadOnlySpan<byte> name, int itemsMax, bool isRequired, Func<InputObject, T?> read)
        where T : class
    {
        if (!TryGet(name, out var array))
        {
            if (isRequired)
                Fail(name, "is required");
            return null;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            Fail(name, "must be an array of objects");
            return null;
        }

        var count = array.GetArrayLength();
        if (count < 1 || count > itemsMax)
        {
            Fail(name, $"must have 1 to {itemsMax} items");
            return null;
        }

        var items = new List<T>(count);
        var pointer = PointerOf(name);
        var at = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (errors.IsFull)
                break;
            if (item.ValueKind != JsonValueKind.Object)
                errors.Add($"{pointer}/{at}", "must be an object");
            else if (read(new InputObject(item, errors, pointer, at)) is { } value)
                items.Add(value);
            at++;
        }

        return items;
    }

    public bool TryGet(ReadOnlySpan<byte> name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The text of a string; null for another type, and for half of a surrogate pair.</summary>
    public static string? TextOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static bool HasControl(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
                return true;
        }

        return false;
    }
}

internal static class JsonElementText
{
    /// <summary>Whether a number is written as digits only, with or without a minus.</summary>
    public static bool HasOnlyDigits(JsonElement number) =>
        !number.GetRawText().AsSpan().TrimStart('-').ContainsAnyExceptInRange('0', '9');
}
