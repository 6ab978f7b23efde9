using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Pipeline.Cosmos;

public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Registers the cloud store behind the document port. The account is reached with the first use, and let go with the
    /// container of services. Time is the registered <see cref="TimeProvider"/>, or the system's.
    /// </summary>
    public static IServiceCollection AddCosmos(this IServiceCollection services, CosmosOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        // Services are made without waiting, and the number of shards has to be known before: the first use waits.
        services.AddSingleton(provider => CosmosEngine
            .OpenAsync(options, provider.GetRequiredService<TimeProvider>(), CancellationToken.None)
            .GetAwaiter().GetResult());
        services.AddSingleton(static provider => provider.GetRequiredService<CosmosEngine>().Documents);
        return services;
    }
}
