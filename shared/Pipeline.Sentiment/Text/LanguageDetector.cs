using System.Collections.Frozen;
using Pipeline.Sentiment.Features;

namespace Pipeline.Sentiment.Text;

/// <summary>
/// Tells English and Chinese from the rest: Chinese by its characters, English from what shares its letters by the words
/// that a sentence can hardly do without.
/// </summary>
internal static class LanguageDetector
{
    public const string English = "en";
    public const string Chinese = "zh";
    public const string Undetermined = "und";

    /// <summary>A Chinese character says as much as this many Latin letters.</summary>
    private const int LettersPerHan = 3;

    /// <summary>Japanese has kana between its Chinese characters: one for each eight is more than a quotation.</summary>
    private const int HanPerKana = 8;

    private const int WordUnitsMax = 12;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> EnglishWords = Words(
        "the a an and or but of to in on at for with from is are was were be been it its it's this that these i you he she "
        + "we they my your our their me not no do does did don't didn't have has had will would can could very so too as if "
        + "what when who how all just good great bad nice love");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OtherWords = Words(
        "le la les un une des et est était pas je tu il elle nous vous que qui pour avec sur dans très ce cette mais du au "
        + "der die das ein eine und ist war nicht ich du wir sie mit für auf im sehr aber den dem zu es von "
        + "el los las una y es fue muy pero con para por lo mi su yo se del al está "
        + "di che e per non molto ma sono era della il gli "
        + "o os um uma não muito mas com foi é eu "
        + "het een en niet ik zeer maar met van voor op");

    public static string Name(ModelLanguage? language) => language switch
    {
        ModelLanguage.English => English,
        ModelLanguage.Chinese => Chinese,
        _ => Undetermined,
    };

    /// <summary>Null where it is neither, and where there are no letters and the locale is silent.</summary>
    /// <param name="locale">Decides only where the text cannot: where it has no letters, as an emoji has none.</param>
    public static ModelLanguage? Detect(ReadOnlySpan<char> text, string? locale)
    {
        var letters = Count(text);
        if (letters.IsNone)
            return FromLocale(locale);
        if (letters.Han > 0 && letters.Han * LettersPerHan >= letters.Latin + letters.Other)
            return letters.Kana * HanPerKana > letters.Han ? null : ModelLanguage.Chinese;
        if (letters.Kana + letters.Other > letters.Latin)
            return null;
        return IsAnothersWords(text) ? null : ModelLanguage.English;
    }

    private static ModelLanguage? FromLocale(string? locale) =>
        locale is null ? null
        : locale.StartsWith(Chinese, StringComparison.OrdinalIgnoreCase) ? ModelLanguage.Chinese
        : locale.StartsWith(English, StringComparison.OrdinalIgnoreCase) ? ModelLanguage.English
        : null;

    private static Letters Count(ReadOnlySpan<char> text)
    {
        int han = 0, kana = 0, latin = 0, other = 0;
        foreach (var unit in text)
        {
            if (char.IsAsciiLetter(unit))
                latin++;
            else if (unit is >= '\u3400' and <= '\u4DBF' or >= '\u4E00' and <= '\u9FFF')
                han++;
            else if (unit is >= '\u3041' and <= '\u30FE')
                kana++;
            else if (char.IsLetter(unit))
                other++;
        }

        return new Letters(han, kana, latin, other);
    }

    private static bool IsAnothersWords(ReadOnlySpan<char> text)
    {
        int english = 0, others = 0;
        Span<char> small = stackalloc char[WordUnitsMax];
        for (var at = 0; at < text.Length;)
        {
            var length = 0;
            while (at + length < text.Length && (char.IsLetter(text[at + length]) || text[at + length] == '\''))
                length++;
            if (length is > 0 and <= WordUnitsMax)
            {
                var word = small[..text.Slice(at, length).ToLowerInvariant(small)];
                english += EnglishWords.Contains(word) ? 1 : 0;
                others += OtherWords.Contains(word) ? 1 : 0;
            }

            at += Math.Max(1, length);
        }

        return others > english;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(string words) =>
        words.Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly record struct Letters(int Han, int Kana, int Latin, int Other)
    {
        public bool IsNone => Han + Kana + Latin + Other == 0;
    }
}
