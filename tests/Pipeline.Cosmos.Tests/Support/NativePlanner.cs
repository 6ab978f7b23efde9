namespace Pipeline.Cosmos.Tests.Support;

/// <summary>
/// The SDK plans its queries with the vendor's own native library in place of asking the gateway. The switch is one of the
/// process, so these tests run alone, behind all others.
/// </summary>
public sealed class NativePlanner : IDisposable
{
    public const string Collection = "The native query planner";

    private const string Switch = "AZURE_COSMOS_USE_QUERY_PLAN_INTEROP_LINUX";

    public NativePlanner() => Environment.SetEnvironmentVariable(Switch, "true");

    public void Dispose() => Environment.SetEnvironmentVariable(Switch, null);
}

[CollectionDefinition(NativePlanner.Collection, DisableParallelization = true)]
public sealed class NativePlannerCollection : ICollectionFixture<NativePlanner>;
