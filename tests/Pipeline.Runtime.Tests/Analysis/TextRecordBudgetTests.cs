using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Runtime.Analysis;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Analysis;

public sealed class TextRecordBudgetTests
{
    private readonly FakeTime time = new(new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore store = new();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1_000, 1)]
    [InlineData(1_001, 2)]
    [InlineData(5_000, 5)]
    public void A_thousand_characters_that_are_begun_are_a_record(int characters, int records) =>
        Assert.Equal(records, CloudLimits.RecordsOf(new string('a', characters)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(100)]
    [InlineData(1_003)]
    public async Task Sixty_four_callers_of_four_instances_spend_the_budget_to_the_last_record_and_never_more(long records)
    {
        var cloud = new ScriptedCloud();
        // Every request of the store lets another caller in between.
        var tap = new Tap(store, new MemoryQueue(time)) { OnRequest = static async _ => await Task.Yield() };
        var instances = Enumerable.Range(0, 4).Select(_ => Router(Budget(records, store: tap), cloud)).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            var all = new List<TextAnalysis>();
            for (var i = 0; i < 5; i++)
                all.AddRange(await instances[caller % 4].AnalyseAsync(
                    [new("Hm."), new(new string('m', 1 + (caller * 37 % 2_500))), new("So.")], default));
            return all;
        })));

        Assert.InRange(cloud.Records, 0, records);
        // Single records are taken to the last; who had to give way to others is a caller of the next round.
        while ((await instances[0].AnalyseAsync([new("Hm.")], default))[0].Fallback is null)
            continue;
        Assert.Equal(records, cloud.Records);
        Assert.All(answers.SelectMany(static one => one), static one =>
            Assert.True(one.Fallback is FallbackReason.Budget || one.Analyser == ScriptedCloud.Model));
    }

    [Fact]
    public async Task A_crash_between_booking_and_asking_spends_the_records()
    {
        var tap = new Tap(store, new MemoryQueue(time));
        tap.FailAt(2, Fault.LostAnswer);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Budget(16, tap).ReserveAsync([1], default));

        var rest = 0;
        foreach (var _ in Enumerable.Range(0, 100))
            rest += (await Budget(16).ReserveAsync([1], default)).Documents;

        Assert.True(tap.HasFailed);
        Assert.Equal(15, rest);
    }

    [Fact]
    public async Task What_is_given_back_can_be_spent_again_and_only_once()
    {
        var budget = Budget(32);
        var first = await budget.ReserveAsync([1, 2, 2, 1], default);
        Assert.Equal(4, first.Documents);
        await budget.ReturnAsync(first, default);

        var spent = 0;
        foreach (var _ in Enumerable.Range(0, 100))
            spent += (await Budget(32).ReserveAsync([1], default)).Documents;

        Assert.Equal(32, spent);
    }

    [Fact]
    public async Task Where_nothing_can_be_given_back_it_stays_spent_and_the_caller_goes_on()
    {
        var tap = new Tap(store, new MemoryQueue(time));
        var budget = Budget(16, tap);
        var reserved = await budget.ReserveAsync([1], default);
        tap.FailAt(1, Fault.Before);

        await budget.ReturnAsync(reserved, default);

        Assert.True(tap.HasFailed);
        Assert.Equal(15, (await Budget(16).ReserveAsync([.. Enumerable.Repeat(1, 64)], default)).Documents);
    }

    [Fact]
    public async Task The_month_is_the_program_s_zone_s()
    {
        // In Auckland, 13 hours ahead, December begins at 11:00 UTC.
        var auckland = LoyaltyProgram.Default with { TimeZone = "Pacific/Auckland" };
        var budget = Budget(1, zone: auckland);
        time.Advance(new DateTimeOffset(2026, 11, 30, 10, 59, 59, TimeSpan.Zero) - time.GetUtcNow());
        Assert.Equal(1, (await budget.ReserveAsync([1], default)).Documents);
        Assert.Equal(0, (await budget.ReserveAsync([1], default)).Documents);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, (await budget.ReserveAsync([1], default)).Documents);
        Assert.Equal(0, (await budget.ReserveAsync([1], default)).Documents);
    }

    [Fact]
    public async Task A_budget_that_is_used_up_is_not_asked_for_in_the_store_again()
    {
        var tap = new Tap(store, new MemoryQueue(time));
        var budget = Budget(3, tap);
        await budget.ReserveAsync([1, 1, 1, 1], default);
        tap.Listen();

        Assert.Equal(0, (await budget.ReserveAsync([1], default)).Documents);
        Assert.Empty(tap.Requests);
    }

    [Fact]
    public async Task A_budget_that_grows_within_the_month_is_spent_to_its_new_size()
    {
        await Budget(16).ReserveAsync([.. Enumerable.Repeat(1, 64)], default);

        Assert.Equal(16, (await Budget(32).ReserveAsync([.. Enumerable.Repeat(1, 64)], default)).Documents);
    }

    private TextRecordBudget Budget(long records, IDocumentStore? store = null, LoyaltyProgram? zone = null) =>
        new(store ?? this.store, new FixedPrograms(new ProgramHistory([zone ?? LoyaltyProgram.Default])), time, records);

    private RoutedAnalyser Router(TextRecordBudget budget, ICloudTextAnalyser cloud) => new(
        new KeywordAnalyser(), cloud, budget, new CloudAnalysisOptions { AskBelow = 0.95, RecordsPerMonth = 0 }, time,
        NullLogger<RoutedAnalyser>.Instance);
}
