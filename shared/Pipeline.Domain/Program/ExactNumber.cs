namespace Pipeline.Domain;

/// <summary>
/// A JSON number read digit by digit: a binary or rounded reading would let 0.0000001 pass as 0, and a rule
/// would change in silence.
/// </summary>
internal static class ExactNumber
{
    /// <summary>Digits of millionths that are read; 9,223,372,036,854,775,807.000000 has 25.</summary>
    private const int DigitsMax = 30;

    /// <summary>False where the number has more than six decimals or is far out of any range.</summary>
    /// <param name="token">A number as JSON writes it.</param>
    internal static bool TryMillionths(string token, out Int128 millionths)
    {
        millionths = 0;
        var text = token.AsSpan();
        var negative = text is ['-', ..];
        if (negative)
            text = text[1..];

        var exponentAt = text.IndexOfAny('e', 'E');
        var exponent = 0;
        var farExponent = exponentAt >= 0 && !int.TryParse(text[(exponentAt + 1)..], out exponent);
        var mantissa = exponentAt >= 0 ? text[..exponentAt] : text;
        var dot = mantissa.IndexOf('.');
        var decimals = dot >= 0 ? mantissa.Length - dot - 1 : 0;
        var all = mantissa.ToString().Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var digits = all.TrimEnd('0');
        if (digits.Length == 0)
            return true;
        if (farExponent)
            return false;

        var zeros = (long)exponent - decimals + (all.Length - digits.Length) + 6;
        if (zeros < 0 || digits.Length + zeros > DigitsMax)
            return false;
        foreach (var digit in digits)
            millionths = (millionths * 10) + (digit - '0');
        for (var i = 0; i < zeros; i++)
            millionths *= 10;
        if (negative)
            millionths = -millionths;
        return true;
    }
}
