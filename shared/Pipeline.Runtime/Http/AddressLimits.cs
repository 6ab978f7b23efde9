using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Runtime.Http;

/// <summary>
/// The rate limit of each address on the public route, in a table of fixed size: addresses that meet in one place of it
/// share their rate, and which do changes with every start. An IPv6 customer has a network of /64 to choose addresses
/// from, so that counts as one.
/// </summary>
/// <remarks>
/// The generic cell rate algorithm (ITU-T I.371): all that is kept of an address is when its next request is due at the
/// steady rate, and how far ahead of that it may come is the burst.
/// </remarks>
internal sealed class AddressLimits(HttpOptions options, TimeProvider clock)
{
    public const int Places = 1 << 14;

    private readonly long[] dueAt = new long[Places];
    private readonly long start = clock.GetTimestamp();
    private readonly long interval = (long)(TimeSpan.TicksPerSecond / options.PublicRateLimit.RequestsPerSecond);

    /// <summary>Takes a token; 0 where there was one, otherwise the seconds until there is the next.</summary>
    public int Take(HttpRequest request)
    {
        ref var due = ref dueAt[PlaceOf(AddressOf(request))];
        var ahead = interval * (options.PublicRateLimit.Burst - 1);
        while (true)
        {
            var now = clock.GetElapsedTime(start).Ticks;
            var known = Volatile.Read(ref due);
            if (known - ahead > now)
                return (int)Math.Clamp(Math.Ceiling((known - ahead - now) / (double)TimeSpan.TicksPerSecond), 1, int.MaxValue);
            if (Interlocked.CompareExchange(ref due, Math.Max(known, now) + interval, known) == known)
                return 0;
        }
    }

    /// <summary>Of what a proxy forwards only the last address is its own word; those before it a client may make up.</summary>
    private IPAddress? AddressOf(HttpRequest request)
    {
        if (options.TrustsForwardedFor && request.Headers["X-Forwarded-For"] is [.., { } forwarded])
        {
            var last = forwarded.AsSpan(forwarded.LastIndexOf(',') + 1).Trim();
            if (IPEndPoint.TryParse(last, out var found))
                return found.Address;
        }

        return request.HttpContext.Connection.RemoteIpAddress;
    }

    private static int PlaceOf(IPAddress? address)
    {
        if (address is null)
            return 0;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var hash = default(HashCode); // seeded anew in every process
        hash.AddBytes(bytes[..(address.AddressFamily == AddressFamily.InterNetworkV6 ? 8 : length)]);
        return hash.ToHashCode() & (Places - 1);
    }
}
