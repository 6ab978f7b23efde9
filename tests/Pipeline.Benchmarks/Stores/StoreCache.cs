using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;
using Pipeline.Sqlite;

namespace Pipeline.Benchmarks.Stores;

/// <summary>A store that was built once and is copied for each use.</summary>
/// <param name="Month">The month it was built in: the lots of due group g lapse g months before it begins.</param>
internal sealed record BuiltStore(
    string Folder,
    int Customers,
    int Lots,
    int DueCustomers,
    int DueGroups,
    DateOnly Month,
    int AccountBytes,
    double BuildSeconds)
{
    /// <summary>The slots on which a group becomes due, the earliest first.</summary>
    public IEnumerable<DateOnly> Slots =>
        Enumerable.Range(0, DueGroups).Select(group => Month.AddMonths(group - DueGroups + 1));
}

/// <summary>
/// Builds stores of many customers through the engine, and keeps them in the work folder. A store holds for the
/// month it was built in: its due lots have lapsed, all others last for months.
/// </summary>
internal sealed class StoreCache(Settings settings, TimeProvider time)
{
    private const int TemplatesPerGroup = 300;
    private const int DueGroupsMin = 6;
    private const int WritersAtOnce = 2_048;
    private const int FormatVersion = 2;

    public async Task<BuiltStore> GetAsync(int customers, Action<string> note)
    {
        var now = time.GetUtcNow();
        var month = new DateOnly(now.Year, now.Month, 1);
        var groups = Math.Max(DueGroupsMin, settings.Rounds + 1);
        var due = Math.Min(settings.DueCustomers, customers / (groups + 1));
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"store-v{FormatVersion}-{customers}x{settings.LotsPerCustomer}-{settings.EntriesPerCustomer}e-")
            + string.Create(CultureInfo.InvariantCulture, $"{due}due{groups}-{month:yyyyMM}-{EngineMark()}");
        var folder = Path.Combine(settings.WorkFolder, "stores", name);
        var facts = Path.Combine(folder, "built.json");
        if (File.Exists(facts))
            return JsonSerializer.Deserialize<BuiltStore>(await File.ReadAllTextAsync(facts))!;

        note($"building a store of {Report.Text(customers)} customers with {settings.LotsPerCustomer} lots each");
        Drop(Path.Combine(settings.WorkFolder, "stores"), $"store-*-{customers}x*");
        var start = Stopwatch.GetTimestamp();
        var accountBytes = await BuildAsync(Path.Combine(folder, "data"), customers, due, groups, month);
        var store = new BuiltStore(
            folder, customers, settings.LotsPerCustomer, due, groups, month, accountBytes,
            Stopwatch.GetElapsedTime(start).TotalSeconds);
        await File.WriteAllTextAsync(facts, JsonSerializer.Serialize(store));
        note(
            $"built in {store.BuildSeconds:F0} s: {Bytes(folder) / 1e6:F0} MB on disk, {accountBytes} bytes an account");
        return store;
    }

    /// <summary>A copy that may be changed.</summary>
    public static string Copy(BuiltStore store, string folder)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(store.Folder, "data")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    private async Task<int> BuildAsync(string folder, int customers, int due, int groups, DateOnly month)
    {
        Directory.CreateDirectory(folder);
        var templates = new CustomerTemplate[groups + 1][];
        for (var group = 0; group <= groups; group++)
        {
            templates[group] = new CustomerTemplate[TemplatesPerGroup];
            for (var i = 0; i < TemplatesPerGroup; i++)
                templates[group][i] = await CustomerTemplate.MakeAsync(
                    (group * TemplatesPerGroup) + i, Instants(group, i, groups, month), settings.EntriesPerCustomer);
        }

        var stride = due == 0 ? int.MaxValue : customers / due;
        await using var engine = SqliteEngine.Open(new SqliteOptions { Folder = folder }, time);
        var together = new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce };
        await Parallel.ForAsync(0, customers, together, async (i, token) =>
        {
            var place = i % stride;
            var group = place is >= 1 && place <= groups && i / stride < due ? place : 0;
            var template = templates[group][(int)(Population.Mix((ulong)i) % TemplatesPerGroup)];
            var result = await engine.Documents.CommitAsync(Purchases.CustomerId(i), template.Writes(i), token);
            if (!result.Committed)
                throw new InvalidOperationException($"Customer {i} was not stored.");
        });
        await engine.FlushAsync();
        return templates[0][0].AccountBytes;
    }

    /// <summary>
    /// When a customer bought. The default program lets points lapse 12 months later at the month's end: all purchases
    /// are of the last ten months, but the first one of a due group, which lapsed when one of the last months began.
    /// </summary>
    private List<DateTimeOffset> Instants(int group, int seed, int groups, DateOnly month)
    {
        var instants = new List<DateTimeOffset>();
        if (group > 0)
            instants.Add(Start(month.AddMonths(group - groups - 13)).AddHours(36 + (seed % 500)));
        var begin = Start(month.AddMonths(-9));
        var minutes = (Start(month).AddDays(-2) - begin).TotalMinutes;
        for (var i = instants.Count; i < settings.LotsPerCustomer; i++)
        {
            var random = Population.Mix((ulong)((seed * 64) + i)) % 1_000;
            instants.Add(begin.AddMinutes(Math.Floor(minutes * (i + (random / 1_000.0)) / settings.LotsPerCustomer)));
        }

        return instants;
    }

    private static DateTimeOffset Start(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>A store of another build of the engine or the domain is not used again.</summary>
    private static string EngineMark() =>
        (typeof(SqliteEngine).Module.ModuleVersionId.ToString("N")[..8])
        + typeof(Pipeline.Runtime.PipelineRuntime).Module.ModuleVersionId.ToString("N")[..8];

    private static long Bytes(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Sum(static file => new FileInfo(file).Length);

    private static void Drop(string folder, string pattern)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var old in Directory.GetDirectories(folder, pattern))
            Directory.Delete(old, recursive: true);
    }
}
