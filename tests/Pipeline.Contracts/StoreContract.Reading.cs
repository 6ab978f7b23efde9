using Pipeline.Runtime.Ports;

namespace Pipeline.Contracts;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Pages_cover_a_partition_in_order_of_ids_both_ways()
    {
        await FillAsync("p", 25);
        await CommitAsync("p", new Write.Create("other", "05x", Bytes("x")));
        await FillAsync("q", 3);
        await SettleAsync();
        string[] expected = [.. Enumerable.Range(0, 25).Select(static i => $"{i:D2}")];

        Assert.Equal(expected, await IdsAsync(new("p", "k", 7)));
        Assert.Equal(expected.Reverse(), await IdsAsync(new("p", "k", 7, Descending: true)));
        Assert.Equal(expected, await IdsAsync(new("p", "k", 25)));
    }

    [Fact]
    public async Task A_page_keeps_to_its_limit_and_only_the_last_has_no_cursor()
    {
        await FillAsync("p", 5);
        await SettleAsync();

        var first = await Store.PageAsync(new("p", "k", 3), None);
        var second = await Store.PageAsync(new("p", "k", 3, first.Cursor), None);

        Assert.Equal(3, first.Documents.Count);
        Assert.NotNull(first.Cursor);
        Assert.Equal(2, second.Documents.Count);
        Assert.Null(second.Cursor);
    }

    [Fact]
    public async Task Bounds_of_ids_include_the_first_and_exclude_the_last_both_ways()
    {
        await FillAsync("p", 10);
        await SettleAsync();

        Assert.Equal(["03", "04", "05"], await IdsAsync(new("p", "k", 2, IdFrom: "03", IdTo: "06")));
        Assert.Equal(
            ["05", "04", "03"], await IdsAsync(new("p", "k", 2, Descending: true, IdFrom: "03", IdTo: "06")));
        Assert.Equal(["08", "09"], await IdsAsync(new("p", "k", 9, IdFrom: "08")));
        Assert.Equal(["01", "00"], await IdsAsync(new("p", "k", 9, Descending: true, IdTo: "02")));
        Assert.Empty(await IdsAsync(new("p", "k", 9, IdFrom: "06", IdTo: "03")));
    }

    [Fact]
    public async Task Ids_are_ordered_ordinally()
    {
        string[] ids = ["B", "a", "é", "Z", "aa", "\uFF5E", "😀", "10", "9", "a-b", "a_b"];
        foreach (var id in ids)
            await CommitAsync("p", new Write.Create("k", id, Bytes(id)));
        await SettleAsync();

        Assert.Equal(ids.Order(StringComparer.Ordinal), await IdsAsync(new("p", "k", 4)));
    }

    [Fact]
    public async Task A_cursor_goes_on_while_documents_are_written_and_deleted()
    {
        await FillAsync("p", 10);
        await SettleAsync();
        var first = await Store.PageAsync(new("p", "k", 4), None);

        await CommitAsync("p", new Write.Delete("k", "03"), new Write.Create("k", "00a", Bytes("x")));
        await CommitAsync("p", new Write.Create("k", "035", Bytes("new")), new Write.Upsert("k", "05", Bytes("changed")));
        var rest = await Store.PageAsync(new("p", "k", 100, first.Cursor), None);

        Assert.Equal(["035", "04", "05", "06", "07", "08", "09"], rest.Documents.Select(static one => one.Key.Id));
        Assert.Equal("changed", Text(rest.Documents[2]));
    }

    [Fact]
    public async Task An_empty_partition_gives_an_empty_last_page()
    {
        var page = await Store.PageAsync(new("nobody", "k", 10), None);

        Assert.Empty(page.Documents);
        Assert.Null(page.Cursor);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(90)]
    public async Task Many_documents_are_read_in_the_order_of_their_keys_whether_neighbours_or_not(int apart)
    {
        for (var i = 0; i < 180; i++)
            await CommitAsync($"c{i}", new Write.Create("k", "i", Bytes($"{i}"), i % 2 == 0 ? Noon : null));
        await SettleAsync();
        await CommitAsync("c3", new Write.Upsert("k", "i", Bytes("newer")));
        await CommitAsync("c90", new Write.Delete("k", "i"));

        var asked = Enumerable.Range(0, 200).Where(i => i % apart == 0).Select(static i => $"c{i}").Append("c3").Reverse().ToList();
        var read = await Store.ReadManyAsync([.. asked.Select(static one => new DocumentKey(one, "k", "i"))], None);

        Assert.Equal(asked.Count, read.Count);
        for (var i = 0; i < asked.Count; i++)
        {
            var alone = await Store.ReadAsync(new(asked[i], "k", "i"), None);
            Assert.Equal(
                (alone?.Key, alone?.Version, alone?.DueAt, alone is null ? null : Text(alone)),
                (read[i]?.Key, read[i]?.Version, read[i]?.DueAt, read[i] is null ? null : Text(read[i]!)));
        }

        Assert.Equal("newer", Text(read[0]!));
        Assert.Empty(await Store.ReadManyAsync([], None));
    }

    [Fact]
    public async Task All_shards_together_scan_every_document_once()
    {
        for (var i = 0; i < 120; i++)
            await CommitAsync($"customer-{i}", new Write.Create("k", "i", Bytes("x")), new Write.Create("l", "i", Bytes("y")));
        await SettleAsync();

        var scanned = await ScanAllAsync("k", null);

        Assert.Equal(120, scanned.Count);
        Assert.Equal(
            Enumerable.Range(0, 120).Select(static i => $"customer-{i}").Order(StringComparer.Ordinal),
            scanned.Select(static one => one.Key.Partition).Order(StringComparer.Ordinal));
        Assert.All(scanned, static one => Assert.Equal("k", one.Key.Kind));
    }

    [Fact]
    public async Task A_partition_stays_in_its_shard()
    {
        for (var i = 0; i < 30; i++)
            await CommitAsync($"c{i}", new Write.Create("a", "1", Bytes("x")), new Write.Create("b", "2", Bytes("x"), Noon));

        for (var shard = 0; shard < Store.ShardCount; shard++)
        {
            var all = await ScanAsync(new(shard, "a", 9));
            var due = await ScanAsync(new(shard, "b", 9, DueAtOrBefore: Noon));
            Assert.Equal(
                all.Select(static one => one.Key.Partition).Order(), due.Select(static one => one.Key.Partition).Order());
        }
    }

    [Fact]
    public async Task A_scan_by_instant_gives_what_is_due_soonest_first()
    {
        for (var i = 0; i < 60; i++)
            await CommitAsync($"c{i}", new Write.Create("k", "i", Bytes("x"), Noon.AddMinutes((i * 37 % 60) - 30)));
        await CommitAsync("none", new Write.Create("k", "i", Bytes("x")));
        await SettleAsync();

        var due = await ScanAllAsync("k", Noon);

        Assert.Equal(31, due.Count);
        Assert.All(due, static one => Assert.True(one.DueAt <= Noon));
        for (var shard = 0; shard < Store.ShardCount; shard++)
        {
            var instants = (await ScanAsync(new(shard, "k", 3, DueAtOrBefore: Noon))).Select(static one => one.DueAt);
            Assert.Equal(instants.Order(), instants);
        }
    }

    [Fact]
    public async Task What_becomes_due_before_all_that_scans_have_seen_is_found_by_the_next()
    {
        for (var minutes = 0; minutes < 12; minutes++)
        {
            await CommitAsync($"c{minutes}", new Write.Create("k", "i", Bytes("x"), Noon.AddMinutes(-minutes)));

            var found = await ScanAllAsync("k", Noon);

            Assert.Equal(minutes + 1, found.Count);
            Assert.Single(await ScanAllAsync("k", Noon.AddMinutes(-minutes)));
            Assert.Empty(await ScanAllAsync("k", Noon.AddMinutes(-minutes - 1)));
        }
    }

    [Fact]
    public async Task An_instant_that_moves_or_goes_is_found_only_where_it_is_now()
    {
        await CommitAsync("p", new Write.Create("k", "moves", Bytes("1"), Noon), new Write.Create("k", "goes", Bytes("1"), Noon));
        await CommitAsync("p", new Write.Create("k", "stays", Bytes("1"), Noon), new Write.Create("k", "dies", Bytes("1"), Noon));
        await SettleAsync();
        var moves = await ReadAsync("p", "k", "moves");
        var goes = await ReadAsync("p", "k", "goes");

        await CommitAsync(
            "p", new Write.Replace("k", "moves", moves.Version, Bytes("2"), Noon.AddDays(1)),
            new Write.Replace("k", "goes", goes.Version, Bytes("2")), new Write.Upsert("k", "stays", Bytes("2"), Noon),
            new Write.Delete("k", "dies"));

        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(["stays"], (await ScanAllAsync("k", Noon)).Select(static one => one.Key.Id));
            Assert.Equal(
                ["moves", "stays"],
                (await ScanAllAsync("k", Noon.AddDays(1))).Select(static one => one.Key.Id).Order(StringComparer.Ordinal));
            Assert.Null((await ReadAsync("p", "k", "goes")).DueAt);
            await SettleAsync();
        }
    }

    [Fact]
    public async Task A_scan_goes_on_from_its_cursor_while_documents_are_written()
    {
        for (var i = 0; i < 80; i++)
            await CommitAsync($"c{i}", new Write.Create("k", "i", Bytes("x"), Noon));
        await SettleAsync();
        var seen = new List<string>();
        for (var shard = 0; shard < Store.ShardCount; shard++)
        {
            string? after = null;
            do
            {
                var page = await Store.ScanAsync(new(shard, "k", 3, after, Noon), None);
                seen.AddRange(page.Documents.Select(static one => one.Key.Partition).Where(static one => one[0] == 'c'));
                after = page.Cursor;
                await CommitAsync($"new{shard}-{seen.Count}", new Write.Upsert("k", "i", Bytes("y"), Noon));
            }
            while (after is not null);
        }

        Assert.Equal(80, seen.Count);
        Assert.Equal(80, seen.Distinct().Count());
    }

    [Fact]
    public async Task Changes_come_in_the_order_of_commits_and_go_on_from_a_cursor()
    {
        await CommitAsync("p", new Write.Create("k", "1", Bytes("a")), new Write.Create("k", "2", Bytes("b"), Noon));
        await CommitAsync("p", new Write.Create("l", "3", Bytes("c")));
        await SettleAsync();
        var shard = await ShardOfAsync("p");

        var (first, cursor) = await ChangesAsync(shard, null, limit: 2);
        Assert.Equal(["1", "2", "3"], first.Select(static one => one.Key.Id));
        Assert.Equal(Noon, first[1].DueAt);

        await CommitAsync("p", new Write.Create("k", "4", Bytes("d")));
        var (second, end) = await ChangesAsync(shard, cursor, limit: 100);
        Assert.Equal(["4"], second.Select(static one => one.Key.Id));
        Assert.Empty((await Store.ChangesAsync(new(shard, 10, end), None)).Documents);
    }

    [Fact]
    public async Task Changes_end_with_the_latest_version_of_each_document()
    {
        for (var i = 0; i < 30; i++)
            await CommitAsync($"c{i % 6}", new Write.Upsert("k", $"{i % 3}", Bytes($"{i}")));
        await CommitAsync("c1", new Write.Delete("k", "1"));

        var latest = new Dictionary<DocumentKey, Document>();
        for (var shard = 0; shard < Store.ShardCount; shard++)
        {
            foreach (var change in (await ChangesAsync(shard, null, 4)).Documents)
                latest[change.Key] = change;
        }

        latest.Remove(new("c1", "k", "1"));
        foreach (var (key, seen) in latest)
        {
            var stored = await ReadAsync(key.Partition, key.Kind, key.Id);
            Assert.Equal((stored.Version, Text(stored)), (seen.Version, Text(seen)));
        }

        Assert.Equal((await ScanAllAsync("k", null)).Count, latest.Count);
    }

    [Fact]
    public async Task A_refused_commit_is_not_among_the_changes()
    {
        await CommitAsync("p", new Write.Create("k", "1", Bytes("a")));
        await Store.CommitAsync("p", [new Write.Create("k", "2", Bytes("b")), new Write.Create("k", "1", Bytes("c"))], None);

        var (changes, _) = await ChangesAsync(await ShardOfAsync("p"), null, 10);

        Assert.Equal("a", Text(Assert.Single(changes)));
    }

    [Fact]
    public async Task Changes_miss_nothing_while_many_write()
    {
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
                await CommitAsync($"w{writer}", new Write.Create("k", $"{i:D2}", Bytes("x")), new Write.Create("l", $"{i:D2}", Bytes("y")));
        })));
        var cursors = new string?[Store.ShardCount];
        var seen = new List<DocumentKey>();
        for (var last = false; ;)
        {
            var done = writing.IsCompleted;
            for (var shard = 0; shard < cursors.Length; shard++)
            {
                var (changes, cursor) = await ChangesAsync(shard, cursors[shard], 7);
                cursors[shard] = cursor;
                seen.AddRange(changes.Select(static one => one.Key));
            }

            if (last)
                break;
            last = done;
            await Task.Yield();
        }

        await writing;
        Assert.Equal(640, seen.Count);
        Assert.Equal(640, seen.Distinct().Count());
        foreach (var partition in seen.Where(static key => key.Kind == "k").GroupBy(static key => key.Partition))
            Assert.Equal(partition.Select(static key => key.Id).Order(StringComparer.Ordinal), partition.Select(static key => key.Id));
    }

    private async Task FillAsync(string partition, int count)
    {
        for (var i = 0; i < count; i++)
            await CommitAsync(partition, new Write.Create("k", $"{i * 7 % count:D2}", Bytes($"{i}")));
    }

    private async Task<List<string>> IdsAsync(PartitionQuery query)
    {
        var ids = new List<string>();
        DocumentPage page;
        do
        {
            page = await Store.PageAsync(query, None);
            Assert.True(page.Documents.Count <= query.Limit);
            ids.AddRange(page.Documents.Select(static one => one.Key.Id));
            query = query with { After = page.Cursor };
        }
        while (page.Cursor is not null);
        return ids;
    }

    private async Task<List<Document>> ScanAsync(ScanQuery query)
    {
        var documents = new List<Document>();
        DocumentPage page;
        do
        {
            page = await Store.ScanAsync(query, None);
            documents.AddRange(page.Documents);
            query = query with { After = page.Cursor };
        }
        while (page.Cursor is not null);
        return documents;
    }

    private async Task<List<Document>> ScanAllAsync(string kind, DateTimeOffset? due)
    {
        var documents = new List<Document>();
        for (var shard = 0; shard < Store.ShardCount; shard++)
            documents.AddRange(await ScanAsync(new(shard, kind, 4, DueAtOrBefore: due)));
        return documents;
    }

    private async Task<(List<Document> Documents, string? Cursor)> ChangesAsync(int shard, string? after, int limit)
    {
        var documents = new List<Document>();
        while (true)
        {
            var page = await Store.ChangesAsync(new(shard, limit, after), None);
            Assert.True(page.Documents.Count <= limit);
            Assert.NotNull(page.Cursor);
            after = page.Cursor;
            if (page.Documents.Count == 0)
                return (documents, after);
            // What finds a partition's shard is no part of the test.
            documents.AddRange(page.Documents.Where(static one => one.Key.Kind != "probe"));
        }
    }

    private async Task<int> ShardOfAsync(string partition)
    {
        await CommitAsync(partition, new Write.Upsert("probe", "probe", Bytes("x")));
        var shard = 0;
        while (!(await ScanAsync(new(shard, "probe", 9))).Exists(one => one.Key.Partition == partition))
            shard++;
        await CommitAsync(partition, new Write.Delete("probe", "probe"));
        return shard;
    }
}
