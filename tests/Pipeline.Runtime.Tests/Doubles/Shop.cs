using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>A shop with all its use cases, over a store and a queue in memory and a clock that stands.</summary>
internal sealed class Shop
{
    public static readonly DateTimeOffset Opening = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly CustomerId Ann = new("ann");

    public Shop(
        LoyaltyProgram? program = null, int shards = 4, int pageSize = WorkNightlyPage.CustomersPerPage,
        CaseRules? rules = null)
    {
        Memory = new MemoryStore(shards);
        Queue = new MemoryQueue(Time);
        Tap = new Tap(Memory, Queue);
        Programs = new FixedPrograms(new ProgramHistory([program ?? LoyaltyProgram.Default]));
        Coordinator = new LedgerCoordinator(Tap, Programs);
        Intake = new PurchaseIntake(Tap, Tap, Programs, Time);
        Applying = new ApplyPurchases(Coordinator, NullLogger<ApplyPurchases>.Instance);
        Checkout = new Checkout(Tap, Coordinator, Time);
        Reader = new CustomerReader(Tap, Programs, Time);
        var enrolment = new Enrolment(Tap, Programs);
        Profiles = new Profiles(Tap, Coordinator, enrolment, Programs, Time);
        Events = new CustomEvents(Tap, Coordinator, Programs, Time);
        Referrals = new Referrals(Tap, Coordinator, Programs, Time);
        Adjustments = new Adjustments(Tap, Coordinator, Programs, Time);
        PendingAdjustments = new PendingAdjustments(Tap);
        var members = new MemberNight(
            Tap, Programs, new AwardBirthdays(Coordinator, enrolment, Programs), new SettleReferrals(Tap, Coordinator, Programs));
        Quotes = new Quotes(Tap, Programs, Time);
        CampaignReports = new CampaignReports(Tap, Programs, Time);
        CampaignSweep = new CampaignSweep(Tap, Time, NullLogger<CampaignSweep>.Instance);
        Models = new InsightModels(Tap);
        Runs = new NightlyRuns(Tap, Tap, Programs, Models, new InsightOptions(), Time);
        var measure = new MeasureCustomers(Tap, Programs, Models, NullLogger<MeasureCustomers>.Instance)
        {
            CustomersPerScan = pageSize,
        };
        CaseRules = new FixedCaseRules(rules ?? Domain.CaseRules.Default);
        var book = new SatisfactionBook(Tap);
        Reports = new SatisfactionReports(book, Programs, Time);
        InsightReports = new InsightReports(Tap, Reports);
        Signals = new SignalReader(Tap, Programs);
        var score = new ScoreCustomer(Tap, Programs, Signals, new WarningWriter(Tap, new WarningCases(Tap, Programs, CaseRules)));
        var customers = new WorkCustomer(
            members, new ExpireCustomer(Tap, Coordinator), new TellCustomer(Tap, Programs), score, Models, new InsightOptions());
        var finish = new FinishRun(Tap, InsightReports, new InsightOptions(), Time, NullLogger<FinishRun>.Instance);
        Nightly = new WorkNightlyPage(
            Tap, Tap, measure, new WorkPageCustomers(Tap, Tap, customers, NullLogger<WorkPageCustomers>.Instance), customers, finish)
        {
            PageSize = pageSize,
        };
        Links = new SurveyLinks(Tap, book, new SurveyTokens(Tap), Programs, Time);
        Feedback = new FeedbackIntake(Tap, Tap, Links, Time);
        FeedbackReader = new FeedbackReader(Tap);
        Desk = new FeedbackDesk(Tap, Programs, CaseRules, Standings, book);
        Analysing = new AnalyseFeedback(Analyser, Desk, new ReviewAwards(Tap, Coordinator, Programs));
        Cases = new CaseDesk(Tap, Coordinator, Links, book, Programs, CaseRules, Time);
        CaseReader = new CaseReader(Tap);
        CaseSweep = new CaseSweep(Tap, Cases, Time, NullLogger<CaseSweep>.Instance);
        var draws = new RewardDraws(Tap, Time);
        Reserving = new ReserveReward(Tap, Coordinator, Programs, draws, Time);
        Redemptions = new RedemptionDesk(Tap, Coordinator, Programs, draws, new GeneratedCodes(Tap), Time);
        RedemptionReader = new RedemptionReader(Tap, Programs);
        Rewards = new RewardCatalogue(Tap, Programs, Time);
        RewardSweep = new RewardSweep(Tap, Redemptions, draws, Programs, Time, NullLogger<RewardSweep>.Instance);
        Audit = new LedgerAudit(Memory, Programs, Time);
        Pump = new Pump(Queue, Time, Tap);
    }

