using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Runtime.Security;

/// <summary>A key as it may be shown: without its secret, of which only a hash is kept.</summary>
/// <param name="Name">Names the client; at most <see cref="ApiKeys.OfOneNameMax"/> valid keys share it.</param>
/// <param name="KeyId">Stands in the key's text, and may be logged.</param>
public sealed record ApiKeyInfo(string Name, string KeyId, ApiScopes Scopes, DateTimeOffset CreatedAt);

/// <summary>What became of the wish for a new key.</summary>
public abstract record KeyCreation
{
    private KeyCreation()
    {
    }

    /// <param name="Key">The key's text. It is told once and cannot be had again.</param>
    public sealed record Created(ApiKeyInfo Info, string Key) : KeyCreation;

    /// <summary>The name has as many valid keys as it may have; nothing changed.</summary>
    public sealed record TooMany : KeyCreation;
}

/// <summary>A valid key in memory.</summary>
internal sealed class ApiKey(ApiKeyInfo info, byte[] secretHash)
{
    /// <summary>
    /// The secret as its client showed it last: it comes with every request, and comparing costs less than hashing.
    /// It never leaves the process, which has it in each request's header anyway.
    /// </summary>
    private volatile string? shown;

    public ApiKeyInfo Info => info;

    public byte[] SecretHash => secretHash;

    /// <summary>Compares in constant time.</summary>
    public bool HasSecret(ReadOnlySpan<char> secret)
    {
        if (shown is { } known
            && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(secret), MemoryMarshal.AsBytes<char>(known)))
            return true;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        KeyText.Hash(secret, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, secretHash))
            return false;
        shown = secret.ToString();
        return true;
    }
}

/// <summary>
/// The text of a key: <c>pk_</c>, 16 hexadecimal digits that name it, <c>_</c>, and a secret of 256 bits in base64url.
/// A secret of full entropy needs no slow hash: SHA-256 of it cannot be searched.
/// </summary>
internal static class KeyText
{
    public const int IdCharacters = 16;
    public const int SecretCharacters = 43;
    public const string Description =
        "\"pk_\", 16 hexadecimal digits in lower case, \"_\" and 43 characters of A-Z a-z 0-9 - _";
    private const string Prefix = "pk_";
    private const int SecretBytes = 32;
    private const int Characters = 3 + IdCharacters + 1 + SecretCharacters;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static (string KeyId, string Secret) New()
    {
        Span<byte> random = stackalloc byte[(IdCharacters / 2) + SecretBytes];
        RandomNumberGenerator.Fill(random);
        return (Convert.ToHexStringLower(random[..(IdCharacters / 2)]),
            Base64Url.EncodeToString(random[(IdCharacters / 2)..]));
    }

    public static string Join(string keyId, string secret) => $"{Prefix}{keyId}_{secret}";

    /// <summary>False where the text is not of the form; whether such a key exists is not asked.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> keyId, out ReadOnlySpan<char> secret)
    {
        keyId = secret = default;
        if (text.Length != Characters || !text.StartsWith(Prefix) || text[Prefix.Length + IdCharacters] != '_')
            return false;
        keyId = text.Slice(Prefix.Length, IdCharacters);
        secret = text[(Prefix.Length + IdCharacters + 1)..];
        return true;
    }

    /// <summary>Whether the parts have the characters that <see cref="New"/> gives them.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> keyId, ReadOnlySpan<char> secret) =>
        !keyId.ContainsAnyExcept(HexDigits) && !secret.ContainsAnyExcept(Base64UrlCharacters);

    public static byte[] Hash(ReadOnlySpan<char> secret)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        Hash(secret, hash);
        return hash;
    }

    public static void Hash(ReadOnlySpan<char> secret, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[SecretCharacters * 3];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(secret, bytes)], hash);
    }
}
