namespace Pipeline.Cosmos.Gateway;

/// <summary>Random waits, so that requests which run at once really overtake each other.</summary>
internal sealed class Jitter(GatewayOptions options)
{
    private readonly Lock gate = new();
    private readonly Random random = new(options.Seed);

    public async Task WaitAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        if (options.JitterMillisecondsMax == 0)
            return;
        int wait;
        lock (gate)
            wait = random.Next(options.JitterMillisecondsMax + 1);
        if (wait > 0)
            await Task.Delay(wait, cancellation);
    }
}
