using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Cases;

/// <summary>
/// Lists cases. Those that are not resolved are found by their due times, so that it costs what is open and not what ever
/// was; within a page the one that is due first comes first.
/// </summary>
public sealed class CaseReader(IDocumentStore store)
{
    /// <summary>A page may come out short where few of many cases have the status.</summary>
    private const int StorePagesMax = 20;

    private static readonly DateTimeOffset Ever = DateTimeOffset.MaxValue;

    /// <param name="status">Null: any.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<(IReadOnlyList<CaseFile> Cases, string? Cursor)> ListAsync(
        CaseStatus? status, int limit, string? cursor, CancellationToken cancellation)
    {
        var (shard, after) = cursor is null ? (0, null) : Parse(cursor);
        DateTimeOffset? due = status is CaseStatus.Open or CaseStatus.Assigned ? Ever : null;
        var cases = new List<CaseFile>(limit);
        for (var pages = 0; shard < store.ShardCount && cases.Count < limit && pages < StorePagesMax; pages++)
        {
            var page = await ScanAsync(new ScanQuery(shard, CaseKinds.Case, limit - cases.Count, after, due), cancellation);
            foreach (var document in page.Documents)
                if (CaseMapping.Read(document).File is var file && (status is null || file.Status == status))
                    cases.Add(file);
            after = page.Cursor;
            if (after is null)
                shard++;
        }

        cases.Sort(static (a, b) => a.DueAt != b.DueAt
            ? a.DueAt.CompareTo(b.DueAt)
            : string.CompareOrdinal(a.Id.Value, b.Id.Value));
        return (cases, shard < store.ShardCount ? Format(shard, after) : null);
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
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{shard}/{after}")));

    private static (int Shard, string? After) Parse(string cursor)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && int.TryParse(
                text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var shard))
                return (shard, slash + 1 < text.Length ? text[(slash + 1)..] : null);
        }
        catch (FormatException)
        {
            // Not one of ours.
        }

        throw new InvalidCursorException();
    }
}
