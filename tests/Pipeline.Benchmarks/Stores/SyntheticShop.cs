using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pipeline.Benchmarks.Load;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Benchmarks.Stores;

/// <summary>
/// Customers with lives of their own over two years: each came on some day, buys at a rate of their own and may leave after
/// any purchase, spending about a mean of their own. Their accounts are written as the product stores them, without entries.
/// </summary>
internal sealed class SyntheticShop(DateOnly today)
{
    private const int Days = 730;
    private const int WritersAtOnce = 2_048;

    /// <summary>The customer of that number: always the same.</summary>
    public KnownCustomer Customer(int number)
    {
        var random = new Random(number);
        // Gamma(1/2) is half of the square of a normal number.
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var rate = 0.001 + (normal * normal / 2 / 15);
        var leaves = 0.02 + (0.3 * random.NextDouble() * random.NextDouble());
        var mean = 1_500 * Math.Exp(random.NextDouble() * 2);
        var rhythm = PurchaseRhythm.None;
        _ = Currency.TryParse("GBP", out var pounds);
        var first = today.DayNumber - Days;
        for (var day = Days * random.NextDouble(); day < Days; day += 1 - (Math.Log(1 - random.NextDouble()) / rate))
        {
            var pence = 100 + (long)(mean * (0.3 + (1.4 * random.NextDouble())));
            var lines = 1 + random.Next(6);
            rhythm = rhythm.Bought(
                new Fact.Purchased(
                    new PurchaseId("p"), 1, 0, DateTimeOffset.UnixEpoch, null, new PurchaseTerms(pounds, null, 0, 0, 0),
                    [.. Enumerable.Range(0, lines).Select(line => new PurchaseLine(
                        "s", null, null, 1 + (line % 3), 1, line == 0 ? pence : 0, 0))],
                    [], null),
                first + (int)day);
            if (random.NextDouble() < leaves)
                break;
        }

        return new KnownCustomer(Purchases.CustomerId(number), rhythm);
    }

    /// <returns>Bytes of all accounts.</returns>
    public async Task<long> StoreAsync(string folder, int customers, TimeProvider time)
    {
        long bytes = 0;
        await using var engine = SqliteEngine.Open(new SqliteOptions { Folder = folder }, time);
        var together = new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce };
        await Parallel.ForAsync(0, customers, together, async (number, token) =>
        {
            var customer = Customer(number);
            var last = new DateTimeOffset(
                DateOnly.FromDayNumber(Math.Max(customer.Rhythm.LastDay, today.DayNumber - Days)).ToDateTime(new TimeOnly(12, 0)),
                TimeSpan.Zero);
            var body = Account(number, customer.Rhythm, last.ToUnixTimeMilliseconds());
            Interlocked.Add(ref bytes, body.Length);
            await engine.Documents.CommitAsync(
                customer.Id, [new Write.Create(LedgerKinds.Account, LedgerKinds.AccountId, body, last)], token);
        });
        await engine.FlushAsync();
        return bytes;
    }

    /// <summary>The stored form (StoredFormTests), with one lot for ever.</summary>
    private static byte[] Account(int number, PurchaseRhythm rhythm, long lastMs)
    {
        var spend = rhythm.Main ?? default;
        var days = rhythm.Recent;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
            {"n":{{rhythm.Days}},"head":"purchase:{{Purchases.PurchaseId(number)}}","latest":{{lastMs * 4}},"lots":{"id":["{{Purchases.PurchaseId(number)}}"],"p":[{{spend.Net / 100}}],"da":[{{lastMs}}],"de":[0]},"rh":{"n":{{rhythm.Days}},"f":{{rhythm.FirstDay}},"d":[{{string.Join(',', days.Select((day, i) => day.Day - (i == 0 ? rhythm.FirstDay : days[i - 1].Day)))}}],"m":[{{Join(days, static day => day.Net)}}],"l":[{{Join(days, static day => day.Lines)}}],"u":[{{Join(days, static day => day.Units)}}],"lines":{{rhythm.Lines - days.Sum(static day => day.Lines)}},"units":{{rhythm.Units - days.Sum(static day => day.Units)}},"c":["GBP"],"s":[{{spend.Purchases}},{{spend.Net}}]},"fl":[{{spend.Net / 100}}],"look":{{lastMs}}}
            """));
    }

    private static string Join(ImmutableArray<PurchaseDay> days, Func<PurchaseDay, long> part) =>
        string.Join(',', days.Select(day => part(day).ToString(CultureInfo.InvariantCulture)));
}
