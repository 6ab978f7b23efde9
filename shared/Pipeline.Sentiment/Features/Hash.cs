using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pipeline.Sentiment.Features;

/// <summary>FNV-1a over UTF-16 units, and the finish of MurmurHash3. The models depend on every bit of it.</summary>
internal static class Hash
{
    public const uint Start = 2166136261;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Append(uint hash, char unit) => (hash ^ unit) * 16777619;

    public static uint Of(ReadOnlySpan<char> text, uint start = Start)
    {
        var hash = start;
        foreach (var unit in text)
            hash = Append(hash, unit);
        return hash;
    }

    /// <summary>Two hashes in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Pair(uint first, uint second) => (BitOperations.RotateLeft(first, 13) * 0x9E3779B1) ^ second;

    /// <summary>Spreads the bits, so that the highest of them make a bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mix(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
