using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>
/// What is hashed is the stored bytes and not what they mean, so that no edit goes unseen, also none that would be read as
/// the same. The last field of an entry is the SHA-256 of the hash before it, the entry's id, and all bytes that stand before
/// the field. The last field of an account is the first half of the SHA-256 of all that stands before it.
/// </summary>
internal static class LedgerSeal
{
    public const int HashBytes = 32;
    private const int HashCharacters = 43;
    private const int AccountBytes = 16;
    private const int AccountCharacters = 22;

    private static ReadOnlySpan<byte> EntryField => ",\"h\":\""u8;

    private static ReadOnlySpan<byte> AccountField => ",\"s\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>What stands in the place of a hash before a customer's first: no chain can be moved to another customer.</summary>
    public static byte[] Origin(string customer) => SHA256.HashData(Encoding.UTF8.GetBytes(customer));

    public static string Text(ReadOnlySpan<byte> hash) => Base64Url.EncodeToString(hash);

    /// <summary>The hash of its text; null where the text is none.</summary>
    public static byte[]? Parse(string text)
    {
        var hash = new byte[HashBytes];
        return text.Length == HashCharacters && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, hash, out var bytes)
            && bytes == HashBytes
            ? hash
            : null;
    }

    /// <param name="json">An object with at least one field.</param>
    /// <param name="hash">The hash before; afterwards this entry's own.</param>
    public static byte[] SealEntry(ReadOnlySpan<byte> json, string id, Span<byte> hash)
    {
        var payload = json[..^1];
        Hash(hash, id, payload, hash);
        return Seal(payload, EntryField, hash, HashCharacters);
    }

    public static byte[] SealAccount(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        var payload = json[..^1];
        SHA256.HashData(payload, hash);
        return Seal(payload, AccountField, hash[..AccountBytes], AccountCharacters);
    }

    /// <summary>Whether an entry ends with a hash, and what it covers.</summary>
    public static bool TryOpenEntry(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> payload, Span<byte> hash) =>
        TryOpen(body, EntryField, HashCharacters, out payload, hash);

    /// <summary>Null: the account was stored before accounts were sealed, or its seal is broken beyond recognition.</summary>
    public static bool? IsSealedAccount(ReadOnlySpan<byte> body)
    {
        Span<byte> sealedWith = stackalloc byte[AccountBytes];
        if (!TryOpen(body, AccountField, AccountCharacters, out var payload, sealedWith))
            return null;
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(payload, hash);
        return sealedWith.SequenceEqual(hash[..AccountBytes]);
    }

    /// <summary>Whether an account is what <paramref name="again"/> is without its seal.</summary>
    public static bool IsUnsealed(ReadOnlySpan<byte> body, ReadOnlySpan<byte> again)
    {
        var tail = AccountField.Length + AccountCharacters + End.Length;
        return body.EndsWith("}"u8) && body[..^1].SequenceEqual(again[..^tail]);
    }

    public static void Hash(ReadOnlySpan<byte> previous, string id, ReadOnlySpan<byte> payload, Span<byte> hash)
    {
        var length = HashBytes + Encoding.UTF8.GetMaxByteCount(id.Length) + payload.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        previous.CopyTo(rented);
        var at = HashBytes + Encoding.UTF8.GetBytes(id, rented.AsSpan(HashBytes));
        payload.CopyTo(rented.AsSpan(at));
        SHA256.HashData(rented.AsSpan(0, at + payload.Length), hash);
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static byte[] Seal(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> field, ReadOnlySpan<byte> hash, int characters)
    {
        var body = new byte[payload.Length + field.Length + characters + End.Length];
        payload.CopyTo(body);
        field.CopyTo(body.AsSpan(payload.Length));
        Base64Url.EncodeToUtf8(hash, body.AsSpan(payload.Length + field.Length));
        End.CopyTo(body.AsSpan(body.Length - End.Length));
        return body;
    }

    /// <summary>The characters of a hash have bits to spare: only the one way in which we write it is taken.</summary>
    private static bool TryOpen(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> field, int characters, out ReadOnlySpan<byte> payload, Span<byte> hash)
    {
        payload = default;
        var at = body.Length - field.Length - characters - End.Length;
        if (at < 1 || !body[at..].StartsWith(field) || !body.EndsWith(End))
            return false;
        var text = body.Slice(at + field.Length, characters);
        Span<byte> again = stackalloc byte[characters];
        if (!Base64Url.IsValid(text)
            || Base64Url.DecodeFromUtf8(text, hash, out _, out var written) != OperationStatus.Done
            || written != hash.Length
            || Base64Url.EncodeToUtf8(hash, again) != characters
            || !again.SequenceEqual(text))
        {
            return false;
        }

        payload = body[..at];
        return true;
    }
}
