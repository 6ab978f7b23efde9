using Pipeline.Contracts;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>The double keeps what every store keeps, so what the use cases prove on it they prove on any.</summary>
public sealed class MemoryStoreKeepsTheContract : StoreContract
{
    protected override Task<IDocumentStore> OpenAsync() => Task.FromResult<IDocumentStore>(new MemoryStore());

    protected override Task CloseAsync() => Task.CompletedTask;
}

public sealed class MemoryQueueKeepsTheContract : QueueContract
{
    protected override Task<QueueUnderTest> OpenAsync()
    {
        var time = new FakeTime();
        var queue = new MemoryQueue(time, LeaseSeconds, DeliveryCountMax, MessagesMax);
        return Task.FromResult(new QueueUnderTest(queue, queue, queue, time));
    }

    protected override Task CloseAsync() => Task.CompletedTask;
}
