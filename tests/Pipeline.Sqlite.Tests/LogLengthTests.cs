using System.Security.Cryptography;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Tests;

/// <summary>The queue's log is as long as what lives in it, however long one message lives.</summary>
public sealed class LogLengthTests : IDisposable
{
    private readonly TempFolder folder = new();
    private int sent;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public async Task One_long_lived_message_does_not_keep_the_log_of_those_that_left(int before)
    {
        await using (var engine = SqliteEngine.Open(new SqliteOptions { Folder = folder.Path }, TimeProvider.System))
        {
            for (var i = 0; i < before; i++)
                await SendAndCompleteAsync(engine, 10);
            var later = TimeProvider.System.GetUtcNow().AddHours(10);
            await engine.Queue.SendAsync(
                "purchases", new QueueMessage("later", "other", new byte[10], "print", NotBefore: later), default);
            for (var i = 0; i < 600; i++)
                await SendAndCompleteAsync(engine, 50_000);
        }

        Assert.InRange(new FileInfo(folder.File("pipeline.db")).Length, 0, 12_000_000);
    }

    private async Task SendAndCompleteAsync(SqliteEngine engine, int bytes)
    {
        var message = new QueueMessage($"m{sent++}", "session", RandomNumberGenerator.GetBytes(bytes), "print");
        await engine.Queue.SendAsync("purchases", message, default);
        var lease = await engine.Receiver.ReceiveAsync("purchases", 10, default);
        await engine.Receiver.SettleAsync(
            lease, [.. lease.Messages.Select(static delivered => new Settlement.Complete(delivered.Sequence))], default);
    }
}
