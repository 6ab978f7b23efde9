using Pipeline.Local.Commands;
using Pipeline.Runtime;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Loyalty;
using Pipeline.Sentiment;
using Pipeline.Sqlite;

namespace Pipeline.Local.Hosting;

/// <summary>The use cases over the embedded engine: what the server and the commands share.</summary>
internal static class UseCases
{
    /// <summary>What is decided by must be loaded (<see cref="LoadAsync"/>) before anything is.</summary>
    public static IServiceCollection AddUseCases(this IServiceCollection services, SqliteOptions options) => services
        .AddSqlite(options)
        .AddSingleton<LoadedPrograms>()
        .AddSingleton<IProgramSource>(static provider => provider.GetRequiredService<StoredPrograms>())
        .AddSingleton<LoadedCaseRules>()
        .AddSingleton<ICaseRulesSource>(static provider => provider.GetRequiredService<LoadedCaseRules>())
        .AddSentiment()
        .AddPipelineRuntime();

    /// <summary>Loads what decisions need: the loyalty program and the case rules.</summary>
    /// <param name="program">The file of the program that is to hold from now on; null: the folder's own.</param>
    /// <param name="caseRules">The same of the case rules.</param>
    /// <exception cref="CommandException">A file is not what it should be, or may not follow what the folder has.</exception>
    public static async Task LoadAsync(
        IServiceProvider services, string? program, string? caseRules, CancellationToken cancellation)
    {
        await services.GetRequiredService<LoadedPrograms>().LoadAsync(program, cancellation);
        await services.GetRequiredService<LoadedCaseRules>().LoadAsync(caseRules, cancellation);
    }
}
