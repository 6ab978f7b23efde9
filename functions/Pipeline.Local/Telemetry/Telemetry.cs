using System.Globalization;
using System.Runtime.InteropServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pipeline.Local.Commands;

namespace Pipeline.Local.Telemetry;

/// <summary>
/// Sends traces and metrics by OTLP where an endpoint is configured. A host without one does not even make this object.
/// </summary>
internal sealed class Telemetry : IHostedService, IDisposable
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string AllOfOurs = "Pipeline.*";
    private const int FlushMillisecondsMax = 3_000;

    private TracerProvider? tracer;
    private MeterProvider? meter;

    /// <exception cref="CommandException">The endpoint is no address: the exporter would send to another one in silence.</exception>
    public static bool IsConfigured(IConfiguration settings)
    {
        var endpoint = settings[EndpointSetting];
        if (string.IsNullOrWhiteSpace(endpoint))
            return false;
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? true
            : throw new CommandException($"{EndpointSetting} is '{endpoint}', which is no address as http://127.0.0.1:4317.");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        tracer = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource())
            // ASP.NET Core's own span carries the caller's trace context in.
            .AddSource(AllOfOurs, "Microsoft.AspNetCore")
            .AddOtlpExporter()
            .Build();
        meter = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(AllOfOurs, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            tracer?.ForceFlush(FlushMillisecondsMax);
            meter?.ForceFlush(FlushMillisecondsMax);
        },
        CancellationToken.None);

    public void Dispose()
    {
        tracer?.Dispose();
        meter?.Dispose();
    }

    private static ResourceBuilder Resource() => ResourceBuilder.CreateDefault()
        .AddService("pipeline", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3))
        .AddAttributes(
        [
            new("process.pid", (long)Environment.ProcessId),
            new("process.runtime.name", ".NET"),
            new("process.runtime.version", Environment.Version.ToString()),
            new("process.runtime.description", RuntimeInformation.FrameworkDescription),
            new("host.name", Environment.MachineName),
            new("host.arch", RuntimeInformation.ProcessArchitecture.ToString().ToLower(CultureInfo.InvariantCulture)),
            new("os.description", RuntimeInformation.OSDescription),
        ]);
}
