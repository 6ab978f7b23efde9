using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>Registers the way of events: from committed entries to sinks.</summary>
public static class PipelineEvents
{
    /// <exception cref="FormatException">A webhook's setting is not of its form.</exception>
    public static IServiceCollection AddPipelineEvents(this IServiceCollection services, IConfiguration settings)
    {
        var webhooks = WebhookOptions.ReadAll(settings);
        services.AddSingleton<UndeliveredEvents>().AddSingleton<PublishEvents>();
        services.AddSingleton<RedeliverEvents>().AddSingleton<Outbox>();
        if (webhooks.Count == 0)
            return services;
        var http = new Lazy<HttpClient>(NewClient);
        foreach (var webhook in webhooks)
            services.AddSingleton<IEventSink>(provider =>
                new WebhookSink(webhook, http.Value, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        // A redirect would take a signed event to an address that nobody configured.
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = WebhookSink.AnswerWithin,
    };
}
