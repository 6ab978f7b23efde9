using System.Collections.Concurrent;

namespace Pipeline.Sqlite.Storage;

/// <summary>
/// Instants before which no document of a kind and shard is due. What was due and is no more leaves entries that only a
/// merge with the oldest run removes: without a floor each scan would walk over all of them. Kept in memory: the first
/// scan of a process walks, and finds the floor.
/// </summary>
internal sealed class DueFloors
{
    private readonly ConcurrentDictionary<(string Kind, int Shard), Floor> floors = new();

    public Floor Of(string kind, int shard) => floors.GetOrAdd((kind, shard), static _ => new Floor());

    /// <summary>Only for the writer, and only when readers can find the entry: no scan then misses it.</summary>
    public void Lower(string kind, int shard, long dueTicks)
    {
        if (floors.TryGetValue((kind, shard), out var floor))
            floor.Lower(dueTicks);
    }

    internal sealed class Floor
    {
        private readonly Lock gate = new();
        private long ticks;
        private long leastSinceBegin;
        private int scans;

        /// <returns>Where to begin, and what <see cref="Raise"/> is to be told.</returns>
        public (long Ticks, int Scan) Begin()
        {
            lock (gate)
            {
                leastSinceBegin = long.MaxValue;
                return (ticks, unchecked(++scans));
            }
        }

        /// <param name="firstTicks">The first instant at which a document is due, or one before which none is.</param>
        public void Raise(int scan, long firstTicks)
        {
            lock (gate)
            {
                // Another scan that began since has forgotten what was written before it.
                if (scan == scans)
                    ticks = Math.Max(ticks, Math.Min(firstTicks, leastSinceBegin));
            }
        }

        public void Lower(long dueTicks)
        {
            lock (gate)
            {
                ticks = Math.Min(ticks, dueTicks);
                leastSinceBegin = Math.Min(leastSinceBegin, dueTicks);
            }
        }
    }
}
