using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Http.Idempotency;

/// <summary>A request that names itself by an <c>Idempotency-Key</c>.</summary>
/// <param name="Record">Where its record is: the key is unique for an API key and a path.</param>
/// <param name="Fingerprint">Of its method, path, query and content.</param>
/// <param name="Seal">What the kept answer is sealed with; null where it holds no secret.</param>
internal sealed record IdempotencyAsk(DocumentKey Record, string Fingerprint, AnswerSeal? Seal)
{
    public static IdempotencyAsk Of(
        ApiEndpoint endpoint, HttpRequest request, ApiCall call, ReadOnlyMemory<char> bearer)
    {
        var path = request.PathBase.Add(request.Path).Value ?? "";
        var place = $"{call.Key?.KeyId}\n{path}\n{call.IdempotencyKey}";
        var partition = "~idempotency:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)));

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{path}\n{request.QueryString.Value}\n"));
        hash.AppendData(CanonicalJson.Of(call.Body).Span);
        return new IdempotencyAsk(
            new DocumentKey(partition, IdempotencyRecords.Kind, IdempotencyRecords.Id),
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            endpoint.AnswersSecret ? new AnswerSeal(bearer) : null);
    }
}

/// <summary>
/// Seals an answer that holds a secret with the key of the caller, which the store does not have: AES-256-GCM under a
/// key derived by HKDF-SHA-256 (RFC 5869). Only a repetition by the same caller can open it.
/// </summary>
internal sealed class AnswerSeal(ReadOnlyMemory<char> bearer)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public byte[] Close(ReadOnlySpan<byte> answer)
    {
        var box = new byte[NonceBytes + TagBytes + answer.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(Key(), TagBytes);
        cipher.Encrypt(
            box.AsSpan(0, NonceBytes), answer, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    /// <exception cref="CryptographicException">It was sealed with another key, or changed since.</exception>
    public byte[] Open(ReadOnlySpan<byte> box)
    {
        var answer = new byte[box.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(Key(), TagBytes);
        cipher.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box.Slice(NonceBytes, TagBytes), answer);
        return answer;
    }

    private byte[] Key() => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(bearer.ToString()), 32, info: "kept answer"u8.ToArray());
}
