using System.Text;
using Pipeline.Runtime.Ports;

namespace Pipeline.Contracts;

/// <summary>What every document store keeps: reading, writing and the limits. An engine's tests inherit it.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    protected static readonly CancellationToken None = CancellationToken.None;

    protected IDocumentStore Store { get; private set; } = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IDocumentStore> OpenAsync();

    protected abstract Task CloseAsync();

    /// <summary>Called between writing and reading: an engine may move its data to where it rests.</summary>
    protected virtual Task SettleAsync() => Task.CompletedTask;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task A_document_that_was_never_written_is_null()
    {
        Assert.Null(await Store.ReadAsync(new("p", "k", "i"), None));
    }

    [Fact]
    public async Task A_created_document_is_read_back_with_its_body_instant_and_version()
    {
        var result = await CommitAsync("p", new Write.Create("k", "i", Bytes("hello"), Noon));

        await SettleAsync();
        var read = await ReadAsync("p", "k", "i");
        Assert.Equal(new DocumentKey("p", "k", "i"), read.Key);
        Assert.Equal("hello", Text(read));
        Assert.Equal(Noon, read.DueAt);
        Assert.Equal(result.Results[0].Version, read.Version);
    }

    [Fact]
    public async Task An_empty_body_is_a_document()
    {
        await CommitAsync("p", new Write.Create("k", "i", ReadOnlyMemory<byte>.Empty));

        await SettleAsync();
        Assert.Equal(0, (await ReadAsync("p", "k", "i")).Body.Length);
    }

    [Fact]
    public async Task Creating_an_existing_document_is_a_conflict_and_changes_nothing()
    {
        await CommitAsync("p", new Write.Create("k", "i", Bytes("first")));
        await SettleAsync();

        await RefusedAsync(WriteStatus.Conflict, new Write.Create("k", "i", Bytes("second")));

        Assert.Equal("first", Text(await ReadAsync("p", "k", "i")));
    }

    [Fact]
    public async Task Replacing_at_the_read_version_writes_a_new_version()
    {
        await CommitAsync("p", new Write.Create("k", "i", Bytes("1")));
        await SettleAsync();
        var before = await ReadAsync("p", "k", "i");

        await CommitAsync("p", new Write.Replace("k", "i", before.Version, Bytes("2")));

        var after = await ReadAsync("p", "k", "i");
        Assert.Equal("2", Text(after));
        Assert.NotEqual(before.Version, after.Version);
    }

    [Fact]
    public async Task Replacing_at_an_old_version_is_stale()
    {
        var created = await CommitAsync("p", new Write.Create("k", "i", Bytes("1")));
        await CommitAsync("p", new Write.Upsert("k", "i", Bytes("2")));

        await RefusedAsync(WriteStatus.Stale, new Write.Replace("k", "i", created.Results[0].Version!, Bytes("3")));

        Assert.Equal("2", Text(await ReadAsync("p", "k", "i")));
    }

    [Fact]
    public async Task Replacing_a_missing_document_is_refused_as_missing()
    {
        await RefusedAsync(WriteStatus.Missing, new Write.Replace("k", "i", "1", Bytes("x")));

        Assert.Null(await Store.ReadAsync(new("p", "k", "i"), None));
    }

    [Fact]
    public async Task Upserting_creates_and_overwrites()
    {
        await CommitAsync("p", new Write.Upsert("k", "i", Bytes("1")));
        await SettleAsync();
        await CommitAsync("p", new Write.Upsert("k", "i", Bytes("2")));

        Assert.Equal("2", Text(await ReadAsync("p", "k", "i")));
    }

    [Fact]
    public async Task A_deleted_document_is_gone_and_may_be_created_again()
    {
        await CommitAsync("p", new Write.Create("k", "i", Bytes("1")));
        await SettleAsync();

        var deleted = await CommitAsync("p", new Write.Delete("k", "i"));

        Assert.Null(deleted.Results[0].Version);
        await SettleAsync();
        Assert.Null(await Store.ReadAsync(new("p", "k", "i"), None));
        Assert.Empty((await Store.PageAsync(new("p", "k", 10), None)).Documents);
        await CommitAsync("p", new Write.Create("k", "i", Bytes("2")));
        Assert.Equal("2", Text(await ReadAsync("p", "k", "i")));
    }

    [Fact]
    public async Task Deleting_a_missing_document_is_missing_and_another_version_is_stale()
    {
        await RefusedAsync(WriteStatus.Missing, new Write.Delete("k", "i"));
        var first = await CommitAsync("p", new Write.Create("k", "i", Bytes("1")));
        var second = await CommitAsync("p", new Write.Upsert("k", "i", Bytes("2")));

        await RefusedAsync(WriteStatus.Stale, new Write.Delete("k", "i", first.Results[0].Version));
        await CommitAsync("p", new Write.Delete("k", "i", second.Results[0].Version));

        Assert.Null(await Store.ReadAsync(new("p", "k", "i"), None));
    }

    [Fact]
    public async Task A_refused_write_aborts_the_whole_commit()
    {
        await CommitAsync("p", new Write.Create("k", "taken", Bytes("1")));

        var result = await Store.CommitAsync(
            "p", [new Write.Create("k", "new", Bytes("a")), new Write.Create("k", "taken", Bytes("b"))], None);

        Assert.False(result.Committed);
        Assert.Equal([WriteStatus.Aborted, WriteStatus.Conflict], result.Results.Select(static one => one.Status));
        Assert.All(result.Results, static one => Assert.Null(one.Version));
        Assert.Null(await Store.ReadAsync(new("p", "k", "new"), None));
        Assert.Equal("1", Text(await ReadAsync("p", "k", "taken")));
    }

    [Fact]
    public async Task All_writes_of_a_commit_are_written()
    {
        await CommitAsync("p", new Write.Create("a", "1", Bytes("x")), new Write.Create("b", "1", Bytes("y")));
        var result = await CommitAsync(
            "p", new Write.Upsert("a", "1", Bytes("x2")), new Write.Delete("b", "1"), new Write.Create("c", "1", Bytes("z")));

        Assert.All(result.Results, static one => Assert.Equal(WriteStatus.Done, one.Status));
        await SettleAsync();
        Assert.Equal("x2", Text(await ReadAsync("p", "a", "1")));
        Assert.Null(await Store.ReadAsync(new("p", "b", "1"), None));
        Assert.Equal("z", Text(await ReadAsync("p", "c", "1")));
    }

    [Fact]
    public async Task A_commit_without_writes_is_an_argument_error()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync("p", [], None));
    }

    [Fact]
    public async Task A_hundred_writes_are_taken_and_one_more_is_not()
    {
        Write[] hundred = [.. Enumerable.Range(0, 100).Select(static i => new Write.Create("k", $"{i}", Bytes("x")))];

        await CommitAsync("p", hundred);

        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await Store.CommitAsync("q", [.. hundred, new Write.Create("k", "100", Bytes("x"))], None));
        Assert.Null(await Store.ReadAsync(new("q", "k", "1"), None));
    }

    [Fact]
    public async Task Nearly_two_mebibytes_are_taken_and_more_are_not()
    {
        // Text, since a store of JSON has to write other bytes in more: but text that does not compress.
        var body = Bytes(new Random(7).GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 1024 * 1024));
        await CommitAsync(
            "p", new Write.Create("k", "1", body), new Write.Create("k", "2", body[..^65_536]));

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(
            "q", [new Write.Create("k", "1", body), new Write.Create("k", "2", body), new Write.Create("k", "3", body)],
            None));

        await SettleAsync();
        Assert.True((await ReadAsync("p", "k", "1")).Body.Span.SequenceEqual(body.Span));
    }

    [Fact]
    public async Task One_document_twice_in_a_commit_is_an_argument_error()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(
            "p", [new Write.Create("k", "i", Bytes("1")), new Write.Delete("k", "i")], None));
    }

    [Fact]
    public async Task Kinds_and_partitions_are_parts_of_the_name()
    {
        await CommitAsync("p", new Write.Create("a", "i", Bytes("pa")), new Write.Create("b", "i", Bytes("pb")));
        await CommitAsync("q", new Write.Create("a", "i", Bytes("qa")));

        await SettleAsync();
        Assert.Equal("pa", Text(await ReadAsync("p", "a", "i")));
        Assert.Equal("pb", Text(await ReadAsync("p", "b", "i")));
        Assert.Equal("qa", Text(await ReadAsync("q", "a", "i")));
    }

    [Theory]
    [InlineData("客户-1")]
    [InlineData("Zoë Ångström")]
    [InlineData("😀")]
    [InlineData("a b'c\"d%e")]
    public async Task Partitions_and_ids_may_be_any_text(string name)
    {
        await CommitAsync(name, new Write.Create("k", name, Bytes("x"), Noon));

        await SettleAsync();
        Assert.Equal(new DocumentKey(name, "k", name), (await ReadAsync(name, "k", name)).Key);
        Assert.Equal(name, Assert.Single((await Store.PageAsync(new(name, "k", 9), None)).Documents).Key.Id);
        Assert.Equal(name, Assert.Single(await ScanAllAsync("k", Noon)).Key.Partition);
    }

    [Fact]
    public async Task Of_racing_replaces_at_one_version_exactly_one_wins_and_no_update_is_lost()
    {
        const int Writers = 16, Each = 20;
        await CommitAsync("p", new Write.Create("k", "i", Bytes("0")));

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < Each;)
            {
                var read = await ReadAsync("p", "k", "i");
                var next = int.Parse(Text(read)) + 1;
                var result = await Store.CommitAsync("p", [new Write.Replace("k", "i", read.Version, Bytes($"{next}"))], None);
                done += result.Committed ? 1 : 0;
            }
        })));

        Assert.Equal($"{Writers * Each}", Text(await ReadAsync("p", "k", "i")));
    }

    [Fact]
    public async Task Of_concurrent_creates_of_one_id_exactly_one_is_done()
    {
        for (var round = 0; round < 10; round++)
        {
            var id = $"{round}";
            var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(
                async () => await Store.CommitAsync("p", [new Write.Create("k", id, Bytes($"{i}"))], None))));

            var winner = Assert.Single(Enumerable.Range(0, 12), i => results[i].Committed);
            Assert.Equal($"{winner}", Text(await ReadAsync("p", "k", id)));
            Assert.Equal(11, results.Count(static result => result.Results[0].Status == WriteStatus.Conflict));
        }
    }

    [Fact]
    public async Task Who_has_seen_one_document_of_a_commit_sees_the_others_from_then_on()
    {
        const int commits = 60, others = 8;
        var isWritten = false;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < commits; i++)
            {
                await CommitAsync("p",
                [
                    new Write.Upsert("k", "first", Bytes($"{i}")),
                    .. Enumerable.Range(0, others).Select(other => new Write.Upsert("k", $"other{other}", Bytes($"{i}"))),
                ]);
            }

            Volatile.Write(ref isWritten, true);
        });

        while (!Volatile.Read(ref isWritten))
        {
            if (await Store.ReadAsync(new("p", "k", "first"), None) is not { } first)
                continue;
            var other = await ReadAsync("p", "k", $"other{others - 1}");
            Assert.True(int.Parse(Text(other)) >= int.Parse(Text(first)), $"{Text(first)} was seen, then {Text(other)}.");
            var page = await Store.PageAsync(new PartitionQuery("p", "k", 100), None);
            Assert.Single(page.Documents.Select(Text).Distinct());
        }

        await writing;
    }

    [Fact]
    public async Task A_refused_commit_does_not_touch_another_callers()
    {
        await CommitAsync("p", new Write.Create("k", "taken", Bytes("x")));

        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () => await Store.CommitAsync(
            "p", [new Write.Create("k", i % 2 == 0 ? $"{i}" : "taken", Bytes("y"))], None))));

        for (var i = 0; i < all.Length; i++)
            Assert.Equal(i % 2 == 0, all[i].Committed);
        Assert.Equal(21, (await Store.PageAsync(new("p", "k", 100), None)).Documents.Count);
    }

    [Fact]
    public async Task Of_many_commits_each_is_answered_by_itself_in_their_order()
    {
        await CommitAsync("c7", new Write.Create("k", "i", Bytes("before")));
        await SettleAsync();

        var results = await Store.CommitManyAsync(
            [.. Enumerable.Range(0, 300).Select(static i => new PartitionCommit(
                $"c{i}", [new Write.Create("k", "i", Bytes($"{i}")), new Write.Upsert("l", "i", Bytes("x"))]))],
            None);

        Assert.Equal(300, results.Count);
        for (var i = 0; i < results.Count; i++)
            Assert.Equal(i != 7, results[i].Committed);
        Assert.Equal([WriteStatus.Conflict, WriteStatus.Aborted], results[7].Results.Select(static one => one.Status));
        Assert.Equal("before", Text(await ReadAsync("c7", "k", "i")));
        Assert.Null(await Store.ReadAsync(new("c7", "l", "i"), None));
        var read = await ReadAsync("c8", "k", "i");
        Assert.Equal(("8", results[8].Results[0].Version), (Text(read), read.Version));
        Assert.Empty(await Store.CommitManyAsync([], None));
    }

    [Fact]
    public async Task A_commit_among_many_that_breaks_a_limit_is_an_argument_error()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CommitManyAsync(
            [new("p", [new Write.Upsert("k", "i", Bytes("x"))]), new("q", [])], None));
    }

    [Fact]
    public async Task More_at_once_than_a_page_has_are_an_argument_error()
    {
        var many = Enumerable.Range(0, StoreLimits.PageDocumentsMax + 1).Select(static i => $"c{i}").ToList();

        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ReadManyAsync(
            [.. many.Select(static one => new DocumentKey(one, "k", "i"))], None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CommitManyAsync(
            [.. many.Select(static one => new PartitionCommit(one, [new Write.Upsert("k", "i", Bytes("x"))]))], None));
        Assert.Null(await Store.ReadAsync(new("c0", "k", "i"), None));
    }

    [Fact]
    public async Task The_callers_buffer_may_be_reused_after_the_commit()
    {
        var buffer = Bytes("before").ToArray();
        await CommitAsync("p", new Write.Create("k", "i", buffer));

        Array.Fill(buffer, (byte)'x');

        Assert.Equal("before", Text(await ReadAsync("p", "k", "i")));
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(Document document) => Encoding.UTF8.GetString(document.Body.Span);

    protected async Task<Document> ReadAsync(string partition, string kind, string id)
    {
        var read = await Store.ReadAsync(new(partition, kind, id), None);
        Assert.NotNull(read);
        return read;
    }

    protected async Task<CommitResult> CommitAsync(string partition, params Write[] writes)
    {
        var result = await Store.CommitAsync(partition, writes, None);
        Assert.True(result.Committed, string.Join(", ", result.Results));
        return result;
    }

    private async Task RefusedAsync(WriteStatus status, Write write)
    {
        var result = await Store.CommitAsync("p", [write], None);
        Assert.False(result.Committed);
        Assert.Equal(status, Assert.Single(result.Results).Status);
    }
}
