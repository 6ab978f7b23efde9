using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class ProgramStoreTests
{
    private static readonly LoyaltyProgram First = LoyaltyProgram.Default;
    private static readonly LoyaltyProgram Second =
        First with { Version = 2, Refund = new RefundRules(RefundPolicy.WithinBalance, 0) };

    private readonly MemoryStore store = new();

    [Fact]
    public async Task The_first_start_stores_the_default_program()
    {
        Assert.Equal(First, (await ProgramStore.LoadAsync(store, null, default)).Current);
        Assert.Equal(First, (await ProgramStore.LoadAsync(store, null, default)).Current);
        Assert.Single(store.All());
    }

    [Fact]
    public async Task A_new_version_is_added_and_the_old_stays_for_its_awards()
    {
        await ProgramStore.LoadAsync(store, First, default);

        var programs = await ProgramStore.LoadAsync(store, Second, default);

        Assert.Equal(Second, programs.Current);
        Assert.Equal(First, programs[1]);
        Assert.Equal(Second, (await ProgramStore.LoadAsync(store, null, default)).Current);
        Assert.Equal(Second, (await ProgramStore.ReadOnlyAsync(store, default)).Current);
    }

    [Fact]
    public async Task Other_rules_under_a_version_in_use_are_refused()
    {
        await ProgramStore.LoadAsync(store, First, default);

        await Assert.ThrowsAsync<ProgramConflictException>(async () =>
            await ProgramStore.LoadAsync(store, Second with { Version = 1 }, default));
        Assert.Single(store.All());
    }

    [Fact]
    public async Task A_version_older_than_the_newest_is_refused_whether_it_is_stored_or_not()
    {
        await ProgramStore.LoadAsync(store, Second, default);
        await Assert.ThrowsAsync<ProgramConflictException>(async () => await ProgramStore.LoadAsync(store, First, default));
        await ProgramStore.LoadAsync(store, Second with { Version = 3 }, default);

        await Assert.ThrowsAsync<ProgramConflictException>(async () => await ProgramStore.LoadAsync(store, Second, default));
    }

    [Fact]
    public async Task Reading_only_stores_nothing()
    {
        Assert.Equal(First, (await ProgramStore.ReadOnlyAsync(store, default)).Current);
        Assert.Empty(store.All());
    }

    [Fact]
    public async Task Hosts_that_start_at_once_with_one_program_all_start()
    {
        for (var round = 0; round < 50; round++)
        {
            var empty = new MemoryStore();

            var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
                async () => await ProgramStore.LoadAsync(empty, Second, default))));

            Assert.All(all, static programs => Assert.Equal(Second, programs.Current));
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
                await ProgramStore.LoadAsync(store, program, default);
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
