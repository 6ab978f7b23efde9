namespace Pipeline.Sqlite;

/// <summary>The engine at one moment.</summary>
/// <param name="Healthy">Whether it can write; <paramref name="Problem"/> says why not.</param>
/// <param name="GroupCommits">Transactions since it was opened, of <paramref name="Requests"/> callers together.</param>
/// <param name="FrozenMemtables">Memtables that wait to become runs; 2 at most.</param>
/// <param name="OldestMessageAge">How long the oldest message waits already; zero for an empty queue.</param>
public sealed record SqliteStats(
    bool Healthy,
    string? Problem,
    long LastCommit,
    long GroupCommits,
    long FailedCommits,
    long Requests,
    long JournaledBytes,
    long MemtableBytes,
    int FrozenMemtables,
    int Runs,
    long RunIndexBytes,
    int WriterBacklog,
    long QueueMessages,
    long QueueBytes,
    TimeSpan OldestMessageAge);
