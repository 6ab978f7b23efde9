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
        int limit, string? cursor, CancellationToken cancellation) => await store.ListAsync(
        new ShardQuery(MemberKinds.Adjustment, limit, cursor, Ever),
        static document => new AdjustmentView(
            new CustomerId(document.Key.Partition), new AdjustmentId(document.Key.Id),
            MemberStorage.Read(document, MemberStorage.Default.AdjustmentDocument)),
        cancellation);
}
