using Pipeline.Sentiment.Features;

namespace Pipeline.Sentiment.Aspects;

/// <summary>Whether the words right before a term deny it: "was not late", 没有缺货.</summary>
internal static class Denial
{
    private const int WordsBack = 3;

    /// <param name="text">In small letters.</param>
    /// <param name="from">Where to stop looking back.</param>
    public static bool IsBefore(ReadOnlySpan<char> text, int from, int at, ModelLanguage language) =>
        language == ModelLanguage.Chinese ? IsChinese(text[from..at]) : IsEnglish(text[from..at]);

    private static bool IsChinese(ReadOnlySpan<char> before) =>
        before.EndsWith("不") || before.EndsWith("没") || before.EndsWith("没有") || before.EndsWith("并未")
        || before.EndsWith("不会") || before.EndsWith("不算") || before.EndsWith("不是");

    private static bool IsEnglish(ReadOnlySpan<char> before)
    {
        for (var words = 0; words < WordsBack && !before.IsEmpty; words++)
        {
            before = before.TrimEnd();
            var start = before.LastIndexOf(' ') + 1;
            if (before[start..] is "not" or "never" or "no" or "without" or "nothing"
                || before[start..].EndsWith("n't", StringComparison.Ordinal))
                return true;
            before = before[..start];
        }

        return false;
    }
}
