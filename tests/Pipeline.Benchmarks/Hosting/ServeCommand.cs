using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Security;

namespace Pipeline.Benchmarks.Hosting;

/// <summary>
/// Runs the product's own program in this process, unchanged, with a few endpoints of ours in front of its own: its
/// host is caught while it is built, as ASP.NET Core's own test host does. Prints <c>READY port key</c>.
/// </summary>
internal static class ServeCommand
{
    /// <summary>Set: nights only write down what has lapsed.</summary>
    public const string NoInsight = "BENCH_NO_INSIGHT";

    private const string KeyName = "bench";

    public static int Run(string folder, bool arePumpsRunning)
    {
        using var subscription = DiagnosticListener.AllListeners.Subscribe(new HostCatcher(arePumpsRunning));
        var main = Assembly.Load("pipeline").EntryPoint
            ?? throw new InvalidOperationException("The product has no entry point.");
        string[] arguments = ["serve", "--data", folder, "--urls", "http://127.0.0.1:0"];
        return main.Invoke(null, [arguments]) as int? ?? 0;
    }

    private static async Task TellReadyAsync(IServiceProvider services, HostControls controls, bool arePumpsRunning)
    {
        try
        {
            if (!arePumpsRunning)
                await controls.StopPumpsAsync();
            var keys = services.GetRequiredService<ApiKeys>();
            await keys.RevokeAsync(KeyName, null, CancellationToken.None);
            var created = (KeyCreation.Created)await keys.CreateAsync(KeyName, ApiScopes.All, CancellationToken.None);
            var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
            Console.WriteLine($"READY {new Uri(addresses.Addresses.First()).Port} {created.Key}");
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync(error.ToString());
            services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }
    }

    private sealed class HostCatcher(bool arePumpsRunning)
        : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder host })
                host.ConfigureServices(services =>
                {
                    services.AddSingleton<IStartupFilter>(new ControlsFilter(arePumpsRunning));
                    if (Environment.GetEnvironmentVariable(NoInsight) is not null)
                        services.AddSingleton(new InsightOptions(IsOn: false));
                });
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class ControlsFilter(bool arePumpsRunning) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            var services = app.ApplicationServices;
            var controls = new HostControls(services);
            app.UseRouting();
            app.UseEndpoints(controls.Map);
            next(app);
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(
                () => Task.Run(() => TellReadyAsync(services, controls, arePumpsRunning)));
        };
    }
}
