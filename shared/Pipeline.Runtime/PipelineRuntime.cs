using Microsoft.Extensions.DependencyInjection;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime;

/// <summary>
/// Registers the use cases. The host brings the ports (store, queue, clock,
/// <see cref="IProgramSource"/>) and <see cref="TimerOptions"/>.
/// </summary>
public static class PipelineRuntime
{
    public static IServiceCollection AddPipelineRuntime(this IServiceCollection services) => services
        .AddSingleton<LedgerCoordinator>()
        .AddSingleton<PurchaseIntake>()
        .AddSingleton<Quotes>()
        .AddSingleton<Checkout>()
        .AddSingleton<CustomerReader>()
        .AddSingleton<Profiles>()
        .AddSingleton<LedgerAudit>()
        .AddSingleton<NightlyRuns>()
        .AddSingleton<TimerMemory>()
        .AddSingleton<NightlyPlanner>()
        .AddSingleton<WorkMetrics>()
        .AddSingleton<ISessionHandler, ApplyPurchases>()
        .AddSingleton<ISessionHandler, WorkNightlyPage>();
}
