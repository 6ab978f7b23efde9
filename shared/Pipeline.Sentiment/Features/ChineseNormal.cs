namespace Pipeline.Sentiment.Features;

/// <summary>One spelling for what means the same: narrow forms, small letters, no spaces, runs cut to two.</summary>
internal static class ChineseNormal
{
    private const int RunMax = 2;

    public static void Write(ReadOnlySpan<char> text, CharBuffer normal)
    {
        var last = '\0';
        var run = 0;
        normal.Append(' ');
        foreach (var unit in text)
        {
            if (char.IsWhiteSpace(unit) || char.IsControl(unit) || unit == '\uFE0F')
                continue;
            var plain = Plain(unit);
            run = plain == last ? run + 1 : 1;
            last = plain;
            if (run <= RunMax)
                normal.Append(plain);
        }

        normal.Append(' ');
    }

    private static char Plain(char unit) => unit switch
    {
        // Full-width forms of ASCII.
        >= '\uFF01' and <= '\uFF5E' => char.ToLowerInvariant((char)(unit - 0xFEE0)),
        '。' or '．' => '.',
        '、' => ',',
        '“' or '”' => '"',
        _ => char.ToLowerInvariant(unit),
    };
}
