namespace Pipeline.Domain;

/// <summary>Whether two customers seem to be one person: by the same e-mail address or the same telephone number.</summary>
public static class SamePerson
{
    /// <summary>Numbers that agree in so many last digits are the same, with or without the country's code.</summary>
    private const int TelephoneDigitsMin = 8;

    public static bool ByEmail(string? one, string? other) =>
        one is not null && other is not null && Address(one) == Address(other);

    public static bool ByPhone(string? one, string? other)
    {
        if (one is null || other is null)
            return false;
        var (a, b) = (Digits(one), Digits(other));
        return Math.Min(a.Length, b.Length) >= TelephoneDigitsMin
            && (a.EndsWith(b, StringComparison.Ordinal) || b.EndsWith(a, StringComparison.Ordinal));
    }

    /// <summary>In small letters, without a plus and what follows: mail to <c>ann+shop@…</c> goes to <c>ann@…</c>.</summary>
    private static string Address(string email)
    {
        var address = email.Trim().ToLowerInvariant();
        var at = address.LastIndexOf('@');
        var plus = address.IndexOf('+', StringComparison.Ordinal);
        return plus > 0 && plus < at ? string.Concat(address.AsSpan(0, plus), address.AsSpan(at)) : address;
    }

    /// <summary>Without leading zeros, which stand for a prefix.</summary>
    private static string Digits(string phone) => string.Concat(phone.Where(char.IsAsciiDigit)).TrimStart('0');
}
