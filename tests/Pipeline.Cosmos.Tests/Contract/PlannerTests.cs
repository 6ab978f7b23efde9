using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Gateway.Wire;
using Pipeline.Cosmos.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Contract;

/// <summary>That the two ways of planning a query are really two.</summary>
public sealed class GatewayPlannerTests
{
    [Fact]
    public async Task Without_the_native_planner_the_gateway_plans_sorted_scans()
    {
        Assert.Contains(CallKind.QueryPlan, await PlannerTests.ScanAsync());
    }
}

[Collection(NativePlanner.Collection)]
public sealed class NativePlannerTests
{
    [Fact]
    public async Task With_the_native_planner_the_gateway_is_never_asked_for_a_plan()
    {
        Assert.DoesNotContain(CallKind.QueryPlan, await PlannerTests.ScanAsync());
    }
}

internal static class PlannerTests
{
    /// <summary>The requests of a sorted scan over two servers.</summary>
    public static async Task<IReadOnlyList<CallKind>> ScanAsync()
    {
        using var store = await CloudStore.OpenAsync(
            new GatewayOptions { RangeCount = 2 }, options => options with { ShardCount = 1 });
        store.Gateway.Journal.Clear();
        await store.Documents.ScanAsync(new ScanQuery(0, "k", 10, DueAtOrBefore: DateTimeOffset.UnixEpoch), default);
        return [.. store.Gateway.Journal.Calls.Select(static call => call.Kind)];
    }
}
