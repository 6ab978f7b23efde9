using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <summary>
/// Makes a draw what the ledger used of it. The entry of a purchase never changes, so that this may be done at any time.
/// </summary>
internal static class DrawSettlement
{
    private const int AttemptsMax = 64;

    /// <summary>The points that a worked purchase has of a campaign.</summary>
    public static long UsedBy(Fact.Purchased bought, string campaign)
    {
        foreach (var part in bought.Awards)
            if (part.Campaign == campaign)
                return part.Points;
        return 0;
    }

    /// <summary>Keeps the draw, at what was used: whoever works the purchase at this moment finds it.</summary>
    public static async ValueTask SettleAsync(
        IDocumentStore store, DocumentKey key, Fact.Purchased bought, CancellationToken cancellation)
    {
        var used = UsedBy(bought, CampaignKinds.CampaignOf(key.Partition));
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await store.ReadAsync(key, cancellation) is not { } known)
                return;
            var draw = DrawDocument.Read(known);
            if (draw.Granted <= used)
                return;
            var back = draw.Granted - used;
            draw.Granted = used;
            var kept = new Write.Replace(key.Kind, key.Id, known.Version, draw.Write(), known.DueAt);
            if (await TryAsync(store, key, draw, back, kept, cancellation))
                return;
        }
    }

    /// <summary>Ends a draw for good, at what was used; false: somebody else wrote it or its part.</summary>
    public static async ValueTask<bool> TryEndAsync(
        IDocumentStore store, Document known, long used, CancellationToken cancellation)
    {
        var draw = DrawDocument.Read(known);
        var back = Math.Max(0, draw.Granted - used);
        draw.Granted -= back;
        return await TryAsync(
            store, known.Key, draw, back, new Write.Delete(known.Key.Kind, known.Key.Id, known.Version), cancellation);
    }

    /// <param name="draw">As it is to be.</param>
    private static async ValueTask<bool> TryAsync(
        IDocumentStore store, DocumentKey key, DrawDocument draw, long back, Write kept, CancellationToken cancellation)
    {
        List<Write> writes = [kept];
        if (back > 0)
        {
            var part = CampaignKinds.PartOf(new CustomerId(draw.Customer));
            var parts = BudgetParts.Of(await store.ReadAsync(
                CampaignKinds.AllowanceOf(CampaignKinds.CampaignOf(key.Partition), part), cancellation));
            parts.Return(part, back, isAll: draw.Granted == 0);
            writes.AddRange(parts.Writes());
        }

        return (await store.CommitAsync(key.Partition, writes, cancellation)).Committed;
    }
}
