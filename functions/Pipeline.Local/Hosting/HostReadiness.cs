using Pipeline.Local.Work;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Local.Hosting;

/// <summary>The host can work while its store can write, its queue has room and its pumps run.</summary>
internal sealed class HostReadiness(SqliteEngine engine, SqliteOptions options, QueuePumps pumps) : IReadiness
{
    public string? Problem
    {
        get
        {
            var stats = engine.Stats();
            if (!stats.Healthy)
                return stats.Problem ?? "The store cannot write.";
            if (stats.QueueMessages >= options.QueueMessagesMax || stats.QueueBytes >= options.QueueBytesMax)
                return "The queue is full.";
            return pumps.AreRunning ? null : "The queue is not being worked.";
        }
    }
}
