using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pipeline.Local.Events;
using Pipeline.Local.Timers;
using Pipeline.Local.Work;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Local.Hosting;

/// <summary>Builds the server: Kestrel, the endpoints, the pumps and the timers, over one data folder.</summary>
internal static class LocalHost
{
    /// <summary>Larger than any endpoint takes, so that the gate itself answers 413 in its own form.</summary>
    private const long RequestBytesMax = 32 * 1024 * 1024;

    /// <summary>
    /// Settings are read once. To watch them the host would watch all below its folder, and so wake up for every write
    /// to the data.
    /// </summary>
    private const string StaysAsStarted = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>The pumps take 10 s of it at most; the rest is for requests and the store.</summary>
    private static readonly TimeSpan ShutdownWithin = TimeSpan.FromSeconds(20);

    /// <param name="more">Settings that go before those of files and the environment.</param>
    public static WebApplication Build(
        ServeOptions options, TimeProvider time, IReadOnlyDictionary<string, string?>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [StaysAsStarted] });
        var settings = builder.Configuration;
        settings.AddInMemoryCollection(more);
        var isTraced = Telemetry.Telemetry.IsConfigured(settings);
        ConsoleLogs.Add(builder.Logging, LogLevel.Warning);
        if (!isTraced)
            // Without it ASP.NET Core makes an activity for every request that nobody looks at.
            builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.UseUrls(options.UrlsFrom(settings)).ConfigureKestrel(Configure);

        var services = builder.Services;
        services.AddSingleton(time);
        services.AddSingleton<IHostLifetime, CommandLifetime>();
        services.Configure<HostOptions>(static host => host.ShutdownTimeout = ShutdownWithin);
        if (isTraced)
            services.AddHostedService<Telemetry.Telemetry>();
        var engine = new SqliteOptions { Folder = options.Folder };
        services.AddUseCases(engine);
        services.AddPipelineHttp(options.HttpFrom(settings));
        services.AddSingleton(options.PumpsFrom(settings));
        services.AddSingleton<QueuePumps>().AddHostedService(static provider => provider.GetRequiredService<QueuePumps>());
        services.AddSingleton<IReadiness>(provider => new HostReadiness(
            provider.GetRequiredService<SqliteEngine>(), engine, provider.GetRequiredService<QueuePumps>()));
        services.AddSingleton(options.TimersFrom(settings));
        services.AddHostedService<NightlyTimer>().AddHostedService<HourlySweep>().AddHostedService<RewardTimer>();
        services.AddPipelineEvents(settings).AddHostedService<OutboxPump>();
        services.AddSingleton<FirstStart>();

        var app = builder.Build();
        app.MapPipelineHttp();
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = RequestBytesMax;
    }

    /// <summary>Signals belong to the command; the host only starts and stops.</summary>
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
