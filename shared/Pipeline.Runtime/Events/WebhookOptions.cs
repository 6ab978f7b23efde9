using Microsoft.Extensions.Configuration;
using Pipeline.Domain;

namespace Pipeline.Runtime.Events;

/// <summary>An endpoint that is told of every ledger entry.</summary>
/// <param name="Name">Names it in what is undelivered.</param>
/// <param name="Url">HTTPS, or HTTP on this machine.</param>
/// <param name="Keys">
/// Each event is signed with all of them, so that a secret is changed without a gap. None: the platform has not resolved the
/// secret yet, and nothing is sent.
/// </param>
public sealed record WebhookOptions(string Name, Uri Url, IReadOnlyList<byte[]> Keys)
{
    private const string Section = "Webhooks";
    private const string SecretPrefix = "whsec_";

    /// <summary>Azure leaves a reference as it stands while the secret cannot be had.</summary>
    private const string UnresolvedReference = "@Microsoft.KeyVault(";
    private const int NameCharactersMax = 32;
    private const int KeyBytesMin = 24;

    /// <summary>
    /// Reads <c>Webhooks:0:Url</c>, <c>Webhooks:0:Secret</c> (<c>whsec_…</c>, several with blanks between them) and
    /// <c>Webhooks:0:Name</c> (else its number), and so on.
    /// </summary>
    /// <exception cref="FormatException">A setting is not of its form; the message names it and not its value.</exception>
    public static IReadOnlyList<WebhookOptions> ReadAll(IConfiguration settings)
    {
        WebhookOptions[] all = [.. settings.GetSection(Section).GetChildren().Select(Read)];
        return all.DistinctBy(static one => one.Name).Count() == all.Length
            ? all
            : throw new FormatException($"Two of the {Section} have one name.");
    }

    private static WebhookOptions Read(IConfigurationSection section)
    {
        var name = section["Name"] ?? section.Key;
        if (!IdForm.IsValid(name) || name.Length > NameCharactersMax || name.Contains(':', StringComparison.Ordinal))
            throw new FormatException(
                $"{section.Path}:Name is {IdForm.Description}, at most {NameCharactersMax} of them, and no colon.");
        if (!Uri.TryCreate(section["Url"], UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            throw new FormatException($"{section.Path}:Url must be an https address.");
        }

        var secret = section["Secret"] ?? "";
        if (secret.StartsWith(UnresolvedReference, StringComparison.Ordinal))
            return new WebhookOptions(name, url, []);
        var secrets = secret.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return secrets.Length == 0
            ? throw new FormatException($"{section.Path}:Secret is missing: events are signed.")
            : new WebhookOptions(name, url, [.. secrets.Select(one => KeyOf(one, section.Path))]);
    }

    private static byte[] KeyOf(string secret, string path)
    {
        var bytes = new byte[secret.Length];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64Chars(secret.AsSpan(SecretPrefix.Length), bytes, out var length)
            && length >= KeyBytesMin
                ? bytes[..length]
                : throw new FormatException(
                    $"{path}:Secret must be \"{SecretPrefix}\" and at least {KeyBytesMin} bytes in base64.");
    }
}