    public FakeTime Time { get; } = new(Opening);

    public MemoryStore Memory { get; }

    public MemoryQueue Queue { get; }

    public Tap Tap { get; }

    public IProgramSource Programs { get; }

    public LedgerCoordinator Coordinator { get; }

    public PurchaseIntake Intake { get; }

    public ApplyPurchases Applying { get; }

    public Checkout Checkout { get; }

    public CustomerReader Reader { get; }

    public Profiles Profiles { get; }

    public CustomEvents Events { get; }

    public Referrals Referrals { get; }

    public Adjustments Adjustments { get; }

    public PendingAdjustments PendingAdjustments { get; }

    public Quotes Quotes { get; }

    public CampaignReports CampaignReports { get; }

    public CampaignSweep CampaignSweep { get; }

    public NightlyRuns Runs { get; }

    public InsightModels Models { get; }

    public InsightReports InsightReports { get; }

    public SignalReader Signals { get; }

    public WorkNightlyPage Nightly { get; }

    public ICaseRulesSource CaseRules { get; }

    public KeywordAnalyser Analyser { get; } = new();

    public FixedStandings Standings { get; } = new();

    public SurveyLinks Links { get; }

    public FeedbackIntake Feedback { get; }

    public FeedbackReader FeedbackReader { get; }

    public FeedbackDesk Desk { get; }

    public AnalyseFeedback Analysing { get; }

    public SatisfactionReports Reports { get; }

    public CaseDesk Cases { get; }

    public CaseReader CaseReader { get; }

    public CaseSweep CaseSweep { get; }

    public ReserveReward Reserving { get; }

    public RedemptionDesk Redemptions { get; }

    public RedemptionReader RedemptionReader { get; }

    public RewardCatalogue Rewards { get; }

    public RewardSweep RewardSweep { get; }

    public LedgerAudit Audit { get; }

