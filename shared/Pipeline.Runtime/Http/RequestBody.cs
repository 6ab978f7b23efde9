using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Pipeline.Runtime.Http;

/// <summary>A request's body in a pooled buffer. Dispose it once nothing looks at the bytes any more.</summary>
internal struct RequestBody : IDisposable
{
    /// <summary>
    /// So much of a body that is refused is read and dropped, so that a client that sends all before it reads gets
    /// the answer and not a reset.
    /// </summary>
    public const int DrainBytesMax = 16 * 1024 * 1024;

    private const int FirstBytes = 4096;

    private byte[]? rented;
    private int length;

    public readonly ReadOnlyMemory<byte> Bytes => rented.AsMemory(0, length);

    /// <summary>Whether the request can have a body at all.</summary>
    public static bool CanBeIn(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { } detection
            ? detection.CanHaveBody
            : request.ContentLength is null or > 0;

    /// <summary>Reads all of the body; null where it has more than <paramref name="bytesMax"/>.</summary>
    public static async ValueTask<RequestBody?> ReadAsync(
        HttpRequest request, int bytesMax, CancellationToken cancellation)
    {
        if (request.ContentLength > bytesMax)
            return null;
        var body = default(RequestBody);
        try
        {
            var reader = request.BodyReader;
            body.Grow((int?)request.ContentLength ?? FirstBytes);
            while (true)
            {
                var read = await reader.ReadAsync(cancellation);
                if (body.length + read.Buffer.Length > bytesMax)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    body.Dispose();
                    return null;
                }

                body.Append(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Drops what is left of a body; false where that is too much, and the connection has to end.</summary>
    public static async ValueTask<bool> DrainAsync(HttpRequest request, CancellationToken cancellation)
    {
        // Who asks first with "Expect: 100-continue" has not sent it yet, and is answered before it does.
        if (request.ContentLength > DrainBytesMax || request.Headers.Expect.Count > 0)
            return false;
        var reader = request.BodyReader;
        for (long dropped = 0; dropped <= DrainBytesMax;)
        {
            ReadResult read = await reader.ReadAsync(cancellation);
            dropped += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return true;
        }

        return false;
    }

    public void Dispose()
    {
        if (rented is { } array)
            ArrayPool<byte>.Shared.Return(array);
        rented = null;
        length = 0;
    }

    private void Append(in ReadOnlySequence<byte> bytes)
    {
        var more = (int)bytes.Length;
        if (rented is null || rented.Length - length < more)
            Grow(Math.Max(length + more, length * 2));
        bytes.CopyTo(rented.AsSpan(length));
        length += more;
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(bytes);
        rented.AsSpan(0, length).CopyTo(larger);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
    }
}
