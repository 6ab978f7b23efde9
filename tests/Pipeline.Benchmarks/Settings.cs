using System.Globalization;

namespace Pipeline.Benchmarks;

/// <summary>The sizes of a run, each from an environment variable whose name ends in its unit.</summary>
internal sealed class Settings
{
    private const string HostPrefixName = "BENCH_HOST_PREFIX";
    private readonly bool isQuick;

    public Settings(bool isQuick)
    {
        this.isQuick = isQuick;
        Rounds = Count("BENCH_ROUNDS", 5, 2);
        Connections = Count("BENCH_CONNECTIONS", 256, 32);
        AcceptSeconds = Number("BENCH_ACCEPT_SECONDS", 2, 0.5);
        OpenLoopSeconds = Number("BENCH_OPEN_LOOP_SECONDS", 4, 0.5);
        WarmUpRequests = Count("BENCH_WARM_UP_REQUESTS", 100_000, 500);
        ApplyPurchases = Count("BENCH_APPLY_PURCHASES", 30_000, 1_000);
        EndToEndPurchases = Count("BENCH_END_TO_END_PURCHASES", 30_000, 1_000);
        FeedbackItems = Count("BENCH_FEEDBACK_ITEMS", 20_000, 500);
        PeerPurchases = Count("BENCH_PEER_PURCHASES", 8_000, 500);
        ShopCustomers = Count("BENCH_SHOP_CUSTOMERS", 20_000, 1_000);
        SmallStoreCustomers = Count("BENCH_SMALL_STORE_CUSTOMERS", 100_000, 2_000);
        LargeStoreCustomers = Count("BENCH_LARGE_STORE_CUSTOMERS", 1_000_000, 10_000);
        LotsPerCustomer = Count("BENCH_LOTS_PER_CUSTOMER", 10, 10);
        EntriesPerCustomer = Count("BENCH_ENTRIES_PER_CUSTOMER", 1, 1);
        DueCustomers = Count("BENCH_DUE_CUSTOMERS", 10_000, 100);
        MixedRequests = Count("BENCH_MIXED_REQUESTS", 50_000, 500);
        InsightCustomers = Count("BENCH_INSIGHT_CUSTOMERS", 1_000_000, 4_000);
        ProofEntries = Count("BENCH_PROOF_ENTRIES", 1_000_000, 10_000);
        var parts = Environment.GetEnvironmentVariable("BENCH_PARTS");
        Parts = string.IsNullOrWhiteSpace(parts) ? null : parts.Split(',', StringSplitOptions.TrimEntries);
        WorkFolder = Environment.GetEnvironmentVariable("BENCH_WORK_FOLDER") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Path.GetTempPath(), "pipeline-bench");
        if (HostPrefix is { } prefix)
            Used[HostPrefixName] = prefix;
        PeerConnection = Environment.GetEnvironmentVariable("BENCH_PEER_CONNECTION");
        PeerProgram = Environment.GetEnvironmentVariable("BENCH_PEER_PROGRAM");
        PeerSkipReason = Environment.GetEnvironmentVariable("BENCH_PEER_SKIP_REASON");
    }

    public bool IsQuick => isQuick;

    public int Rounds { get; }

    public int Connections { get; }

    public double AcceptSeconds { get; }

    public double OpenLoopSeconds { get; }

    public int WarmUpRequests { get; }

    public int ApplyPurchases { get; }

    public int EndToEndPurchases { get; }

    public int FeedbackItems { get; }

    public int PeerPurchases { get; }

    public int ShopCustomers { get; }

    public int SmallStoreCustomers { get; }

    public int LargeStoreCustomers { get; }

    public int LotsPerCustomer { get; }

    /// <summary>How many of a customer's entries are stored; the account is folded from all of them.</summary>
    public int EntriesPerCustomer { get; }

    /// <summary>Customers with one due lot, for each round.</summary>
    public int DueCustomers { get; }

    public int MixedRequests { get; }

    /// <summary>Customers of the night that scores all of them.</summary>
    public int InsightCustomers { get; }

    /// <summary>Entries whose chains are proven.</summary>
    public int ProofEntries { get; }

    /// <summary>Only these parts; null: all.</summary>
    public string[]? Parts { get; }

    /// <summary>Where stores are built and kept between runs.</summary>
    public string WorkFolder { get; }

    /// <summary>The command that starts the product, such as one that bounds its memory; null: none.</summary>
    public static string? HostPrefix =>
        Environment.GetEnvironmentVariable(HostPrefixName) is { Length: > 0 } prefix ? prefix : null;

    public string? PeerConnection { get; }

    public string? PeerProgram { get; }

    public string? PeerSkipReason { get; }

    /// <summary>The values in use, by name, for the report.</summary>
    public SortedDictionary<string, string> Used { get; } = new(StringComparer.Ordinal);

    public bool Wants(string part) => Parts is null || Parts.Contains(part, StringComparer.Ordinal);

    private int Count(string name, int normal, int quick) => (int)Number(name, normal, quick);

    private double Number(string name, double normal, double quick)
    {
        var text = Environment.GetEnvironmentVariable(name);
        var value = string.IsNullOrWhiteSpace(text)
            ? (isQuick ? quick : normal)
            : double.Parse(text, CultureInfo.InvariantCulture);
        if (value <= 0)
            throw new ArgumentException($"{name} must be above 0.");
        Used[name] = value.ToString(CultureInfo.InvariantCulture);
        return value;
    }
}
