using System.Text;
using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class StoredProgramsTests : IDisposable
{
    private static readonly LoyaltyProgram First = LoyaltyProgram.Default;
    private static readonly LoyaltyProgram Second = First with { Version = 2, Name = "second" };

    private readonly MemoryStore store = new();
    private readonly FakeTime time = new(Shop.Opening);
    private readonly List<StoredPrograms> hosts = [];

    public void Dispose() => hosts.ForEach(static host => host.Dispose());

    [Fact]
    public async Task A_host_alone_changes_its_program_at_once_and_what_happened_before_keeps_the_old()
    {
        var host = await HostAsync(ProgramTerms.Alone);

        var done = Assert.IsType<ProgramAnswer.Accepted>(await host.PutAsync(Second, null, isDryRun: false, default));

        Assert.Equal(Shop.Opening.AddMilliseconds(1), done.Version.EffectiveFrom);
        Assert.Equal(First, host.Programs.InEffectAt(Shop.Opening));
        Assert.Equal(Second, (await host.KnowingAsync(Shop.Opening.AddMilliseconds(1), default)).InEffectAt(Shop.Opening.AddMilliseconds(1)));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_says_what_would_be()
    {
        var host = await HostAsync(ProgramTerms.Alone);
        var stored = store.All().Count;

        var would = Assert.IsType<ProgramAnswer.Accepted>(await host.PutAsync(Second, null, isDryRun: true, default));

        Assert.Equal((Second, First), (would.Version.Program, would.Instead));
        Assert.Equal(stored, store.All().Count);
        Assert.Equal(First, host.Programs.InEffectAt(DateTimeOffset.MaxValue));
        Assert.Equal(
            new ProgramDifference("/name", "\"default\"", "\"second\""),
            ProgramDifferences.Of(First, Second).Single(static one => one.Path != "/version"));
    }

    [Fact]
    public void A_campaign_put_in_taken_out_or_changed_is_told_by_its_id_and_the_others_are_not_told()
    {
        var before = Promotion("b", 10, "d", 20, "e", 30);
        var after = Promotion("a", 5, "d", 21, "e", 30) with { Version = 2 };

        var told = ProgramDifferences.Of(before, after);

        Assert.Equal(["/version", "/campaigns/b", "/campaigns/d/effect/points", "/campaigns/a"], told.Select(static one => one.Path));
        Assert.Equal((null, "20", "21", null), (told[1].After, told[2].Before, told[2].After, told[3].Before));
    }

    [Fact]
    public async Task The_same_version_again_is_a_repetition_and_with_other_rules_or_another_date_a_conflict()
    {
        var host = await HostAsync(ProgramTerms.Alone);
        await host.PutAsync(Second, null, isDryRun: false, default);
        time.Advance(TimeSpan.FromHours(1));

        Assert.IsType<ProgramAnswer.Repeated>(await host.PutAsync(Second, null, isDryRun: false, default));
        Assert.IsType<ProgramAnswer.Conflict>(await host.PutAsync(Second with { Name = "other" }, null, isDryRun: false, default));
        Assert.IsType<ProgramAnswer.Conflict>(await host.PutAsync(Second, time.GetUtcNow().AddDays(1), isDryRun: false, default));
        Assert.IsType<ProgramAnswer.Conflict>(await host.PutAsync(Second with { Version = 4 }, null, isDryRun: false, default));
    }

    [Fact]
    public async Task A_version_never_takes_effect_in_the_past()
    {
        var host = await HostAsync(ProgramTerms.Alone);

        var no = Assert.IsType<ProgramAnswer.TooEarly>(
            await host.PutAsync(Second, Shop.Opening, isDryRun: false, default));

        Assert.Equal(Shop.Opening.AddMilliseconds(1), no.Earliest);
    }

    /// <summary>The rule that makes awards exact where several hosts serve.</summary>
    [Fact]
    public async Task No_host_decides_by_a_version_that_another_host_has_replaced()
    {
        var (a, b) = (await HostAsync(ProgramTerms.Shared), await HostAsync(ProgramTerms.Shared));
        Assert.IsType<ProgramAnswer.TooEarly>(
            await a.PutAsync(Second, time.GetUtcNow().AddSeconds(89), isDryRun: false, default));
        var done = Assert.IsType<ProgramAnswer.Accepted>(await a.PutAsync(Second, null, isDryRun: false, default));
        var effective = done.Version.EffectiveFrom;
        Assert.Equal(time.GetUtcNow().AddMilliseconds(1).AddSeconds(90), effective);

        // The other one has not looked since; it does as soon as it is asked about an instant that it cannot be sure of.
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Same(b.Programs, await b.KnowingAsync(time.GetUtcNow(), default));
        Assert.Equal(First, b.Programs.InEffectAt(effective));
        time.Advance(effective - time.GetUtcNow());
        Assert.Equal(Second, (await b.KnowingAsync(time.GetUtcNow(), default)).InEffectAt(effective));
        Assert.Equal(First, b.Programs.InEffectAt(effective.AddMilliseconds(-1)));
    }

    [Fact]
    public async Task A_host_that_cannot_look_decides_nothing_it_cannot_be_sure_of()
    {
        var tap = new Tap(store, new MemoryQueue(time));
        using var host = new StoredPrograms(tap, time, ProgramTerms.Shared);
        await host.LoadAsync(null, default);
        tap.OnRequest = static _ => throw new StoreUnavailableException("It is away.");

        time.Advance(TimeSpan.FromSeconds(60));
        await host.KnowingAsync(time.GetUtcNow(), default);

        time.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await host.KnowingAsync(time.GetUtcNow(), default));
    }

    [Fact]
    public async Task Of_two_hosts_that_store_a_version_at_once_one_does()
    {
        var (a, b) = (await HostAsync(ProgramTerms.Shared), await HostAsync(ProgramTerms.Shared));

        var answers = await Task.WhenAll(
            Task.Run(async () => await a.PutAsync(Second, null, isDryRun: false, default)),
            Task.Run(async () => await b.PutAsync(Second with { Name = "other" }, null, isDryRun: false, default)));

        Assert.Single(answers, static answer => answer is ProgramAnswer.Accepted);
        Assert.Single(answers, static answer => answer is ProgramAnswer.Conflict);
    }

    private static LoyaltyProgram Promotion(params object[] campaigns) => ProgramDocument.Parse(Encoding.UTF8.GetBytes($$"""
        { "version": 1, "name": "Ours", "timeZone": "UTC", "campaigns": [
        {{string.Join(",", campaigns.Chunk(2).Select(static one =>
            $$$"""{ "id": "{{{one[0]}}}", "name": "N", "effect": { "kind": "bonus", "points": {{{one[1]}}} } }"""))}} ] }
        """)).Program!;

    private async Task<StoredPrograms> HostAsync(ProgramTerms terms)
    {
        var host = new StoredPrograms(store, time, terms);
        hosts.Add(host);
        await host.LoadAsync(null, default);
        return host;
    }
}
