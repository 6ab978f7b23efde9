using Pipeline.Sentiment.Text;

namespace Pipeline.Sentiment.Aspects;

/// <summary>Cuts a sentence where its subject may change: at commas, and at words such as "but".</summary>
internal static class Clauses
{
    private static readonly string[] EnglishTurns =
        ["but", "however", "although", "though", "whereas", "while", "yet", "except", "despite", "nevertheless"];

    private static readonly string[] ChineseTurns = ["但是", "不过", "可是", "然而", "只不过", "虽然", "尽管", "但", "却"];

    /// <param name="text">In small letters.</param>
    public static void Split(ReadOnlySpan<char> text, TextSpan sentence, List<TextSpan> clauses)
    {
        var start = sentence.Offset;
        for (var at = sentence.Offset; at < sentence.End;)
        {
            var cut = CutLength(text, sentence, at);
            if (cut == 0)
            {
                at++;
                continue;
            }

            Add(text, start, at, clauses);
            at += cut;
            start = at;
        }

        Add(text, start, sentence.End, clauses);
    }

    private static int CutLength(ReadOnlySpan<char> text, TextSpan sentence, int at)
    {
        if (text[at] is ';' or '(' or ')' or '—' or '–' or '，' or '；' or '（' or '）')
            return 1;
        if (text[at] is ',' or ':')
            return at + 1 < sentence.End && char.IsDigit(text[at + 1]) ? 0 : 1;
        if (at > 0 && char.IsAsciiLetter(text[at - 1]))
            return 0;
        foreach (var turn in char.IsAsciiLetter(text[at]) ? EnglishTurns : ChineseTurns)
            if (text[at..sentence.End].StartsWith(turn, StringComparison.Ordinal)
                && !(char.IsAsciiLetter(text[at]) && IsLetterAt(text, at + turn.Length)))
                return turn.Length;
        return 0;
    }

    private static bool IsLetterAt(ReadOnlySpan<char> text, int at) => at < text.Length && char.IsLetter(text[at]);

    private static void Add(ReadOnlySpan<char> text, int start, int end, List<TextSpan> clauses)
    {
        var span = TextSpan.Trimmed(text, start, end);
        if (span.Length > 0)
            clauses.Add(span);
    }
}
