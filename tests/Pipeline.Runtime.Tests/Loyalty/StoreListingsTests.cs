using System.Buffers.Text;
using System.Text;
using Pipeline.Contracts;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class StoreListingsTests
{
    private const string Kind = "thing";
    private readonly MemoryStore store = new(4);

    [Fact]
    public async Task Pages_of_every_size_list_each_document_once()
    {
        var names = await FillAsync(23);
        for (var limit = 1; limit <= 25; limit++)
        {
            var pages = await PagesAsync(limit);
            Assert.All(pages, page => Assert.True(page.Count <= limit));
            Assert.Equal(names, pages.SelectMany(static page => page).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_page_ends_short_where_it_took_all_the_store_s_pages_that_it_may()
    {
        await FillAsync(23);
        var (found, cursor) = await store.ListAsync(
            new ShardQuery(Kind, 100, null), static document => document.Key.Partition, default, storePagesMax: 1);
        Assert.InRange(found.Count, 1, 22);
        Assert.NotNull(cursor);
    }

    [Theory]
    [InlineData("1 ")]
    [InlineData("1/")]
    public async Task Cursors_of_former_lists_are_understood(string cursor) => Assert.Equal(
        await ListAsync(Encoded("1 ")), await ListAsync(Encoded(cursor)));

    [Fact]
    public async Task Former_cursors_of_events_are_understood_as_they_are() => Assert.Equal(
        await ListAsync(Encoded("1 ")), await ListAsync("1|"));

    [Theory]
    [InlineData("4 ")]
    [InlineData("-1 ")]
    [InlineData(" x")]
    [InlineData("1")]
    public async Task A_cursor_that_was_not_given_out_is_refused(string text)
    {
        await Assert.ThrowsAsync<InvalidCursorException>(async () => await ListAsync(Encoded(text)));
        await Assert.ThrowsAsync<InvalidCursorException>(async () => await ListAsync(text));
    }

    private static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private async Task<List<string>> ListAsync(string cursor)
    {
        await FillAsync(23);
        var (found, _) = await store.ListAsync(
            new ShardQuery(Kind, 100, cursor), static document => document.Key.Partition, default);
        Assert.NotEmpty(found);
        return found;
    }

    private async Task<List<List<string>>> PagesAsync(int limit)
    {
        var pages = new List<List<string>>();
        string? cursor = null;
        do
        {
            (var page, cursor) = await store.ListAsync(
                new ShardQuery(Kind, limit, cursor), static document => document.Key.Partition, default);
            pages.Add(page);
        }
        while (cursor is not null);
        return pages;
    }

    private async Task<List<string>> FillAsync(int count)
    {
        var names = Enumerable.Range(0, count).Select(static i => $"c{i:D2}").ToList();
        foreach (var name in names)
            await store.CommitAsync(name, [new Write.Upsert(Kind, "it", "{}"u8.ToArray())], default);
        return names;
    }
}
