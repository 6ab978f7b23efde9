using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>Lists the adjustments that wait for a second key: what is pending is due, so it costs what is listed.</summary>
public sealed class PendingAdjustments(IDocumentStore store)
{
    private static readonly DateTimeOffset Ever = DateTimeOffset.MaxValue;

    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<(IReadOnlyList<AdjustmentView> Adjustments, string? Cursor)> ListAsync(
        int limit, string? cursor, CancellationToken cancellation)
    {
        var (shard, after) = cursor is null ? (0, null) : Parse(cursor);
        var found = new List<AdjustmentView>(limit);
        while (shard < store.ShardCount && found.Count < limit)
        {
            var page = await ScanAsync(
                new ScanQuery(shard, MemberKinds.Adjustment, limit - found.Count, after, Ever), cancellation);
            foreach (var document in page.Documents)
                found.Add(new AdjustmentView(
                    new CustomerId(document.Key.Partition), new AdjustmentId(document.Key.Id),
                    MemberStorage.Read(document, MemberStorage.Default.AdjustmentDocument)));
            after = page.Cursor;
            if (after is null)
                shard++;
        }

        return (found, shard < store.ShardCount ? Format(shard, after) : null);
    }

    private async ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation)
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

    private static string Format(int shard, string? after) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{shard} {after}")));

    private static (int Shard, string? After) Parse(string cursor)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
            var blank = text.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0 && int.TryParse(
                text.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out var shard))
                return (shard, blank + 1 < text.Length ? text[(blank + 1)..] : null);
        }
        catch (FormatException)
        {
            // Not one of ours.
        }

        throw new InvalidCursorException();
    }
}
