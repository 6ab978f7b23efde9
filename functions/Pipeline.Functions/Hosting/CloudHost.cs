using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Cosmos;
using Pipeline.Functions.Events;
using Pipeline.Functions.Language;
using Pipeline.Functions.ServiceBus;
using Pipeline.Runtime;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Sentiment;

namespace Pipeline.Functions.Hosting;

/// <summary>Builds the Azure host: the same use cases as the embedded one, over Cosmos DB and Service Bus.</summary>
internal static class CloudHost
{
    private const string AllOfOurs = "Pipeline.*";

    public static void Configure(FunctionsApplicationBuilder builder)
    {
        // Before any other middleware: it brings the HTTP request.
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware<Correlation>();

        var settings = CloudSettings.From(builder.Configuration);
        var pipeline = builder.Configuration.GetSection("Pipeline");
        TokenCredential credential = settings.ClientId is { } id
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(id))
            : new DefaultAzureCredential();
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System).AddSingleton(settings);
        services.AddCosmos(new CosmosOptions
        {
            AccountEndpoint = settings.CosmosEndpoint,
            Credential = credential,
            Database = settings.CosmosDatabase,
            Container = settings.CosmosContainer,
            Mode = settings.CosmosMode,
            Region = settings.CosmosRegion,
        });
        services.AddServiceBus(settings, credential);
        services.AddSingleton(new TimerOptions(pipeline["NightlyCron"] ?? new TimerOptions().Cron));
        services.AddSingleton(ProgramTerms.Shared).AddSingleton<CloudPrograms>().AddHostedService<ProgramRefresh>().AddSingleton<CloudStart>();
        services.AddSingleton<IReadiness>(static provider => provider.GetRequiredService<CloudStart>());
        services.AddSingleton<IProgramSource>(static provider => provider.GetRequiredService<StoredPrograms>());
        services.AddSingleton<CloudCaseRules>();
        services.AddSingleton<ICaseRulesSource>(static provider => provider.GetRequiredService<CloudCaseRules>());
        // The worker has the caller's address from the last that X-Forwarded-For named, and took that one away: what is left of
        // the header is the caller's own word, unless there is a proxy of one's own.
        services.AddSentiment().AddPipelineRuntime().AddPipelineHttp(HttpOptions.From(pipeline)).AddSingleton<Api>();
        services.AddLanguage(builder.Configuration, credential);
        services.AddPipelineEvents(builder.Configuration).AddSingleton<ChangedItems>();
        AddTelemetry(builder, credential);
    }

    private static void AddServiceBus(
        this IServiceCollection services, CloudSettings settings, TokenCredential credential) => services
        .AddSingleton(_ => new ServiceBusClient(settings.ServiceBusNamespace, credential, new ServiceBusClientOptions
        {
            // A request waits for it: beyond this it is 503, and the caller repeats it.
            RetryOptions = { MaxRetries = 2, TryTimeout = TimeSpan.FromSeconds(10), MaxDelay = TimeSpan.FromSeconds(2) },
        }))
        .AddSingleton<QueueEntities>()
        .AddSingleton<IWorkQueue, ServiceBusWorkQueue>()
        .AddSingleton<IDeadLetters, ServiceBusDeadLetters>()
        .AddSingleton<SessionWorker>()
        .AddSingleton<QueueWatch>();

    private static void AddTelemetry(FunctionsApplicationBuilder builder, TokenCredential credential)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithTracing(static tracing => tracing.AddSource(AllOfOurs))
            .WithMetrics(static metrics => metrics.AddMeter(AllOfOurs))
            .UseFunctionsWorkerDefaults();
        if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
            telemetry.UseAzureMonitorExporter(exporter => exporter.Credential = credential);
    }
}
