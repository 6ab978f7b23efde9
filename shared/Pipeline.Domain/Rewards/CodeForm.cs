using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pipeline.Domain;

/// <summary>
/// Codes that we make: fifteen letters and a check letter, in groups of four, of an alphabet without those that look like
/// others. Its 31 letters are a prime number of them, so that the check finds every wrong letter and every two exchanged.
/// </summary>
public static class CodeForm
{
    public const string Alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    public const int CharactersMax = 64;

    private const int Letters = 15;
    private const int Group = 4;

    /// <summary>The code of a number: 74 bits of it count.</summary>
    public static string Of(UInt128 number)
    {
        Span<int> values = stackalloc int[Letters];
        for (var i = 0; i < Letters; i++)
        {
            values[i] = (int)(number % (uint)Alphabet.Length);
            number /= (uint)Alphabet.Length;
        }

        var code = new StringBuilder(Letters + Group);
        for (var i = 0; i <= Letters; i++)
        {
            if (i > 0 && i % Group == 0)
                code.Append('-');
            code.Append(Alphabet[i < Letters ? values[i] : CheckOf(values)]);
        }

        return code.ToString();
    }

    /// <summary>A code as we write it, whatever case, blanks and dashes it was typed with.</summary>
    public static bool TryRead(string typed, [NotNullWhen(true)] out string? code)
    {
        code = null;
        Span<int> values = stackalloc int[Letters + 1];
        var count = 0;
        foreach (var character in typed)
        {
            if (character is '-' or ' ')
                continue;
            var value = Alphabet.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
            if (value < 0 || count > Letters)
                return false;
            values[count++] = value;
        }

        if (count != Letters + 1 || CheckOf(values[..Letters]) != values[Letters])
            return false;
        UInt128 number = 0;
        for (var i = Letters - 1; i >= 0; i--)
            number = (number * (uint)Alphabet.Length) + (uint)values[i];
        code = Of(number);
        return true;
    }

    private static int CheckOf(ReadOnlySpan<int> values)
    {
        var sum = 0;
        for (var i = 0; i < values.Length; i++)
            sum += (i + 1) * values[i];
        return sum % Alphabet.Length;
    }
}
