namespace Pipeline.Simulation.Tests.Support;

/// <summary>A host that the tests of a class share: each uses customers of its own.</summary>
public sealed class OneHost : IAsyncLifetime
{
    private readonly TempFolder temp = new();
    private Served? served;

    internal Served Served => served ?? throw new InvalidOperationException("The host does not serve yet.");

    public async Task InitializeAsync()
    {
        using var limit = Chaos.Deadline();
        served = await Served.StartAsync(temp.Sub("data"), limit.Token);
    }

    public Task DisposeAsync()
    {
        served?.Dispose();
        temp.Dispose();
        return Task.CompletedTask;
    }
}
