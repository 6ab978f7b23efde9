namespace Pipeline.Sentiment.Features;

/// <summary>
/// One spelling for what means the same: small letters, a space before every token and after the last, handles and
/// addresses as one word each, runs of one character cut to two, emoji without their skin.
/// </summary>
internal static class EnglishNormal
{
    /// <summary>More of the same says nothing more: "sooo" is "soo".</summary>
    private const int RunMax = 2;

    /// <summary>A rating has one digit or two; longer numbers are all alike.</summary>
    private const int DigitsKept = 2;

    public static void Write(ReadOnlySpan<char> text, CharBuffer normal)
    {
        for (var at = 0; at < text.Length;)
        {
            var unit = text[at];
            if (char.IsWhiteSpace(unit) || char.IsControl(unit))
            {
                at++;
                continue;
            }

            normal.Append(' ');
            at += char.IsLetter(unit) ? Word(text[at..], normal)
                : char.IsDigit(unit) ? Number(text[at..], normal)
                : unit == '@' ? Handle(text[at..], normal)
                : char.IsSurrogate(unit) ? Emoji(text[at..], normal)
                : Punctuation(text[at..], normal);
        }

        normal.Append(' ');
    }

    private static int Word(ReadOnlySpan<char> text, CharBuffer normal)
    {
        var length = 1;
        while (length < text.Length && IsInWord(text, length))
            length++;
        var word = text[..length];
        if (word.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            || word.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
        {
            normal.Append("http");
            return ToSpace(text);
        }

        Runs(word, normal);
        return length;
    }

    private static bool IsInWord(ReadOnlySpan<char> text, int at) =>
        char.IsLetterOrDigit(text[at])
        || (IsApostrophe(text[at]) && at + 1 < text.Length && char.IsLetter(text[at + 1]));

    private static bool IsApostrophe(char unit) => unit is '\'' or '’';

    private static void Runs(ReadOnlySpan<char> word, CharBuffer normal)
    {
        var last = '\0';
        var run = 0;
        foreach (var unit in word)
        {
            var small = IsApostrophe(unit) ? '\'' : char.ToLowerInvariant(unit);
            run = small == last ? run + 1 : 1;
            last = small;
            if (run <= RunMax)
                normal.Append(small);
        }
    }

    private static int Number(ReadOnlySpan<char> text, CharBuffer normal)
    {
        var length = 1;
        while (length < text.Length && char.IsDigit(text[length]))
            length++;
        if (length <= DigitsKept)
            normal.Append(text[..length]);
        else
            normal.Append("000");
        return length;
    }

    private static int Handle(ReadOnlySpan<char> text, CharBuffer normal)
    {
        var length = 1;
        while (length < text.Length && (char.IsLetterOrDigit(text[length]) || text[length] == '_'))
            length++;
        if (length > 1)
            normal.Append("@user");
        else
            normal.Append('@');
        return length;
    }

    private static int Emoji(ReadOnlySpan<char> text, CharBuffer normal)
    {
        if (text.Length < 2 || !char.IsSurrogatePair(text[0], text[1]))
            return 1;
        var length = 2;
        normal.Append(text[..2]);
        while (IsDecoration(text[length..], out var units))
            length += units;
        return length;
    }

    /// <summary>A variation selector, or the colour of a skin: U+1F3FB to U+1F3FF.</summary>
    private static bool IsDecoration(ReadOnlySpan<char> text, out int units)
    {
        units = text is ['\uFE0F', ..] ? 1 : text is ['\uD83C', >= '\uDFFB' and <= '\uDFFF', ..] ? 2 : 0;
        return units > 0;
    }

    /// <summary>Marks that touch are one token, because ":)" and "?!" are.</summary>
    private static int Punctuation(ReadOnlySpan<char> text, CharBuffer normal)
    {
        const int unitsMax = 3;
        var last = '\0';
        var run = 0;
        var written = 0;
        var length = 0;
        while (length < text.Length && (length == 0 || IsMark(text[length])))
        {
            var unit = text[length++];
            run = unit == last ? run + 1 : 1;
            last = unit;
            if (run <= RunMax && ++written <= unitsMax)
                normal.Append(unit);
        }

        return length;
    }

    private static bool IsMark(char unit) =>
        unit != '@' && !char.IsLetterOrDigit(unit) && !char.IsWhiteSpace(unit) && !char.IsControl(unit)
        && !char.IsSurrogate(unit);

    private static int ToSpace(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && !char.IsWhiteSpace(text[length]))
            length++;
        return length;
    }
}
