using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;

namespace Pipeline.Benchmarks.Parts;

/// <summary>One group of figures.</summary>
internal interface IPart
{
    /// <summary>The word in <c>BENCH_PARTS</c>.</summary>
    string Name { get; }

    string Title { get; }

    Task RunAsync(Bench bench);
}

/// <summary>What the parts share.</summary>
internal sealed record Bench(Settings Settings, Report Report, TimeProvider Time)
{
    private long nextNumber;

    /// <summary>Purchase n occurs n milliseconds after it: in order, and never in the future.</summary>
    public DateTimeOffset BaseInstant { get; } = Time.GetUtcNow() - TimeSpan.FromHours(23);

    public Population Shop => new(Settings.ShopCustomers, IsSkewed: true);

    /// <summary>Numbers that no other purchase of this run has.</summary>
    public long TakeNumbers(long count)
    {
        var first = nextNumber;
        nextNumber += count;
        return first;
    }

    public string Folder(string name)
    {
        var folder = Path.Combine(Settings.WorkFolder, "run", name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Load of so many requests of purchases.</summary>
    public LoadOptions Load(LoadKind kind, Population population) => new()
    {
        Port = 0,
        Kind = kind,
        Connections = Settings.Connections,
        Customers = population.Customers,
        IsSkewed = population.IsSkewed,
        BaseInstant = BaseInstant,
    };
}
