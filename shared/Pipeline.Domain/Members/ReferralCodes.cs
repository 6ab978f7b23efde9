using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Domain;

/// <summary>
/// Codes in Crockford's base 32 (crockford.com/base32.html): no letter looks like a digit, so that a code can be read
/// aloud and typed. A customer's code follows from the customer's id, but does not tell it.
/// </summary>
public static class ReferralCodes
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int BitsPerCharacter = 5;

    /// <param name="attempt">From 0; another one gives another code, where one is taken.</param>
    /// <param name="length">At most 51 characters, which is what the hash has.</param>
    public static string Of(CustomerId customer, int attempt, int length)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"referral\n{attempt}\n{customer.Value}"));
        return string.Create(length, hash, static (code, bytes) =>
        {
            for (var i = 0; i < code.Length; i++)
                code[i] = Alphabet[BitsAt(bytes, i * BitsPerCharacter)];
        });
    }

    /// <summary>
    /// The code that somebody typed: in any case, with blanks and hyphens, O for 0 and I or L for 1; null where it is none.
    /// </summary>
    public static string? Read(string typed)
    {
        var code = new StringBuilder(ReferralRule.CodeLengthMax);
        foreach (var character in typed)
        {
            var upper = char.ToUpperInvariant(character);
            var read = upper switch { 'O' => '0', 'I' or 'L' => '1', _ => upper };
            if (read is ' ' or '-')
                continue;
            if (code.Length == ReferralRule.CodeLengthMax || !Alphabet.Contains(read, StringComparison.Ordinal))
                return null;
            code.Append(read);
        }

        return code.Length >= ReferralRule.CodeLengthMin ? code.ToString() : null;
    }

    private static int BitsAt(byte[] bytes, int bit)
    {
        var two = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0);
        return (two >> (16 - BitsPerCharacter - (bit % 8))) & ((1 << BitsPerCharacter) - 1);
    }
}
