using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Pipeline.Runtime.Http.Idempotency;

/// <summary>The header <c>Idempotency-Key</c>: one value of 1 to 255 visible ASCII characters.</summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";
    public const string Problem = "must be one value of 1 to 255 visible ASCII characters";
    private const int CharactersMax = 255;

    public static bool TryRead(StringValues sent, [NotNullWhen(true)] out string? key)
    {
        key = sent.Count == 1 ? sent[0] : null;
        return key is { Length: >= 1 and <= CharactersMax } && !key.AsSpan().ContainsAnyExceptInRange('!', '~');
    }
}
