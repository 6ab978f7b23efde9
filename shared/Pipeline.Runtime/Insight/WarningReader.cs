using System.Globalization;
using System.Text;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>A warning of a customer, open or closed.</summary>
public sealed record WarningView
{
    internal WarningView(string customer, WarningDocument warning) => (Customer, Warning) = (customer, warning);

    public string Customer { get; }

    internal WarningDocument Warning { get; }
}

/// <summary>Lists warnings over all customers: shard after shard, in the store's order.</summary>
public sealed class WarningReader(IDocumentStore store)
{
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<(IReadOnlyList<WarningView> Warnings, string? Cursor)> ListAsync(
        bool open, int limit, string? cursor, CancellationToken cancellation)
    {
        var kind = open ? InsightKinds.OpenWarning : InsightKinds.ClosedWarning;
        var (shard, after) = cursor is null ? (0, null) : Parse(cursor);
        var found = new List<WarningView>(limit);
        while (shard < store.ShardCount && found.Count < limit)
        {
            var page = await store.ScanAsync(new ScanQuery(shard, kind, limit - found.Count, after), cancellation);
            foreach (var document in page.Documents)
                found.Add(new WarningView(
                    document.Key.Partition, InsightJson.Read(document, InsightJson.Default.WarningDocument)));
            after = page.Cursor;
            if (after is null)
                shard++;
        }

        return (found, shard < store.ShardCount ? Format(shard, after) : null);
    }

    private static string Format(int shard, string? after) => System.Buffers.Text.Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{shard} {after}")));

    private (int Shard, string? After) Parse(string cursor)
    {
        try
        {
            var text = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor));
            var blank = text.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0
                && int.TryParse(text.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
                && shard < store.ShardCount)
                return (shard, blank + 1 < text.Length ? text[(blank + 1)..] : null);
        }
        catch (FormatException)
        {
        }

        throw new InvalidCursorException();
    }
}
