namespace Pipeline.Sqlite;

/// <summary>Where the data lives, and every bound of the engine. A bound's unit stands in its name.</summary>
public sealed record SqliteOptions
{
    /// <summary>The data folder; it is created where it does not exist. One process at a time serves it.</summary>
    public required string Folder { get; init; }

    /// <summary>Shards of a new data folder, 1 to 1,024; an existing folder keeps the number it was made with.</summary>
    public int ShardCount { get; init; } = 8;

    /// <summary>Committed documents kept in memory before they are sorted into a run.</summary>
    public int MemtableBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Decompressed blocks of runs kept in memory.</summary>
    public int BlockCacheBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Runs of one size that are merged into one of the next size.</summary>
    public int RunsPerLevelMax { get; init; } = 8;

    /// <summary>Callers that may wait for the writer; further ones wait for a place.</summary>
    public int WriterBacklogRequestsMax { get; init; } = 16_384;

    /// <summary>Requests that share one COMMIT.</summary>
    public int BatchRequestsMax { get; init; } = 1_024;

    /// <summary>Bytes of documents and messages that share one COMMIT (one request may exceed it alone).</summary>
    public int BatchBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>The size of the write-ahead log from which on it is copied into the database.</summary>
    public int CheckpointWalBytes { get; init; } = 12 * 1024 * 1024;

    /// <summary>Messages of all queues together that may wait, be scheduled or be worked.</summary>
    public int QueueMessagesMax { get; init; } = 250_000;

    /// <summary>Their bytes, which are held in memory.</summary>
    public int QueueBytesMax { get; init; } = 96 * 1024 * 1024;

    /// <summary>What a sender is told when the queue is full.</summary>
    public int QueueRetryAfterSeconds { get; init; } = 2;

    /// <summary>How long a session stays locked without a renewal.</summary>
    public int LeaseSeconds { get; init; } = 30;

    /// <summary>Deliveries of a message before it is dead-lettered.</summary>
    public int DeliveryCountMax { get; init; } = 10;

    /// <summary>The delay after the first abandoned delivery; it doubles with each further one.</summary>
    public int AbandonBackoffMillisecondsMin { get; init; } = 500;

    public int AbandonBackoffMillisecondsMax { get; init; } = 60_000;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        Within(ShardCount, 1, 1_024, nameof(ShardCount));
        Within(MemtableBytesMax, 1_024, int.MaxValue, nameof(MemtableBytesMax));
        Within(BlockCacheBytesMax, 0, int.MaxValue, nameof(BlockCacheBytesMax));
        Within(RunsPerLevelMax, 2, 64, nameof(RunsPerLevelMax));
        Within(WriterBacklogRequestsMax, 1, 1_000_000, nameof(WriterBacklogRequestsMax));
        Within(BatchRequestsMax, 1, 100_000, nameof(BatchRequestsMax));
        Within(BatchBytesMax, 1, 64 * 1024 * 1024, nameof(BatchBytesMax));
        Within(CheckpointWalBytes, 64 * 1024, int.MaxValue, nameof(CheckpointWalBytes));
        Within(QueueMessagesMax, 1, 100_000_000, nameof(QueueMessagesMax));
        Within(QueueBytesMax, 1, int.MaxValue, nameof(QueueBytesMax));
        Within(QueueRetryAfterSeconds, 1, 3_600, nameof(QueueRetryAfterSeconds));
        Within(LeaseSeconds, 1, 86_400, nameof(LeaseSeconds));
        Within(DeliveryCountMax, 1, 1_000_000, nameof(DeliveryCountMax));
        Within(AbandonBackoffMillisecondsMin, 0, 86_400_000, nameof(AbandonBackoffMillisecondsMin));
        Within(
            AbandonBackoffMillisecondsMax, AbandonBackoffMillisecondsMin, 86_400_000, nameof(AbandonBackoffMillisecondsMax));
    }

    private static void Within(int value, int min, int max, string name)
    {
        if (value < min || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {min} to {max}.");
    }
}
