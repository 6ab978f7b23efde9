using Pipeline.Domain;
using Pipeline.Runtime;
using Pipeline.Runtime.Loyalty;
using Pipeline.Sqlite;

namespace Pipeline.Local.Hosting;

/// <summary>The use cases over the embedded engine: what the server and the commands share.</summary>
internal static class UseCases
{
    public static IServiceCollection AddUseCases(this IServiceCollection services, SqliteOptions options) => services
        .AddSqlite(options)
        .AddSingleton(Programs())
        .AddPipelineRuntime();

    public static IProgramSource Programs() => new FixedPrograms(new ProgramHistory([LoyaltyProgram.Default]));
}