    public Pump Pump { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Cups at GBP 1.00: as many points as cups.</summary>
    public static Basket Cups(long cups) => Basket("GBP", new BasketLine("cup", "Cup", "home", cups, 100));

    public static Basket Basket(string currency, params BasketLine[] lines) =>
        new(
            Currency.TryParse(currency, out var parsed) ? parsed : throw new ArgumentException(currency),
            "web", lines, 0, 0, 0);

    public async Task<IntakeAnswer> AcceptAsync(
        string purchase, long cups, string? hold = null, DateTimeOffset? at = null, CustomerId? customer = null) =>
        await Intake.AcceptAsync(
            customer ?? Ann, new PurchaseId(purchase), Cups(cups), hold is null ? null : new HoldId(hold), at ?? Now,
            null, default);

    public async Task<IntakeAnswer> AcceptRefundAsync(
        string refund, string purchase, long? pence = null, DateTimeOffset? at = null, CustomerId? customer = null) =>
        await Intake.AcceptRefundAsync(
            customer ?? Ann, new RefundId(refund), new PurchaseId(purchase),
            pence is { } amount ? new RefundScope.ByAmount(amount) : new RefundScope.Whole(), at ?? Now, null, default);

    /// <summary>A purchase, accepted and worked.</summary>
    public async Task BuyAsync(
        string purchase, long cups, string? hold = null, DateTimeOffset? at = null, CustomerId? customer = null)
    {
        Assert.IsType<IntakeAnswer.Accepted>(await AcceptAsync(purchase, cups, hold, at, customer));
        await WorkAsync();
    }

    /// <summary>A refund, accepted and worked.</summary>
    public async Task RefundAsync(
        string refund, string purchase, long? pence = null, DateTimeOffset? at = null, CustomerId? customer = null)
    {
        Assert.IsType<IntakeAnswer.Accepted>(await AcceptRefundAsync(refund, purchase, pence, at, customer));
        await WorkAsync();
    }

    public async Task<CheckoutAnswer> HoldAsync(
        string hold, long points, int seconds = 1_800, CustomerId? customer = null) =>
        await Checkout.HoldAsync(customer ?? Ann, new HoldId(hold), points, seconds, default);

    public async Task<CheckoutAnswer> CaptureAsync(string hold, CustomerId? customer = null) =>
        await Checkout.CaptureAsync(customer ?? Ann, new HoldId(hold), default);

    public async Task<CheckoutAnswer> ReleaseAsync(string hold, CustomerId? customer = null) =>
        await Checkout.ReleaseAsync(customer ?? Ann, new HoldId(hold), default);

    public async Task<RedemptionAnswer> ReserveAsync(
        string redemption, string reward, long? points = null, CustomerId? customer = null) =>
        await Reserving.ReserveAsync(
            customer ?? Ann, new RedemptionId(redemption), new RewardId(reward), points, default);

    public async Task<RedemptionAnswer> IssueAsync(string redemption, CustomerId? customer = null) =>
        await Redemptions.IssueAsync(customer ?? Ann, new RedemptionId(redemption), default);

    public async Task<RedemptionAnswer> FulfilAsync(string redemption, CustomerId? customer = null) =>
        await Redemptions.FulfilAsync(customer ?? Ann, new RedemptionId(redemption), default);

    public async Task<RedemptionAnswer> CancelAsync(
        string redemption, string reason = "Not wanted", CustomerId? customer = null) =>
        await Redemptions.CancelAsync(customer ?? Ann, new RedemptionId(redemption), reason, default);

    /// <summary>What is left of a reward; null: as many as one likes.</summary>
    public async Task<long?> LeftAsync(string reward) =>
        (await Rewards.ListAsync(null, default))!.Single(view => view.Reward.Id.Value == reward).Left;

    public Task WorkAsync() => Pump.DrainAsync(Applying);

    /// <summary>A feedback of Ann's, or (an empty customer) of nobody's.</summary>
    public async Task<FeedbackAnswer> SendAsync(
        string id, int? csat = null, int? nps = null, int? ces = null, string? comment = null, string? customer = "ann",
        string? purchase = null, DateTimeOffset? at = null, string? channel = "email") =>
        await Feedback.AcceptAsync(
            new SentFeedback(
                new FeedbackId(id), customer is null or "" ? null : new CustomerId(customer),
                purchase is null ? null : new PurchaseId(purchase), at ?? Now, channel, "en-GB",
                new Answers(csat, nps, ces), comment),
            null, default);

    /// <summary>A feedback, accepted and analysed.</summary>
    public async Task<StoredFeedback> HearAsync(
        string id, int? csat = null, int? nps = null, int? ces = null, string? comment = null, string? customer = "ann",
        string? purchase = null, DateTimeOffset? at = null, string? channel = "email")
    {
        Assert.IsType<FeedbackAnswer.Accepted>(
            await SendAsync(id, csat, nps, ces, comment, customer, purchase, at, channel));
        await ListenAsync();
        return (await FeedbackReader.GetAsync(new FeedbackId(id), default))!;
    }

    public Task ListenAsync() => Pump.DrainAsync(Analysing);

    /// <summary>The whole report of the year of the shop's opening.</summary>
    public async Task<SatisfactionReport> ReportAsync(ReportBy by = ReportBy.Nothing) =>
        (await Reports.ReadAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), by, default)).Report;

    /// <summary>Plans the slot, works it to its end, and answers the run.</summary>
    public async Task<RunView> NightAsync(DateOnly slot)
    {
        var (run, _) = await Runs.PlanAsync(NightlyRuns.NightlyKind, slot, default);
        await Pump.DrainAsync(Nightly);
        return (await Runs.GetAsync(run.RunId, default))!;
    }

    /// <summary>Spendable, pending, held and deficit now.</summary>
    public async Task<(long Spendable, long Pending, long Held, long Deficit)> PointsAsync(CustomerId? customer = null)
    {
        var balance = (await Reader.BalanceAsync(customer ?? Ann, null, null, default))!;
        return (balance.Spendable, balance.Pending, balance.Held, balance.Deficit);
    }

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string queue) =>
        (await Queue.ListAsync(queue, 100, null, default)).Letters;

    public async Task AssertProvenAsync()
    {
        var audit = await Audit.RunAsync(null, default);
        Assert.Null(audit.Failure);
    }

    /// <summary>Overwrites a stored document as no use case would.</summary>
    public async Task TamperAsync(DocumentKey key, Func<string, string> edit)
    {
        var document = (await Memory.ReadAsync(key, default))!;
        var text = Encoding.UTF8.GetString(document.Body.Span);
        var edited = edit(text);
        Assert.NotEqual(text, edited);
        await Memory.CommitAsync(
            key.Partition,
            [new Write.Upsert(key.Kind, key.Id, Encoding.UTF8.GetBytes(edited), document.DueAt)],
            default);
    }

    /// <summary>Computes the hashes of Ann's ledger anew, as one would who edits it and knows how they are made.</summary>
    public async Task ResealAsync()
    {
        var page = await Memory.PageAsync(new PartitionQuery("ann", LedgerKinds.Entry, 1_000), default);
        var hash = LedgerSeal.Origin("ann");
        foreach (var entry in page.Documents.OrderBy(static entry => Number(entry.Body)))
            await PutAsync(entry, LedgerSeal.SealEntry(Unsealed(entry.Body, "h"), entry.Key.Id, hash));
        var account = (await Memory.ReadAsync(Account(), default))!;
        var text = Encoding.UTF8.GetString(Unsealed(account.Body, "s"));
        var was = JsonDocument.Parse(text).RootElement.GetProperty("hh").GetString()!;
        var json = Encoding.UTF8.GetBytes(text.Replace(was, LedgerSeal.Text(hash), StringComparison.Ordinal));
        await PutAsync(account, LedgerSeal.SealAccount(json));
    }

    /// <summary>A document in its place with another body.</summary>
    public async Task PutAsync(Document document, byte[] body) => await Memory.CommitAsync(
        document.Key.Partition, [new Write.Upsert(document.Key.Kind, document.Key.Id, body, document.DueAt)], default);

    private static long Number(ReadOnlyMemory<byte> entry) => JsonDocument.Parse(entry).RootElement.GetProperty("n").GetInt64();

    private static byte[] Unsealed(ReadOnlyMemory<byte> body, string field)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        return Encoding.UTF8.GetBytes(text[..text.LastIndexOf($",\"{field}\":\"", StringComparison.Ordinal)] + "}");
    }

    public async Task<string> StoredAsync(DocumentKey key) =>
        Encoding.UTF8.GetString((await Memory.ReadAsync(key, default))!.Body.Span);

    /// <summary>All that is stored, one line a document, without versions: to compare two shops.</summary>
    public IReadOnlyList<string> Stored() =>
        [.. Memory.All().Select(static one =>
            $"{one.Key.Partition}/{one.Key.Kind}/{one.Key.Id} due {one.DueAt:O} {Encoding.UTF8.GetString(one.Body.Span)}")];

    public static DocumentKey Account(CustomerId? customer = null) => LedgerKinds.AccountOf(customer ?? Ann);

    public static DocumentKey Entry(string id, CustomerId? customer = null) => LedgerKinds.EntryOf(customer ?? Ann, id);
}
