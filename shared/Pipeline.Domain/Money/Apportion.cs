namespace Pipeline.Domain;

/// <summary>
/// Splits whole units so that nothing is lost: points over lots, a discount over lines, a refund over an
/// award.
/// </summary>
public static class Apportion
{
    /// <summary>
    /// Splits <paramref name="total"/> in proportion to the weights by largest remainder (Hamilton's method):
    /// every part is the floor of its exact share, and the units left over go one each to the largest
    /// remainders, ties to the earlier part. The parts add up to the total exactly. Where all weights are
    /// zero, everything goes to the first.
    /// </summary>
    /// <param name="total">Zero or more units.</param>
    /// <param name="weights">Zero or more each; their sum may pass 64 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The total or a weight is negative.</exception>
    /// <exception cref="ArgumentException">Units are to be split over no weights at all.</exception>
    public static long[] LargestRemainder(long total, IReadOnlyList<long> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        ArgumentNullException.ThrowIfNull(weights);
        var parts = new long[weights.Count];
        if (parts.Length == 0)
            return total == 0
                ? parts
                : throw new ArgumentException("Nothing to split the total over.", nameof(weights));

        var sum = SumOf(weights);
        if (sum == 0 || parts.Length == 1)
        {
            parts[0] = total;
            return parts;
        }
        if (total == 0)
            return parts;

        var remainders = new (Int128 Remainder, int Place)[parts.Length];
        var left = total;
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, remainder) = Int128.DivRem((Int128)total * weights[i], sum);
            parts[i] = (long)part;
            left -= parts[i];
            remainders[i] = (remainder, i);
        }
        if (left > 0)
            GiveOneEach(parts, remainders, (int)left);
        return parts;
    }

    /// <summary>
    /// The floor of <c>whole x part / of</c>: how much of a whole belongs to a part. It never falls as the
    /// part grows, and the whole of <paramref name="of"/> gets the whole, so that what several parts get can
    /// be taken as differences of shares. Nothing of nothing is the whole: a purchase of no value is all
    /// refunded by its refund of no value.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is negative, or the part is above <paramref name="of"/>.
    /// </exception>
    public static long Share(long whole, long part, long of)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(whole);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, of);
        return part == of ? whole : (long)((Int128)whole * part / of);
    }

    private static Int128 SumOf(IReadOnlyList<long> weights)
    {
        Int128 sum = 0;
        for (var i = 0; i < weights.Count; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weights[i], nameof(weights));
            sum += weights[i];
        }
        return sum;
    }

    /// <summary>Fewer units are left than there are parts, because every floor lost less than one.</summary>
    private static void GiveOneEach(long[] parts, (Int128 Remainder, int Place)[] remainders, int units)
    {
        Array.Sort(remainders, static (a, b) =>
            a.Remainder != b.Remainder ? b.Remainder.CompareTo(a.Remainder) : a.Place.CompareTo(b.Place));
        for (var i = 0; i < units; i++)
            parts[remainders[i].Place]++;
    }
}
