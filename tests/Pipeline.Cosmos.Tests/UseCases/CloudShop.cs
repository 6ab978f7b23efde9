using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Contracts;
using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Tests.Support;
using Pipeline.Domain;
using Pipeline.Runtime;
using Pipeline.Runtime.Analysis;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Work;

namespace Pipeline.Cosmos.Tests.UseCases;

/// <summary>A shop with all its use cases over the cloud's store, a queue in memory and a clock that stands.</summary>
internal sealed class CloudShop : IDisposable
{
    public static readonly DateTimeOffset Opening = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly CustomerId Ann = new("ann");

    private readonly CloudStore store;
    private readonly Pump pump;
    private readonly IServiceCollection registrations;
    private readonly ServiceProvider services;

    private CloudShop(CloudStore store, FakeTime time, LoyaltyProgram program)
    {
        (this.store, Time) = (store, time);
        Queue = new MemoryQueue(Time);
        var tap = new Tap(store.Documents, Queue);
        var programs = new FixedPrograms(new ProgramHistory([program]));
        Coordinator = new LedgerCoordinator(tap, programs);
        Intake = new PurchaseIntake(tap, tap, programs, Time);
        Applying = new ApplyPurchases(Coordinator, NullLogger<ApplyPurchases>.Instance);
        Checkout = new Checkout(tap, Coordinator, Time);
        Reader = new CustomerReader(tap, programs, Time);
        Audit = new LedgerAudit(store.Documents, programs, Time);
        pump = new Pump(Queue, Time, tap);
        registrations = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IDocumentStore>(tap)
            .AddSingleton<IWorkQueue>(tap)
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IProgramSource>(programs)
            .AddSingleton<ICaseRulesSource>(new FixedCaseRules(CaseRules.Default))
            .AddSingleton(new TimerOptions())
            .AddPipelineRuntime();
        services = registrations.BuildServiceProvider();
        Runs = services.GetRequiredService<NightlyRuns>();
        Nightly = services.GetServices<ISessionHandler>().OfType<WorkNightlyPage>().Single();
    }

    public FakeTime Time { get; }

    public CosmosGateway Gateway => store.Gateway;

    public IDocumentStore Documents => store.Documents;

    public IReadOnlyList<string> Items => store.Items;

    public MemoryQueue Queue { get; }

    public LedgerCoordinator Coordinator { get; }

    public PurchaseIntake Intake { get; }

    public ApplyPurchases Applying { get; }

    public Checkout Checkout { get; }

    public CustomerReader Reader { get; }

    public NightlyRuns Runs { get; }

    public WorkNightlyPage Nightly { get; }

    public LedgerAudit Audit { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public static async Task<CloudShop> OpenAsync(
        GatewayOptions? gateway = null, int shardCount = 2, LoyaltyProgram? program = null)
    {
        var time = new FakeTime(Opening);
        var store = await CloudStore.OpenAsync(
            (gateway ?? new GatewayOptions()) with { Clock = time }, options => options with { ShardCount = shardCount });
        return new CloudShop(store, time, program ?? LoyaltyProgram.Default);
    }

    public void Dispose()
    {
        services.Dispose();
        store.Dispose();
    }

    /// <summary>Cups at GBP 1.00: as many points as cups.</summary>
    public static Basket Cups(long cups) => new(
        Currency.TryParse("GBP", out var pounds) ? pounds : throw new InvalidOperationException(),
        "web", [new BasketLine("85123A", "White hanging heart holder", "home", cups, 100)], 0, 0, 0);

    public async Task<IntakeAnswer> AcceptAsync(
        string purchase, long cups, string? hold = null, DateTimeOffset? at = null, CustomerId? customer = null) =>
        await Intake.AcceptAsync(
            customer ?? Ann, new PurchaseId(purchase), Cups(cups), hold is null ? null : new HoldId(hold), at ?? Now,
            null, default);

    public async Task<IntakeAnswer> AcceptRefundAsync(string refund, string purchase, long pence) =>
        await Intake.AcceptRefundAsync(
            Ann, new RefundId(refund), new PurchaseId(purchase), new RefundScope.ByAmount(pence), Now, null, default);

    public async Task<FeedbackAnswer> SendFeedbackAsync(
        string id, int csat, string? comment, string? purchase = null, CustomerId? customer = null) =>
        await services.GetRequiredService<FeedbackIntake>().AcceptAsync(
            new SentFeedback(
                new FeedbackId(id), customer, purchase is null ? null : new PurchaseId(purchase), Now, "web", "en-GB",
                new Answers(csat, null, null), comment),
            null, default);

    /// <summary>The same use cases, with a language service to ask about every comment.</summary>
    public ServiceProvider ServicesAsking(ICloudTextAnalyser cloud, long recordsPerMonth) => new ServiceCollection { registrations }
        .AddSingleton(cloud)
        .AddCloudAnalysis(new CloudAnalysisOptions { RecordsPerMonth = recordsPerMonth })
        .BuildServiceProvider();

    public Task AnalyseAsync() =>
        pump.DrainAsync(services.GetServices<ISessionHandler>().Single(static handler => handler.Queue == QueueNames.Feedback));

    public Task WorkAsync() => pump.DrainAsync(Applying);

    public Task WorkNightAsync() => pump.DrainAsync(Nightly);

    public async Task BuyAsync(string purchase, long cups, DateTimeOffset? at = null, CustomerId? customer = null)
    {
        Assert.IsType<IntakeAnswer.Accepted>(await AcceptAsync(purchase, cups, at: at, customer: customer));
        await WorkAsync();
    }

    public async Task<CheckoutAnswer> HoldAsync(string hold, long points) =>
        await Checkout.HoldAsync(Ann, new HoldId(hold), points, seconds: 1_800, default);

    public async Task<CheckoutAnswer> CaptureAsync(string hold) =>
        await Checkout.CaptureAsync(Ann, new HoldId(hold), default);

    public async Task<CheckoutAnswer> ReleaseAsync(string hold) =>
        await Checkout.ReleaseAsync(Ann, new HoldId(hold), default);

    public async Task<long> SpendableAsync() => (await Reader.BalanceAsync(Ann, null, null, default))!.Spendable;

    public async Task AssertProvenAsync() => Assert.Null((await Audit.RunAsync(null, default)).Failure);
}
