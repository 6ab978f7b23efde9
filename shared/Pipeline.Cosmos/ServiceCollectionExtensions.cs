using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Registers the cloud store behind the document port. The account is reached with the first request, and let go with
    /// the container of services. Time is the registered <see cref="TimeProvider"/>, or the system's.
    /// </summary>
    public static IServiceCollection AddCosmos(this IServiceCollection services, CosmosOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IDocumentStore>(provider => new OpeningStore(
            cancellation => CosmosEngine.OpenAsync(options, provider.GetRequiredService<TimeProvider>(), cancellation)));
        return services;
    }
}
