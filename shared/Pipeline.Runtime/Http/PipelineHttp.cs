using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Http.Idempotency;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Http;

/// <summary>Puts the HTTP surface into a host.</summary>
public static class PipelineHttp
{
    /// <summary>
    /// Registers the endpoints, the gate and the API keys, all once a process. The host registers the use cases,
    /// <see cref="IDocumentStore"/>, and, where its queue has them, <see cref="IDeadLetters"/>.
    /// </summary>
    public static IServiceCollection AddPipelineHttp(this IServiceCollection services, HttpOptions options)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ApiKeys>();
        services.AddSingleton(options);
        services.AddSingleton(new RateLimits(options.KeyRateLimit));
        services.AddSingleton<AddressLimits>();
        services.AddSingleton<IdempotencyRecords>();
        services.AddSingleton<IdempotencySweep>();
        services.AddSingleton(static provider => new ApiGate(
            provider.GetRequiredService<ApiKeys>(),
            provider.GetRequiredService<IdempotencyRecords>(),
            provider.GetRequiredService<RateLimits>(),
            provider.GetRequiredService<AddressLimits>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ApiGate>>()));
        services.AddSingleton<PurchaseEndpoints>();
        services.AddSingleton<CheckoutEndpoints>();
        services.AddSingleton<CustomerEndpoints>();
        services.AddSingleton<ProgramEndpoints>();
        services.AddSingleton<CampaignEndpoints>();
        services.AddSingleton<RewardEndpoints>();
        services.AddSingleton<RedemptionEndpoints>();
        services.AddSingleton<ProofEndpoints>();
        services.AddSingleton<FeedbackEndpoints>();
        services.AddSingleton<CaseEndpoints>();
        services.AddSingleton<ReportEndpoints>();
        services.AddSingleton<RunEndpoints>();
        services.AddSingleton<InsightEndpoints>();
        services.AddSingleton<WarningEndpoints>();
        services.AddSingleton<MemberEndpoints>();
        services.AddSingleton<AdjustmentEndpoints>();
        services.AddSingleton<KeyEndpoints>();
        services.AddSingleton(static provider => new DeadLetterEndpoints(provider.GetService<IDeadLetters>()));
        services.TryAddSingleton<UndeliveredEvents>();
        services.AddSingleton<EventEndpoints>();
        services.AddSingleton<OperationsEndpoints>();
        services.AddSingleton<EndpointCatalogue>();
        services.AddSingleton<UnroutedRequests>();
        return services;
    }

    /// <summary>
    /// Mounts every endpoint, with problems for a wrong method (405 and <c>Allow</c>) and for a wrong address (404).
    /// </summary>
    public static void MapPipelineHttp(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<ApiGate>();
        var catalogue = routes.ServiceProvider.GetRequiredService<EndpointCatalogue>();
        foreach (var endpoint in catalogue.All)
        {
            RequestDelegate answer = context => gate.InvokeAsync(endpoint, context);
            routes.MapMethods(endpoint.Route, [endpoint.Method], answer).WithDisplayName(endpoint.Name);
        }

        foreach (var (route, allowed) in Allowed(catalogue))
        {
            RequestDelegate refuse = context => ApiGate.MethodNotAllowedAsync(context, allowed);
            routes.Map(route, refuse).WithDisplayName($"{route} for other methods");
        }

        RequestDelegate notFound = ApiGate.NotFoundAsync;
        routes.MapFallback("{**path}", notFound);
    }

    /// <summary>Each address once, with its methods.</summary>
    internal static IEnumerable<(string Route, string Allowed)> Allowed(EndpointCatalogue catalogue) => catalogue.All
        .GroupBy(static endpoint => endpoint.Route, StringComparer.Ordinal)
        .Select(static group =>
            (group.Key, string.Join(", ", group.Select(static endpoint => endpoint.Method).Order())));
}
