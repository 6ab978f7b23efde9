namespace Pipeline.Sentiment.Text;

/// <summary>Cuts a comment into its sentences.</summary>
internal static class Sentences
{
    /// <summary>What is beyond belongs to the last.</summary>
    private const int SentencesMax = 200;

    public static void Split(ReadOnlySpan<char> text, List<TextSpan> sentences)
    {
        sentences.Clear();
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (!IsEnd(text, at) || sentences.Count == SentencesMax - 1)
                continue;
            while (at + 1 < text.Length && IsTail(text[at + 1]))
                at++;
            Add(text, start, at + 1, sentences);
            start = at + 1;
        }

        Add(text, start, text.Length, sentences);
    }

    private static bool IsEnd(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        '\n' or '。' or '!' or '?' or '！' or '？' or '…' => true,
        '.' => (at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1])) && !IsAbbreviation(text, at),
        _ => false,
    };

    /// <summary>The marks, quotes and brackets that close a sentence belong to it.</summary>
    private static bool IsTail(char unit) =>
        unit is '.' or '!' or '?' or '。' or '！' or '？' or '…' or '"' or '\'' or ')' or ']' or '”' or '’' or '）' or '」' or '~' or '～';

    private static bool IsAbbreviation(ReadOnlySpan<char> text, int dot)
    {
        var start = dot;
        while (start > 0 && (char.IsLetter(text[start - 1]) || text[start - 1] == '.'))
            start--;
        return text[start..dot] is "Mr" or "Mrs" or "Ms" or "Dr" or "St" or "vs" or "e.g" or "i.e" or "approx";
    }

    /// <summary>What has neither letter nor digit, an emoji or a row of marks, belongs to the sentence before it.</summary>
    private static void Add(ReadOnlySpan<char> text, int start, int end, List<TextSpan> sentences)
    {
        var span = TextSpan.Trimmed(text, start, end);
        if (span.Length == 0)
            return;
        if (sentences.Count > 0 && !HasWords(span.Of(text)))
            sentences[^1] = sentences[^1] with { Length = span.End - sentences[^1].Offset };
        else
            sentences.Add(span);
    }

    private static bool HasWords(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
            if (char.IsLetterOrDigit(unit))
                return true;
        return false;
    }
}
