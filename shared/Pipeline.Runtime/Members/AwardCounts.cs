using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>
/// Keeps a rule within its limits for one customer. The counts are written with the account that gets the points, so that
/// none is passed however many come at once. A limit that the rule does not have costs nothing.
/// </summary>
internal sealed class AwardCounts
{
    private readonly List<(string Id, long Given)> counts = [];

    private AwardCounts(bool hasRoom) => HasRoom = hasRoom;

    public bool HasRoom { get; }

    public static async ValueTask<AwardCounts> ReadAsync(
        IDocumentStore store, CustomerId customer, string rule, AwardLimits limits, DateOnly day,
        CancellationToken cancellation)
    {
        var today = $"{rule}:{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        var ever = limits.PerCustomer is null ? 0 : await GivenAsync(store, customer, rule, cancellation);
        var daily = limits.PerDay is null ? 0 : await GivenAsync(store, customer, today, cancellation);
        var read = new AwardCounts(limits.Allow(ever, daily));
        if (limits.PerCustomer is not null)
            read.counts.Add((rule, ever));
        if (limits.PerDay is not null)
            read.counts.Add((today, daily));
        return read;
    }

    /// <summary>Counts one more.</summary>
    public void Take(LedgerWork work)
    {
        foreach (var (id, given) in counts)
            work.Beside(new Write.Upsert(
                MemberKinds.Count, id,
                StoredJson.Write(new CountDocument { Given = given + 1 }, MemberStorage.Default.CountDocument)));
    }

    public static async ValueTask<long> GivenAsync(
        IDocumentStore store, CustomerId customer, string id, CancellationToken cancellation) =>
        (await MemberStorage.ReadAsync(
            store, MemberKinds.CountOf(customer, id), MemberStorage.Default.CountDocument, cancellation))?.Given ?? 0;
}
