using System.Globalization;

namespace Pipeline.Domain;

/// <summary>
/// Takes personal data out of a comment before it leaves the shop: e-mail addresses, telephone numbers, payment cards, IBANs,
/// identity numbers, long digits, the name that somebody says to have, and what looks like a postal address, English or
/// Chinese. Other names of persons are not recognised.
/// </summary>
/// <remarks>
/// Each UTF-16 unit of what is found becomes one <see cref="Filler"/>, so that offsets into the redacted text are offsets into
/// the comment. Ratings, dates, prices and durations stay: they say how somebody feels.
/// </remarks>
public static class PersonalData
{
    public const char Filler = '*';

    private const int CardDigitsMin = 13;
    private const int CardDigitsMax = 19;
    private const int PhoneDigitsMin = 7;
    private const int DashedDigitsMin = 7;
    private const int RangeDigitsMax = 4;

    public static string Redact(string text)
    {
        var redacted = text.ToCharArray();
        ReadOnlySpan<char> plain = Array.ConvertAll(redacted, Plain);
        foreach (var pattern in PersonalDataPatterns.Certain)
            foreach (var match in pattern.EnumerateMatches(plain))
                redacted.AsSpan(match.Index, match.Length).Fill(Filler);
        foreach (var match in PersonalDataPatterns.Telephone().EnumerateMatches(plain))
            if (IsTelephone(plain.Slice(match.Index, match.Length)))
                redacted.AsSpan(match.Index, match.Length).Fill(Filler);
        foreach (var match in PersonalDataPatterns.DashedDigits().EnumerateMatches(plain))
            if (IsNumber(plain.Slice(match.Index, match.Length)))
                redacted.AsSpan(match.Index, match.Length).Fill(Filler);
        foreach (var match in PersonalDataPatterns.ManyDigits().EnumerateMatches(plain))
            RedactCards(plain.Slice(match.Index, match.Length), redacted.AsSpan(match.Index, match.Length));
        return new string(redacted);
    }

    /// <summary>Keyboards put in a dash or a blank of their own: "07700‑900‑123" has no hyphen of ASCII.</summary>
    private static char Plain(char unit) => unit < 0x80 ? unit : CharUnicodeInfo.GetUnicodeCategory(unit) switch
    {
        UnicodeCategory.DashPunctuation => '-',
        UnicodeCategory.SpaceSeparator => ' ',
        _ => unit == '\u2212' ? '-' : unit,
    };

    private static bool IsTelephone(ReadOnlySpan<char> candidate)
    {
        var digits = 0;
        foreach (var unit in candidate)
            digits += char.IsDigit(unit) ? 1 : 0;
        return digits >= PhoneDigitsMin && !PersonalDataPatterns.Date().IsMatch(candidate);
    }

    /// <summary>No date, and no range as "1000-2000".</summary>
    private static bool IsNumber(ReadOnlySpan<char> candidate)
    {
        var (digits, groups, longest, length) = (0, 0, 0, 0);
        foreach (var unit in candidate)
        {
            length = char.IsDigit(unit) ? length + 1 : 0;
            groups += length == 1 ? 1 : 0;
            digits += length > 0 ? 1 : 0;
            longest = Math.Max(longest, length);
        }

        return digits >= DashedDigitsMin && (groups > 2 || longest > RangeDigitsMax)
            && !PersonalDataPatterns.Date().IsMatch(candidate);
    }

    /// <summary>However its digits are grouped: a card begins and ends where a group does, and its check digit holds.</summary>
    private static void RedactCards(ReadOnlySpan<char> candidate, Span<char> redacted)
    {
        var places = new List<int>(candidate.Length);
        for (var i = 0; i < candidate.Length; i++)
            if (char.IsDigit(candidate[i]))
                places.Add(i);
        for (var first = 0; first + CardDigitsMin <= places.Count; first++)
        {
            if (first > 0 && places[first] == places[first - 1] + 1)
                continue;
            for (var count = Math.Min(CardDigitsMax, places.Count - first); count >= CardDigitsMin; count--)
            {
                var last = first + count - 1;
                if (last + 1 < places.Count && places[last + 1] == places[last] + 1)
                    continue;
                if (!IsCard(candidate, places, first, count))
                    continue;
                redacted[places[first]..(places[last] + 1)].Fill(Filler);
                first = last;
                break;
            }
        }
    }

    /// <summary>Luhn's formula (ISO/IEC 7812-1), and the first digit of a bank's or a merchant's card.</summary>
    private static bool IsCard(ReadOnlySpan<char> candidate, List<int> places, int first, int count)
    {
        var sum = 0;
        for (var i = 0; i < count; i++)
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(candidate[places[first + count - 1 - i]]);
            var weighed = i % 2 == 0 ? digit : digit * 2;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }

        return sum % 10 == 0 && CharUnicodeInfo.GetDecimalDigitValue(candidate[places[first]]) is >= 2 and <= 6;
    }
}
