using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>
/// Signs survey tokens: <c>linkId.expiry.mac</c>, with HMAC-SHA-256 under a key that is made once and kept in the store.
/// A forged token is told from its text alone, without a read.
/// </summary>
internal sealed class SurveyTokens(IDocumentStore store)
{
    public const int CharactersMax = 200;

    private readonly StoredSecret secret = new(store, "~survey", "link-key");

    public async ValueTask<string> SignAsync(
        string linkId, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        var content = string.Create(CultureInfo.InvariantCulture, $"{linkId}.{expiresAt.ToUnixTimeSeconds()}");
        return $"{content}.{MacOf(content, await secret.ReadAsync(cancellation))}";
    }

    /// <summary>Null where we did not sign it. Whether it has ended, and was used, its link tells.</summary>
    public async ValueTask<string?> LinkOfAsync(string token, CancellationToken cancellation)
    {
        if (!TrySplit(token, out var content, out var mac, out var linkId))
            return null;
        // The text is compared, not what it decodes to: base64 has several texts for some bytes.
        var expected = MacOf(content, await secret.ReadAsync(cancellation));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(mac))
            ? linkId
            : null;
    }

    private static bool TrySplit(
        string token, [NotNullWhen(true)] out string? content, [NotNullWhen(true)] out string? mac,
        [NotNullWhen(true)] out string? linkId)
    {
        (content, mac, linkId) = (null, null, null);
        if (token.Length > CharactersMax || token.Split('.') is not [var id, var expiry, var signature])
            return false;
        (content, mac, linkId) = ($"{id}.{expiry}", signature, id);
        return true;
    }

    private static string MacOf(string content, byte[] key) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"survey link\n{content}")));
}
