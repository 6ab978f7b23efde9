using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class ProgramStoreTests
{
    private static readonly LoyaltyProgram First = LoyaltyProgram.Default;
    private static readonly LoyaltyProgram Second =
        First with { Version = 2, Refund = new RefundRules(RefundPolicy.WithinBalance, 0) };

    private static readonly DateTimeOffset Since = Doubles.Shop.Opening;

    private readonly MemoryStore store = new();

    [Fact]
    public async Task The_first_start_stores_the_default_program()
    {
        Assert.Equal(First, (await ProgramStore.LoadAsync(store, null, Since, default)).Latest.Program);
        Assert.Equal(First, (await ProgramStore.LoadAsync(store, null, Since, default)).Latest.Program);
        Assert.Single(store.All());
    }

    [Fact]
    public async Task A_new_version_is_added_and_the_old_stays_for_its_awards()
    {
        await ProgramStore.LoadAsync(store, First, Since, default);

        var programs = await ProgramStore.LoadAsync(store, Second, Since, default);

        Assert.Equal(Second, programs.Latest.Program);
        Assert.Equal(First, programs[1]);
        Assert.Equal(Second, (await ProgramStore.LoadAsync(store, null, Since, default)).Latest.Program);
        Assert.Equal(Second, (await ProgramStore.ReadOnlyAsync(store, default)).Latest.Program);
    }

    [Fact]
    public async Task Other_rules_under_a_version_in_use_are_refused()
    {
        await ProgramStore.LoadAsync(store, First, Since, default);

        await Assert.ThrowsAsync<ProgramConflictException>(async () =>
            await ProgramStore.LoadAsync(store, Second with { Version = 1 }, Since, default));
        Assert.Single(store.All());
    }

    [Fact]
    public async Task A_version_older_than_the_newest_is_refused_where_it_is_not_stored()
    {
        await ProgramStore.LoadAsync(store, Second, Since, default);
        await Assert.ThrowsAsync<ProgramConflictException>(async () => await ProgramStore.LoadAsync(store, First, Since, default));
    }

    [Fact]
    public async Task A_host_whose_file_was_followed_by_a_later_version_starts_with_the_later_one()
    {
        await ProgramStore.LoadAsync(store, Second, Since, default);
        await ProgramStore.LoadAsync(store, Second with { Version = 3 }, Since, default);

        Assert.Equal(3, (await ProgramStore.LoadAsync(store, Second, Since, default)).Latest.Program.Version);
    }

    [Fact]
    public async Task The_first_version_holds_since_ever_and_another_from_its_date_on()
    {
        await ProgramStore.LoadAsync(store, First, Since, default);
        await ProgramStore.LoadAsync(store, Second, Since, default);

        var programs = await ProgramStore.ReadOnlyAsync(store, default);

        Assert.Equal(First, programs.InEffectAt(DateTimeOffset.MinValue));
        Assert.Equal(First, programs.InEffectAt(Since.AddMilliseconds(-1)));
        Assert.Equal(Second, programs.InEffectAt(Since));
    }

    [Fact]
    public async Task Reading_only_stores_nothing()
    {
        Assert.Equal(First, (await ProgramStore.ReadOnlyAsync(store, default)).Latest.Program);
        Assert.Empty(store.All());
    }

    [Fact]
    public async Task Hosts_that_start_at_once_with_one_program_all_start()
    {
        for (var round = 0; round < 50; round++)
        {
            var empty = new MemoryStore();

            var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
                async () => await ProgramStore.LoadAsync(empty, Second, Since, default))));

            Assert.All(all, static programs => Assert.Equal(Second, programs.Latest.Program));
        }
    }

    [Fact]
    public async Task Of_hosts_that_start_at_once_with_different_rules_under_one_version_one_starts()
    {
        var other = First with { Refund = new RefundRules(RefundPolicy.WithinBalance, 0) };

        var outcomes = await Task.WhenAll(new[] { First, other }.Select(program => Task.Run(async () =>
        {
            try
            {
                await ProgramStore.LoadAsync(store, program, Since, default);
                return true;
            }
            catch (ProgramConflictException)
            {
                return false;
            }
        })));

        Assert.Single(outcomes, static started => started);
    }
}
