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
        DateTimeOffset? due = status is CaseStatus.Open or CaseStatus.Assigned ? Ever : null;
        var (cases, next) = await store.ListAsync(
            new ShardQuery(CaseKinds.Case, limit, cursor, due),
            document => CaseMapping.Read(document).File is var file && (status is null || file.Status == status) ? file : null,
            cancellation, StorePagesMax);
        cases.Sort(static (a, b) => a.DueAt != b.DueAt
            ? a.DueAt.CompareTo(b.DueAt)
            : string.CompareOrdinal(a.Id.Value, b.Id.Value));
        return (cases, next);
    }
}
