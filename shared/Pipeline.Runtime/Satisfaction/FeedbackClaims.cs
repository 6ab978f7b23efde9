using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Satisfaction;

internal enum ClaimResult
{
    New,

    /// <summary>The id was taken before for this content.</summary>
    Same,

    /// <summary>The id belongs to other content.</summary>
    Other,
}

/// <summary>
/// Takes feedback ids, each once for one content. A claim has a partition of its own, so that an id is unique overall,
/// whoever sends it and in whatever order.
/// </summary>
internal sealed class FeedbackClaims(IDocumentStore store)
{
    public async ValueTask<ClaimResult> TakeAsync(
        FeedbackId id, CustomerId? customer, string fingerprint, CancellationToken cancellation)
    {
        var claim = new ClaimDocument { Fingerprint = fingerprint, Customer = customer?.Value };
        var taken = await store.CommitAsync(
            FeedbackKinds.PartitionOf(id),
            [new Write.Create(FeedbackKinds.Claim, FeedbackKinds.ClaimId, FeedbackMapping.Write(claim))],
            cancellation);
        if (taken.Committed)
            return ClaimResult.New;
        var known = await FindAsync(id, cancellation)
            ?? throw new InvalidDataException("A claim is neither free nor there.");
        return known.Fingerprint == fingerprint ? ClaimResult.Same : ClaimResult.Other;
    }

    public async ValueTask<ClaimDocument?> FindAsync(FeedbackId id, CancellationToken cancellation) =>
        await store.ReadAsync(FeedbackKinds.ClaimOf(id), cancellation) is { } document
            ? FeedbackMapping.ReadClaim(document)
            : null;

    /// <summary>The partition that has, or will have, the feedback; null where the id is free.</summary>
    public async ValueTask<string?> OwnerAsync(FeedbackId id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { } claim ? claim.Customer ?? FeedbackKinds.PartitionOf(id) : null;
}
