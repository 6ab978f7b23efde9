using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Rewards;

internal static class RewardServices
{
    public static IServiceCollection AddRewards(this IServiceCollection services) =>
        services
            .AddSingleton<RewardDraws>()
            .AddSingleton<GeneratedCodes>()
            .AddSingleton(static provider => new ReserveReward(
                provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<LedgerCoordinator>(),
                provider.GetRequiredService<IProgramSource>(), provider.GetRequiredService<RewardDraws>(),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(static provider => new RedemptionDesk(
                provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<LedgerCoordinator>(),
                provider.GetRequiredService<IProgramSource>(), provider.GetRequiredService<RewardDraws>(),
                provider.GetRequiredService<GeneratedCodes>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(static provider => new RedemptionReader(
                provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<IProgramSource>()))
            .AddSingleton(static provider => new RewardCatalogue(
                provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<IProgramSource>(),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(static provider => new RewardSweep(
                provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<RedemptionDesk>(),
                provider.GetRequiredService<RewardDraws>(), provider.GetRequiredService<IProgramSource>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RewardSweep>>()));
}
