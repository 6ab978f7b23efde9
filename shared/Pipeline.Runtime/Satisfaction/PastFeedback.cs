using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>What became of a feedback of the past.</summary>
public enum PastOutcome
{
    Recorded,

    /// <summary>It was recorded before, with the same content.</summary>
    Repeated,

    /// <summary>Its id belongs to other content; nothing changed.</summary>
    ContentDiffers,
}

public readonly record struct PastResult(PastOutcome Outcome, bool OpensCase);

/// <summary>
/// Brings feedback in that was given long ago: the same claims, analysis and records as the API's, without the queue
/// between. Repeating it changes nothing, and ends what a crash left undone.
/// </summary>
public sealed class PastFeedback(
    IDocumentStore store, ITextAnalyser analyser, FeedbackDesk desk, TimeProvider clock)
{
    public const int BatchMax = 2_000;
    private const int InFlightMax = 64;

    private readonly FeedbackClaims claims = new(store);

    /// <param name="opensCases">Whether somebody is to answer them yet.</param>
    /// <returns>In the order of <paramref name="batch"/>.</returns>
    public async ValueTask<IReadOnlyList<PastResult>> BringInAsync(
        IReadOnlyList<SentFeedback> batch, bool opensCases, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, BatchMax);
        var options = new ParallelOptions { MaxDegreeOfParallelism = InFlightMax, CancellationToken = cancellation };
        var results = new PastResult[batch.Count];
        var items = new Item?[batch.Count];
        // Of lines with one id the first has to take it, whoever is quicker: they are claimed one after another.
        var ids = Enumerable.Range(0, batch.Count).GroupBy(i => batch[i].Id);
        await Parallel.ForEachAsync(ids, options, async (places, token) =>
        {
            foreach (var i in places)
            {
                items[i] = await ClaimAsync(i, batch[i], token);
                if (items[i] is null)
                    results[i] = new PastResult(PastOutcome.ContentDiffers, OpensCase: false);
            }
        });

        var claimed = items.OfType<Item>().ToList();
        var unread = claimed.FindAll(static item => !item.IsKnown);
        var analysed = await Comments.AnalyseAsync(
            analyser, unread.ConvertAll(static item => item.Analysed.Feedback), cancellation);
        foreach (var (item, analysis) in unread.Zip(analysed))
            item.Analysed = analysis;

        var owners = claimed.GroupBy(static item => FeedbackKinds.OwnerOf(
            item.Analysed.Feedback.Id, item.Analysed.Feedback.Customer), StringComparer.Ordinal);
        await Parallel.ForEachAsync(owners, options, async (owner, token) =>
        {
            var recorded = await desk.RecordAsync([.. owner.Select(static item => item.Analysed)], opensCases, token);
            foreach (var (item, one) in owner.Zip(recorded))
                results[item.Place] = new PastResult(
                    one.IsNew ? PastOutcome.Recorded : PastOutcome.Repeated, one.IsNew && one.Stored.OpensCase);
        });
        return results;
    }

    private async ValueTask<Item?> ClaimAsync(int place, SentFeedback sent, CancellationToken cancellation)
    {
        var message = FeedbackMessages.Seal(sent, clock.GetUtcNow());
        var claim = await claims.TakeAsync(sent.Id, sent.Customer, message.Fingerprint, cancellation);
        if (claim == ClaimResult.Other)
            return null;
        var feedback = FeedbackMessages.Read(message.Body, out var problem)
            ?? throw new InvalidOperationException(problem);
        var isKnown = claim == ClaimResult.Same && await store.ReadAsync(
            new DocumentKey(FeedbackKinds.OwnerOf(sent.Id, sent.Customer), FeedbackKinds.Feedback, sent.Id.Value),
            cancellation) is not null;
        return new Item(place, isKnown) { Analysed = new AnalysedFeedback(feedback, null) };
    }

    /// <param name="isKnown">It need not be understood again, only be counted where it was not.</param>
    private sealed class Item(int place, bool isKnown)
    {
        public int Place => place;

        public bool IsKnown => isKnown;

        public required AnalysedFeedback Analysed { get; set; }
    }
}
