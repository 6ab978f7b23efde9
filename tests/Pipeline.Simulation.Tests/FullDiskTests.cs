using System.Collections.Concurrent;
using System.Text;
using Pipeline.Contracts;
using Pipeline.Simulation.Tests.Support;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests;

public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int SmallMebibytes = 12;
    private const int LargeMebibytes = 256;
    private const int Clients = 4;
    private const int Customers = 8;
    private const int LinesPerPurchase = 400;
    private const int RefusalsPerClient = 5;

    [SmallDiskFact]
    public async Task What_was_accepted_before_the_disk_was_full_survives_a_crash_on_the_full_disk()
    {
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        using var disk = new SmallDisk(temp.Sub("disk"), SmallMebibytes);
        using var served = await Served.StartAsync(Path.Combine(disk.Path, "data"), limit.Token);
        using var api = served.Client();
        var accepted = await FillAsync(api, served, limit.Token);

        await served.KillAsync(limit.Token);
        disk.Grow(LargeMebibytes);
        await served.StartAsync(limit.Token);
        await CheckAsync(api, served, accepted, limit.Token);
    }

    [SmallDiskFact]
    public async Task A_host_goes_on_by_itself_once_the_full_disk_has_space_again()
    {
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        using var disk = new SmallDisk(temp.Sub("disk"), SmallMebibytes);
        using var served = await Served.StartAsync(Path.Combine(disk.Path, "data"), limit.Token);
        using var api = served.Client();
        var accepted = await FillAsync(api, served, limit.Token);

        disk.Grow(LargeMebibytes);
        var (customer, id) = ("customer-0", "after");
        await api.WellAsync(Purchase(new Random(1), customer, id), limit.Token);
        accepted.Add((customer, id));
        await CheckAsync(api, served, accepted, limit.Token);
    }

    /// <summary>Posts until every client was refused several times. Only a whole 202 counts as accepted.</summary>
    private async Task<ConcurrentBag<(string Customer, string Id)>> FillAsync(
        Api api, Served served, CancellationToken deadline)
    {
        var seed = Chaos.Seed(output);
        var accepted = new ConcurrentBag<(string, string)>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(unchecked(seed + client));
            for (var (n, refusals) = (0, 0); refusals < RefusalsPerClient; n++)
            {
                var (customer, id) = ($"customer-{random.Next(Customers)}", $"p-{client}-{n}");
                var answer = await api.TryAsync(Purchase(random, customer, id), deadline);
                Assert.True(answer?.Status is 202 or 503, $"{answer?.Status} {answer?.Body}\n{served.Process.Errors}");
                if (answer!.IsWell)
                    accepted.Add((customer, id));
                else
                    refusals++;
            }
        })));
        Assert.False(served.Process.HasExited);
        // What is stored can still be read while nothing can be written.
        Assert.Equal(200, (await api.GetAsync("/v1/program", deadline)).Status);
        output.WriteLine($"{accepted.Count} purchases were accepted before the disk was full.");
        Assert.True(accepted.Count > Customers, "The disk was full too soon.");
        return accepted;
    }

    private static async Task CheckAsync(
        Api api, Served served, IEnumerable<(string Customer, string Id)> accepted, CancellationToken deadline)
    {
        await Parallel.ForEachAsync(accepted, deadline, async (one, _) =>
        {
            var worked = await api.AppearsAsync($"/v1/customers/{one.Customer}/purchases/{one.Id}", deadline);
            Assert.Equal(LinesPerPurchase, worked.Json.GetProperty("points").GetInt64());
        });
        foreach (var customer in accepted.GroupBy(static one => one.Customer))
        {
            // Requests that were refused may be repeated; they were not applied in secret.
            var balance = await api.BalanceAsync(customer.Key, deadline);
            Assert.Equal((customer.Key, customer.Count() * (long)LinesPerPurchase), (customer.Key, balance.Spendable));
        }

        await served.VerifyAsync(deadline);
    }

    /// <summary>One point a line, in texts that no compression makes small.</summary>
    private static Act Purchase(Random random, string customer, string id)
    {
        var lines = new StringBuilder();
        Span<byte> noise = stackalloc byte[24];
        for (var i = 0; i < LinesPerPurchase; i++)
        {
            random.NextBytes(noise);
            lines.Append(i == 0 ? "" : ",")
                .Append($$"""{"sku":"s{{i}}","name":"{{Convert.ToBase64String(noise)}}",""")
                .Append("""
                    "quantity":1,"unitPrice":100}
                    """);
        }

        return Act.Purchase(
            $$"""
            {"purchaseId":"{{id}}","customerId":"{{customer}}","occurredAt":"2026-01-05T10:00:00Z","currency":"GBP",
            "lines":[{{lines}}]}
            """);
    }
}
