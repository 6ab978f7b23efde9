using System.Buffers;
using System.Globalization;
using System.Text;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Items;

/// <summary>
/// A document's kind and id as one id of an item: <c>entry:purchase:p-1</c>. Ids of clients stand as they are; every
/// other character is five: a mark and its four hexadecimal digits, so that 客 is <c>~5BA2</c>.
/// </summary>
/// <remarks>
/// The service forbids <c>/ \ ? #</c> in ids, and does not say how it orders what is beyond ASCII. Each mark has the place
/// in ASCII of the characters that it stands for, so the order of item ids, by bytes or by characters, is the ordinal
/// order of ids.
/// </remarks>
internal static class ItemId
{
    /// <summary>The service's own limit.</summary>
    public const int BytesMax = 1_023;

    private const int KindCharactersMax = 32;
    private const char Separator = ':';
    private const char BehindSeparator = ';';
    private const int EscapedLength = 5;

    private static readonly SearchValues<char> Marks = SearchValues.Create("!.@^`~");

    /// <exception cref="ArgumentException">The kind or the id is not one that the store can take.</exception>
    public static string Of(string kind, string id)
    {
        CheckKind(kind);
        if (id is null || id.Length is 0 or > StoreLimits.IdCharactersMax)
            throw new ArgumentException($"An id has 1 to {StoreLimits.IdCharactersMax} characters.", nameof(id));
        var item = $"{kind}{Separator}{Encode(id)}";
        return item.Length <= BytesMax
            ? item
            : throw new ArgumentException($"The id takes {item.Length} bytes; the service takes {BytesMax}.", nameof(id));
    }

    /// <summary>The least item id of an id at or after this one; of all ids where it is null.</summary>
    public static string From(string kind, string? id)
    {
        CheckKind(kind);
        return $"{kind}{Separator}{Encode(id ?? "")}";
    }

    /// <summary>The least item id behind all those before an id; behind all of the kind where it is null.</summary>
    public static string Before(string kind, string? id) => id is null ? $"{kind}{BehindSeparator}" : From(kind, id);

    public static bool IsOfKind(string itemId, string kind) =>
        itemId.Length > kind.Length
        && itemId[kind.Length] == Separator
        && itemId.StartsWith(kind, StringComparison.Ordinal);

    /// <summary>Null where it is the id of an item of another use.</summary>
    public static (string Kind, string Id)? Parse(string itemId)
    {
        var end = itemId.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? null : (itemId[..end], Decode(itemId.AsSpan(end + 1)));
    }

    /// <exception cref="ArgumentException">It is not a kind.</exception>
    public static void CheckKind(string kind)
    {
        if (kind is null || kind.Length is 0 or > KindCharactersMax)
            throw new ArgumentException($"A kind has 1 to {KindCharactersMax} characters.", nameof(kind));
        foreach (var character in kind)
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-')
                throw new ArgumentException($"The kind '{kind}' has more than a-z, 0-9 and '-'.", nameof(kind));
    }

    private static string Encode(string id)
    {
        var escaped = id.Count(static character => MarkOf(character) is not null);
        if (escaped == 0)
            return id;
        var encoded = new StringBuilder(id.Length + (escaped * (EscapedLength - 1)));
        foreach (var character in id)
        {
            if (MarkOf(character) is { } mark)
                encoded.Append(mark).Append(((int)character).ToString("X4", CultureInfo.InvariantCulture));
            else
                encoded.Append(character);
        }

        return encoded.ToString();
    }

    private static string Decode(ReadOnlySpan<char> encoded)
    {
        if (!encoded.ContainsAny(Marks))
            return encoded.ToString();
        var id = new StringBuilder(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (MarkOf(encoded[i]) is null)
            {
                id.Append(encoded[i]);
                continue;
            }

            var digits = encoded.Slice(i + 1, EscapedLength - 1);
            id.Append((char)int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            i += digits.Length;
        }

        return id.ToString();
    }

    /// <summary>The mark that stands before an escaped character; null where it stands for itself.</summary>
    private static char? MarkOf(char character) => character switch
    {
        < '-' => '!',
        '-' => null,
        // A dot is escaped too, since a slash has no other place between it and 0.
        < '0' => '.',
        <= ':' => null,
        < 'A' => '@',
        <= 'Z' => null,
        < '_' => '^',
        '_' => null,
        '`' => '`',
        <= 'z' => null,
        _ => '~',
    };
}
