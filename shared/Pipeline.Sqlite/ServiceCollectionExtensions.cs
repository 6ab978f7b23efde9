using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Pipeline.Sqlite;

public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Registers the embedded engine behind the document, queue and dead-letter ports. The folder is opened with the
    /// first use, and closed with the container. Time is the registered <see cref="TimeProvider"/>, or the system's.
    /// </summary>
    public static IServiceCollection AddSqlite(this IServiceCollection services, SqliteOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SqliteEngine.Open(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<SqliteEngine>>()));
        // The ports are the engine's: disposing them is its business.
        services.AddSingleton(static provider => provider.GetRequiredService<SqliteEngine>().Documents);
        services.AddSingleton(static provider => provider.GetRequiredService<SqliteEngine>().Queue);
        services.AddSingleton(static provider => provider.GetRequiredService<SqliteEngine>().Receiver);
        services.AddSingleton(static provider => provider.GetRequiredService<SqliteEngine>().DeadLetters);
        return services;
    }
}
