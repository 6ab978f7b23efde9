using System.Text;
using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Cosmos.Gateway.Wire;
using Pipeline.Cosmos.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Store;

/// <summary>What the writer is told of a commit whose answer was lost: what happened, or that nobody knows.</summary>
public sealed class LostCommitTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ReadOnlyMemory<byte> Body = Encoding.UTF8.GetBytes("{}");
    private static readonly DocumentKey Key = new("p", "k", "i");

    private CloudStore store = null!;

    public async Task InitializeAsync() => store = await CloudStore.OpenAsync();

    public Task DisposeAsync()
    {
        store.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_sent_once_and_found_by_one_read_with_its_version()
    {
        store.Gateway.Journal.Clear();
        var version = Assert.Single((await LoseAsync(new Write.Create("k", "i", Body))).Results).Version;

        Assert.Equal([CallKind.Batch, CallKind.Read], store.Gateway.Journal.Calls.Select(static call => call.Kind));
        Assert.Equal((await store.Documents.ReadAsync(Key, None))!.Version, version);
        Assert.True((await CommitAsync(new Write.Replace("k", "i", version!, Body))).Committed);
    }

    [Fact]
    public async Task A_commit_with_its_answer_asks_for_nothing_more()
    {
        store.Gateway.Journal.Clear();

        await CommitAsync(new Write.Create("k", "i", Body), new Write.Upsert("k", "j", Body));

        Assert.Single(store.Gateway.Journal.Calls);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("replace")]
    [InlineData("upsert")]
    [InlineData("delete")]
    [InlineData("create and replace")]
    [InlineData("replace and delete")]
    [InlineData("two deletes")]
    public async Task Whatever_a_commit_writes_it_is_found_again(string writes)
    {
        var there = (await CommitAsync(new Write.Create("k", "there", Body), new Write.Create("k", "too", Body))).Results;
        var replace = new Write.Replace("k", "there", there[0].Version!, Body);

        var result = await LoseAsync(writes switch
        {
            "create" => [new Write.Create("k", "i", Body)],
            "replace" => [replace],
            "upsert" => [new Write.Upsert("k", "there", Body)],
            "delete" => [new Write.Delete("k", "there")],
            "create and replace" => [replace, new Write.Create("k", "i", Body)],
            "replace and delete" => [new Write.Delete("k", "too", there[1].Version), replace],
            _ => [new Write.Delete("k", "there"), new Write.Delete("k", "too")],
        });

        Assert.True(result.Committed);
        Assert.All(result.Results, static one => Assert.Equal(WriteStatus.Done, one.Status));
    }

    [Fact]
    public async Task A_replacement_that_others_have_written_over_is_found_in_what_they_wrote()
    {
        var version = (await CommitAsync(new Write.Create("k", "i", Body))).Results[0].Version!;

        var result = await LoseAsync([new Write.Replace("k", "i", version, Body)], async () =>
        {
            for (var other = 0; other < 10; other++)
            {
                var read = (await store.Documents.ReadAsync(Key, None))!;
                Assert.True((await CommitAsync(new Write.Replace("k", "i", read.Version, Body))).Committed);
            }
        });

        Assert.True(result.Committed);
        var late = await CommitAsync(new Write.Replace("k", "i", result.Results[0].Version!, Body));
        Assert.Equal(WriteStatus.Stale, late.Results[0].Status);
    }

    [Fact]
    public async Task Other_documents_of_a_lost_commit_have_to_be_read_before_they_are_replaced()
    {
        var result = await LoseAsync(new Write.Create("k", "i", Body), new Write.Create("k", "j", Body));

        var late = await CommitAsync(new Write.Replace("k", "j", result.Results[1].Version!, Body));

        Assert.Equal(WriteStatus.Stale, late.Results[0].Status);
    }

    [Theory]
    [InlineData(Fault.Unreachable)]
    [InlineData(Fault.Unavailable)]
    [InlineData(Fault.TimedOut)]
    public async Task A_commit_that_did_not_happen_is_told_as_unknown_and_never_as_done(Fault fault)
    {
        store.Gateway.Faults.FailAt(1, fault);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(new Write.Create("k", "i", Body)));

        Assert.Null(await store.Documents.ReadAsync(Key, None));
    }

    [Fact]
    public async Task A_refusal_that_was_lost_is_told_as_unknown_and_then_as_the_refusal()
    {
        await CommitAsync(new Write.Create("k", "i", Body));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => LoseAsync(new Write.Create("k", "i", Body)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => LoseAsync(new Write.Delete("k", "never")));

        Assert.Equal(WriteStatus.Conflict, (await CommitAsync(new Write.Create("k", "i", Body))).Results[0].Status);
        Assert.Equal(WriteStatus.Missing, (await CommitAsync(new Write.Delete("k", "never"))).Results[0].Status);
    }

    [Fact]
    public async Task What_another_has_created_is_never_taken_for_ours()
    {
        store.Gateway.Faults.Plan((_, number) => number == 1 ? Fault.Unreachable : null);
        store.Gateway.Faults.Meanwhile = async () => await CommitAsync(new Write.Create("k", "i", Body));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(new Write.Create("k", "i", Body)));
    }

    [Fact]
    public async Task A_commit_that_cannot_be_looked_for_is_told_as_unknown()
    {
        store.Gateway.Faults.Plan(static (kind, _) => kind == CallKind.Batch ? Fault.LostAnswer : Fault.Unavailable);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(new Write.Create("k", "i", Body)));

        store.Gateway.Faults.None();
        Assert.NotNull(await store.Documents.ReadAsync(Key, None));
    }

    private async Task<CommitResult> CommitAsync(params Write[] writes) =>
        await store.Documents.CommitAsync("p", writes, None);

    private Task<CommitResult> LoseAsync(params Write[] writes) => LoseAsync(writes, null);

    private Task<CommitResult> LoseAsync(Write[] writes, Func<Task>? meanwhile)
    {
        store.Gateway.Faults.FailAt(1, Fault.LostAnswer);
        store.Gateway.Faults.Meanwhile = meanwhile;
        return CommitAsync(writes);
    }
}
