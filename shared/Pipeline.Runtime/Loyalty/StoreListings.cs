using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>A page of what lies in all shards, one after another and in the store's order.</summary>
/// <param name="Cursor">As it was given out; null: from the beginning.</param>
/// <param name="DueAtOrBefore">As in <see cref="ScanQuery"/>.</param>
internal readonly record struct ShardQuery(string Kind, int Limit, string? Cursor, DateTimeOffset? DueAtOrBefore = null);

/// <summary>Pages for those outside, whose cursors may be any text.</summary>
internal static class StoreListings
{
    /// <summary>The first is written; the others stand in cursors that some lists gave out before.</summary>
    private const string Separators = " /|";

    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public static async ValueTask<DocumentPage> ListAsync(
        this IDocumentStore store, PartitionQuery query, CancellationToken cancellation)
    {
        try
        {
            return await store.PageAsync(query, cancellation);
        }
        catch (ArgumentException) when (query.After is not null)
        {
            throw new InvalidCursorException();
        }
    }

    /// <summary>The cursor says in which shard to go on, and where in it.</summary>
    /// <param name="read">Null: the document is left out.</param>
    /// <param name="storePagesMax">A page comes out short where so many of the store's held too little for it.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public static async ValueTask<(List<T> Found, string? Cursor)> ListAsync<T>(
        this IDocumentStore store, ShardQuery query, Func<Document, T?> read, CancellationToken cancellation,
        int storePagesMax = int.MaxValue)
        where T : class
    {
        var (shard, after) = query.Cursor is null ? (0, null) : Parse(query.Cursor, store.ShardCount);
        var found = new List<T>(query.Limit);
        for (var pages = 0; shard < store.ShardCount && found.Count < query.Limit && pages < storePagesMax; pages++)
        {
            var page = await ScanAsync(
                store, new ScanQuery(shard, query.Kind, query.Limit - found.Count, after, query.DueAtOrBefore), cancellation);
            foreach (var document in page.Documents)
                if (read(document) is { } one)
                    found.Add(one);
            after = page.Cursor;
            if (after is null)
                shard++;
        }

        return (found, shard < store.ShardCount ? Format(shard, after) : null);
    }

    private static async ValueTask<DocumentPage> ScanAsync(
        IDocumentStore store, ScanQuery query, CancellationToken cancellation)
    {
        try
        {
            return await store.ScanAsync(query, cancellation);
        }
        catch (ArgumentException) when (query.After is not null)
        {
            throw new InvalidCursorException();
        }
    }

    private static string Format(int shard, string? after) => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{shard}{Separators[0]}{after}")));

    private static (int Shard, string? After) Parse(string cursor, int shards)
    {
        // Lists of events gave theirs out as they are.
        var text = Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : cursor;
        var end = text.AsSpan().IndexOfAny(Separators);
        return end > 0
            && int.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
            && shard < shards
                ? (shard, end + 1 < text.Length ? text[(end + 1)..] : null)
                : throw new InvalidCursorException();
    }
}
