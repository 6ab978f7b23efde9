namespace Pipeline.Simulation.Tests.Support;

/// <summary>
/// One client: it buys, returns, holds, captures, releases and repeats itself, for customers whom other clients serve
/// too. It remembers what it was answered, and so what must have become of each customer.
/// </summary>
internal sealed class Shopper(string name, int seed, IReadOnlyList<string> customers, DateTimeOffset now)
{
    private readonly Random random = new(seed);
    private readonly Queue<Bought> announced = [];
    private readonly List<Held> open = [];
    private readonly List<(Act Act, Answer Answer)> told = [];
    private int ids;

    /// <summary>Purchases that were accepted, with their accepted refunds.</summary>
    public List<Bought> Purchases { get; } = [];

    public List<Held> Holds { get; } = [];

    /// <summary>Everything that was answered well, with its first answer.</summary>
    public IReadOnlyList<(Act Act, Answer Answer)> Told => told;

    /// <summary>Sends one request until it is answered.</summary>
    public Task StepAsync(Api api, CancellationToken deadline) => random.Next(100) switch
    {
        < 40 => BuyAsync(api, Purchase(null), deadline),
        < 46 => ReturnFirstAsync(api, deadline),
        < 52 => announced.TryDequeue(out var bought) ? BuyAsync(api, bought, deadline) : HoldAsync(api, deadline),
        < 66 => Purchases.Count > 0 ? ReturnAsync(api, Any(Purchases), deadline) : HoldAsync(api, deadline),
        < 76 => told.Count > 0 ? RepeatAsync(api, Any(told), deadline) : HoldAsync(api, deadline),
        < 88 => HoldAsync(api, deadline),
        _ => open.Count > 0 ? EndAsync(api, deadline) : HoldAsync(api, deadline),
    };

    /// <summary>Posts the purchases for which refunds wait.</summary>
    public async Task FinishAsync(Api api, CancellationToken deadline)
    {
        while (announced.TryDequeue(out var bought))
            await BuyAsync(api, bought, deadline);
    }

    /// <summary>The same request gets the same answer, whatever happened in between.</summary>
    public static async Task RepeatAsync(Api api, (Act Act, Answer Answer) before, CancellationToken deadline)
    {
        var again = await api.UntilAnsweredAsync(before.Act, deadline);
        Assert.Equal(before.Answer, again);
    }

    private async Task BuyAsync(Api api, Bought bought, CancellationToken deadline)
    {
        await SendAsync(api, bought.Act(), deadline);
        Purchases.Add(bought);
    }

    /// <summary>A refund that overtakes its purchase.</summary>
    private async Task ReturnFirstAsync(Api api, CancellationToken deadline)
    {
        var bought = Purchase(null);
        announced.Enqueue(bought);
        await ReturnAsync(api, bought, deadline);
    }

    private async Task ReturnAsync(Api api, Bought bought, CancellationToken deadline)
    {
        if (bought.Refund(random, NextId("r"), Past()) is { } refund)
            await SendAsync(api, refund, deadline);
    }

    private async Task HoldAsync(Api api, CancellationToken deadline)
    {
        var held = new Held(Any(customers), NextId("h"), random.Next(1, 30));
        var act = Act.Hold(held.Customer, held.Id, held.Points);
        var answer = await api.UntilAnsweredAsync(act, deadline);
        // Whoever has too few points, or is not known yet, is refused, and nothing changes.
        Assert.True(answer.Status is 201 or 404 or 422, $"{act.Body}\n{answer.Status} {answer.Body}");
        if (!answer.IsWell)
            return;
        told.Add((act, answer));
        Holds.Add(held);
        open.Add(held);
    }

    private async Task EndAsync(Api api, CancellationToken deadline)
    {
        var held = Any(open);
        open.Remove(held);
        held.End = (HoldEnd)random.Next(1, 4);
        if (held.End == HoldEnd.WithPurchase)
            await BuyAsync(api, Purchase(held), deadline);
        else if (held.End == HoldEnd.Captured)
            await SendAsync(api, Act.Capture(held.Customer, held.Id), deadline);
        else
            await SendAsync(api, Act.Release(held.Customer, held.Id), deadline);
    }

    private async Task SendAsync(Api api, Act act, CancellationToken deadline) =>
        told.Add((act, await api.WellAsync(act, deadline)));

    private Bought Purchase(Held? held) => new(
        random, held?.Customer ?? Any(customers), NextId("p"), Past(), held?.Id, held?.Points ?? 0);

    /// <summary>Anywhere in the last weeks, so that much comes late and is put where it belongs.</summary>
    private DateTimeOffset Past() => now.AddDays(-20).AddMinutes(random.Next(19 * 24 * 60));

    private string NextId(string kind) => $"{kind}-{name}-{++ids}";

    private T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}

internal enum HoldEnd
{
    Open,
    Captured,
    Released,
    WithPurchase,
}

/// <summary>A hold that was granted.</summary>
internal sealed class Held(string customer, string id, long points)
{
    public string Customer { get; } = customer;

    public string Id { get; } = id;

    public long Points { get; } = points;

    public HoldEnd End { get; set; }

    /// <summary>What it changed of its customer's total by itself; a purchase counts its own capture.</summary>
    public long Total => End == HoldEnd.Captured ? -Points : 0;
}
