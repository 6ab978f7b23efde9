using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Analysis;

/// <summary>When a cloud's language service is asked, and how much.</summary>
public sealed record CloudAnalysisOptions
{
    /// <summary>It is asked where the local analyser's confidence is below this, or it abstains.</summary>
    public double AskBelow { get; init; } = 0.6;

    /// <summary>Text records a month of the program's zone, over all instances. Never passed.</summary>
    public required long RecordsPerMonth { get; init; }

    /// <summary>A message is locked meanwhile, and the local answer is at hand.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>After a failure nobody of this process asks for so long, unless the service names a longer time.</summary>
    public int RestSeconds { get; init; } = 30;

    /// <summary>An answer of the service that is less sure than this is marked as an abstention.</summary>
    public double AbstainBelow { get; init; } = 0.5;
}

public static class CloudAnalysis
{
    /// <summary>The key of the analyser that answers where the cloud is not asked.</summary>
    public const string Local = "local";

    /// <summary>
    /// Puts the <see cref="RoutedAnalyser"/> before the analyser that is registered so far; call it after that. The host brings
    /// the <see cref="ICloudTextAnalyser"/>.
    /// </summary>
    public static IServiceCollection AddCloudAnalysis(this IServiceCollection services, CloudAnalysisOptions options)
    {
        var local = services.Last(static service => service.ServiceType == typeof(ITextAnalyser));
        services.RemoveAll<ITextAnalyser>();
        return services
            .AddKeyedSingleton(Local, (provider, _) => Make(local, provider))
            .AddSingleton(provider => new TextRecordBudget(
                provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<IProgramSource>(),
                provider.GetRequiredService<TimeProvider>(), options.RecordsPerMonth))
            .AddSingleton<ITextAnalyser>(provider => new RoutedAnalyser(
                provider.GetRequiredKeyedService<ITextAnalyser>(Local), provider.GetRequiredService<ICloudTextAnalyser>(),
                provider.GetRequiredService<TextRecordBudget>(), options, provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RoutedAnalyser>>()));
    }

    private static ITextAnalyser Make(ServiceDescriptor service, IServiceProvider provider) => (ITextAnalyser)(
        service.ImplementationInstance
        ?? service.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!));
}
