using Pipeline.Runtime;
using Pipeline.Runtime.Loyalty;
using Pipeline.Sqlite;

namespace Pipeline.Local.Hosting;

/// <summary>The use cases over the embedded engine: what the server and the commands share.</summary>
internal static class UseCases
{
    /// <summary>The programs must be loaded (<see cref="LoadedPrograms"/>) before anything is decided.</summary>
    public static IServiceCollection AddUseCases(this IServiceCollection services, SqliteOptions options) => services
        .AddSqlite(options)
        .AddSingleton<LoadedPrograms>()
        .AddSingleton<IProgramSource>(static provider => provider.GetRequiredService<LoadedPrograms>())
        .AddPipelineRuntime();
}
