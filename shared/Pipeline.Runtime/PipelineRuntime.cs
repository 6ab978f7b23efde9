using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tiers;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime;

/// <summary>
/// Registers the use cases. The host brings the ports (store, queue, clock; <see cref="ITextAnalyser"/>, before this or
/// after it) and what it has loaded: <see cref="IProgramSource"/>, <see cref="ICaseRulesSource"/> and <see cref="TimerOptions"/>.
/// </summary>
public static class PipelineRuntime
{
    public static IServiceCollection AddPipelineRuntime(this IServiceCollection services)
    {
        services.TryAddSingleton<IStandingSource, InsightStandings>();
        services.TryAddSingleton(new InsightOptions());
        services.TryAddSingleton(ProgramTerms.Alone);
        services.TryAddSingleton<ITextAnalyser, UnreadComments>();
        return services
            .AddSingleton<LedgerCoordinator>()
            .AddSingleton<PurchaseIntake>()
            .AddSingleton<Quotes>()
            .AddSingleton<CampaignReports>()
            .AddSingleton<CampaignSweep>()
            .AddSingleton<Checkout>()
            .AddSingleton<CustomerReader>()
            .AddSingleton<Profiles>()
            .AddSingleton<LedgerAudit>()
            .AddSingleton<ProofReader>()
            .AddSingleton<StoredPrograms>()
            .AddSingleton<NightlyRuns>()
            .AddSingleton<TimerMemory>()
            .AddSingleton<TellCustomer>()
            .AddSingleton<ExpireCustomer>()
            .AddSingleton<WorkCustomer>()
            .AddSingleton<FinishRun>()
            .AddSingleton<NightlyPlanner>()
            .AddSingleton<WorkMetrics>()
            .AddSingleton<ISessionHandler, ApplyPurchases>()
            .AddSingleton<WorkPageCustomers>()
            .AddSingleton<ISessionHandler, WorkNightlyPage>()
            .AddInsight()
            .AddMembers()
            .AddRewards()
            .AddSatisfaction();
    }

    private static IServiceCollection AddInsight(this IServiceCollection services) => services
        .AddSingleton<InsightModels>()
        .AddSingleton<InsightReports>()
        .AddSingleton<InsightReader>()
        .AddSingleton<WarningReader>()
        .AddSingleton<MeasureCustomers>()
        .AddSingleton<SignalReader>()
        .AddSingleton<WarningCases>()
        .AddSingleton<WarningWriter>()
        .AddSingleton<WarningDesk>()
        .AddSingleton<ScoreCustomer>();

    private static IServiceCollection AddMembers(this IServiceCollection services) => services
        .AddSingleton<Enrolment>()
        .AddSingleton<AwardBirthdays>()
        .AddSingleton<ReviewAwards>()
        .AddSingleton<CustomEvents>()
        .AddSingleton<Referrals>()
        .AddSingleton<SettleReferrals>()
        .AddSingleton<MemberNight>()
        .AddSingleton<Adjustments>()
        .AddSingleton<PendingAdjustments>();

    private static IServiceCollection AddSatisfaction(this IServiceCollection services) => services
        .AddSingleton<SatisfactionBook>()
        .AddSingleton<SurveyTokens>()
        .AddSingleton(static provider => new SurveyLinks(
            provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<SatisfactionBook>(),
            provider.GetRequiredService<SurveyTokens>(), provider.GetRequiredService<IProgramSource>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<FeedbackIntake>()
        .AddSingleton<FeedbackReader>()
        .AddSingleton(static provider => new FeedbackDesk(
            provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<IProgramSource>(),
            provider.GetRequiredService<ICaseRulesSource>(), provider.GetRequiredService<IStandingSource>(),
            provider.GetRequiredService<SatisfactionBook>()))
        .AddSingleton(static provider => new SatisfactionReports(
            provider.GetRequiredService<SatisfactionBook>(), provider.GetRequiredService<IProgramSource>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(static provider => new CaseDesk(
            provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<LedgerCoordinator>(),
            provider.GetRequiredService<SurveyLinks>(), provider.GetRequiredService<SatisfactionBook>(),
            provider.GetRequiredService<IProgramSource>(), provider.GetRequiredService<ICaseRulesSource>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<PastFeedback>()
        .AddSingleton<CaseReader>()
        .AddSingleton<CaseSweep>()
        .AddSingleton<ISessionHandler, AnalyseFeedback>();
}
