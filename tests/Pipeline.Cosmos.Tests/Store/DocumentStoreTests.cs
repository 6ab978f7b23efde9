using System.Text;
using System.Text.RegularExpressions;
using Azure.Core;
using Pipeline.Contracts;
using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Store;

/// <summary>What this engine does beyond the contract.</summary>
public sealed class DocumentStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ReadOnlyMemory<byte> Body = Encoding.UTF8.GetBytes("""{"n":1}""");

    [Fact]
    public async Task An_item_is_small_and_readable()
    {
        using var store = await CloudStore.OpenAsync();

        var due = new DateTimeOffset(2027, 3, 31, 23, 0, 0, TimeSpan.Zero);
        await store.Documents.CommitAsync("ann", [new Write.Create("account", "account", Body, due)], None);

        Assert.Single(store.Items, static item => Regex.IsMatch(
            item,
            """
            ^{"id":"account:account","customerId":"ann","commit":"[A-Za-z0-9_-]{8}","due":{"account":"2027-03-31T23:00:00"},"body":{"n":1}}$
            """));
    }

    [Theory]
    [InlineData("UK South")]
    [InlineData("uksouth")]
    [InlineData("a region younger than the SDK")]
    public async Task Whatever_the_region_of_the_host_is_called_the_store_opens(string region)
    {
        using var store = await CloudStore.OpenAsync(with: options => options with { Region = region });

        Assert.True((await store.Documents.CommitAsync("ann", [new Write.Create("account", "account", Body)], None)).Committed);
    }

    [Fact]
    public async Task The_number_of_shards_is_that_of_the_first_to_open_the_container()
    {
        using var store = await CloudStore.OpenAsync(with: static options => options with { ShardCount = 5 });
        using var second = await CloudStore.OpenAsync(store.Gateway, static options => options with { ShardCount = 9 });

        Assert.Equal(5, second.Documents.ShardCount);
    }

    [Fact]
    public async Task Hosts_that_open_a_new_container_at_once_agree_on_its_shards()
    {
        var gateway = new CosmosGateway(new GatewayOptions { JitterMillisecondsMax = 3 });
        var engines = await Task.WhenAll(Enumerable.Range(1, 6).Select(count =>
            CloudStore.OpenAsync(gateway, options => options with { ShardCount = count })));

        Assert.Single(engines.Select(static engine => engine.Documents.ShardCount).Distinct());
        foreach (var engine in engines)
            engine.Dispose();
    }

    [Fact]
    public async Task What_may_go_goes_by_itself_a_minute_after_it_is_due()
    {
        var time = new FakeTime();
        using var store = await CloudStore.OpenAsync(new GatewayOptions { Clock = time }, clock: time);
        var due = time.GetUtcNow().AddHours(24);
        await store.Documents.CommitAsync(
            "p",
            [new Write.Create("idempotency", "answer", Body, due), new Write.Create("account", "account", Body, due)],
            None);

        time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(30));
        Assert.NotNull(await store.Documents.ReadAsync(new("p", "idempotency", "answer"), None));
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Null(await store.Documents.ReadAsync(new("p", "idempotency", "answer"), None));
        Assert.NotNull(await store.Documents.ReadAsync(new("p", "account", "account"), None));
        var again = await store.Documents.CommitAsync("p", [new Write.Create("idempotency", "answer", Body)], None);
        Assert.True(again.Committed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(99)]
    [InlineData(150)]
    public async Task A_commit_of_a_hundred_is_among_the_changes_in_pieces_and_once(int limit)
    {
        using var store = await CloudStore.OpenAsync(
            new GatewayOptions { RangeCount = 2 }, static options => options with { ShardCount = 1 });
        string[] ids = [.. Enumerable.Range(0, 100).Select(static i => $"{i:D3}")];
        await store.Documents.CommitAsync("p", [.. ids.Select(static id => new Write.Create("k", id, Body))], None);
        await store.Documents.CommitAsync("q", [.. ids.Select(static id => new Write.Create("k", id, Body))], None);

        var seen = new List<string>();
        string? cursor = null;
        while (true)
        {
            var page = await store.Documents.ChangesAsync(new(0, limit, cursor), None);
            Assert.True(page.Documents.Count <= limit);
            if (page.Documents.Count == 0)
                break;
            seen.AddRange(page.Documents.Select(static one => one.Key.Partition + one.Key.Id));
            cursor = page.Cursor;
        }

        Assert.Equal(200, seen.Count);
        Assert.Equal(ids, seen.Where(static name => name[0] == 'p').Select(static name => name[1..]));
        Assert.Equal(ids, seen.Where(static name => name[0] == 'q').Select(static name => name[1..]));
    }

    [Fact]
    public async Task A_document_that_changes_while_its_commit_is_given_out_in_pieces_is_seen_again_and_none_is_missed()
    {
        using var store = await CloudStore.OpenAsync(with: static options => options with { ShardCount = 1 });
        string[] ids = [.. Enumerable.Range(0, 10).Select(static i => $"{i}")];
        await store.Documents.CommitAsync("p", [.. ids.Select(static id => new Write.Create("k", id, Body))], None);

        var first = await store.Documents.ChangesAsync(new(0, 4), None);
        await store.Documents.CommitAsync("p", [new Write.Upsert("k", "1", Body), new Write.Upsert("k", "7", Body)], None);
        var seen = new List<string>();
        for (var page = await store.Documents.ChangesAsync(new(0, 4, first.Cursor), None);
            page.Documents.Count > 0;
            page = await store.Documents.ChangesAsync(new(0, 4, page.Cursor), None))
        {
            seen.AddRange(page.Documents.Select(static one => one.Key.Id));
        }

        Assert.Equal(["0", "1", "2", "3"], first.Documents.Select(static one => one.Key.Id));
        Assert.Equal(["4", "5", "6", "8", "9", "1", "7"], seen);
    }

    [Theory]
    [InlineData("nonsense!")]
    [InlineData("bm9uc2Vuc2U")]
    public async Task A_cursor_of_somebody_else_is_an_argument_error(string cursor)
    {
        using var store = await CloudStore.OpenAsync(new GatewayOptions { RangeCount = 2 });
        var due = DateTimeOffset.UnixEpoch;

        await RefusedAsync(() => store.Documents.PageAsync(new("p", "k", 9, cursor), None));
        await RefusedAsync(() => store.Documents.ScanAsync(new(0, "k", 9, cursor), None));
        await RefusedAsync(() => store.Documents.ScanAsync(new(0, "k", 9, cursor, due), None));
        await RefusedAsync(() => store.Documents.ChangesAsync(new(0, 9, cursor), None));
    }

    [Fact]
    public async Task A_cursor_of_one_partition_s_page_gives_none_of_another_kind()
    {
        using var store = await CloudStore.OpenAsync();
        await store.Documents.CommitAsync(
            "p", [new Write.Create("k", "1", Body), new Write.Create("k", "2", Body), new Write.Create("k", "3", Body)], None);
        var page = await store.Documents.PageAsync(new("p", "k", 1), None);

        await RefusedAsync(() => store.Documents.PageAsync(new("p", "l", 1, page.Cursor), None));
    }

    [Fact]
    public async Task What_is_no_text_or_too_long_is_an_argument_error()
    {
        using var store = await CloudStore.OpenAsync();

        await RefusedAsync(() => store.Documents.ReadAsync(new("", "k", "i"), None));
        await RefusedAsync(() => store.Documents.ReadAsync(new("\uD800", "k", "i"), None));
        await RefusedAsync(() => store.Documents.ReadAsync(new("p", "k", new string('x', 256)), None));
        await RefusedAsync(() => store.Documents.ScanAsync(new(9, "k", 1), None));
        await RefusedAsync(() => store.Documents.PageAsync(new("p", "k", 1_001), None));
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_unavailable_and_not_empty()
    {
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CloudStore.OpenAsync(
            new CosmosGateway(), static options => options with { CreatesMissing = false }));
    }

    [Fact]
    public async Task An_identity_is_enough_where_there_is_no_key()
    {
        using var store = await CloudStore.OpenAsync();
        var credential = new OneToken();
        using var engine = await CloudStore.OpenAsync(store.Gateway, options => options with
        {
            ConnectionString = null,
            AccountEndpoint = new Uri("https://double.documents.invalid/"),
            Credential = credential,
            CreatesMissing = false,
        });

        Assert.Null(await engine.Documents.ReadAsync(new("p", "k", "i"), None));
        Assert.Contains("https://double.documents.invalid/.default", credential.Scopes);
    }

    private static async Task RefusedAsync<T>(Func<ValueTask<T>> ask) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await ask());

    private sealed class OneToken : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken("token", new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
