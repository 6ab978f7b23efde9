using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Members;

/// <summary>
/// Gives for feedback with a comment, once a feedback. It is done again with the message that brought the feedback, and
/// finds what was given before.
/// </summary>
public sealed class ReviewAwards(IDocumentStore store, LedgerCoordinator coordinator, IProgramSource programs)
{
    private const string RuleName = "review";

    internal async ValueTask AwardAsync(IReadOnlyList<RecordedFeedback> feedback, CancellationToken cancellation)
    {
        var program = programs.Current;
        if (program.Awards?.Review is not { } rule)
            return;
        foreach (var one in feedback)
            if (one.Stored.Feedback is { Customer: { } customer, Comment: { } comment } sent
                && comment.AsSpan().Trim().EnumerateRunes().Count() >= rule.MinCommentCharacters)
                await coordinator.WorkAsync(
                    customer, work => WorkAsync(work, customer, sent, program, rule, cancellation), cancellation);
    }

    /// <returns>Whether it has earned points, now or before.</returns>
    private async ValueTask<bool> WorkAsync(
        LedgerWork work, CustomerId customer, Feedback feedback, LoyaltyProgram program, ReviewRule rule,
        CancellationToken cancellation)
    {
        // A name that somebody typed into a form makes no customer.
        if (work.IsNew)
            return false;
        var grant = new GrantId($"{RuleName}:{feedback.Id}");
        if (await work.EntryAsync(EntryIds.Grant(grant), cancellation) is not null)
            return true;
        var counts = await AwardCounts.ReadAsync(
            store, customer, RuleName, rule.Limits, program.DayOf(feedback.ReceivedAt), cancellation);
        if (!counts.HasRoom)
            return false;
        var command = new LedgerCommand.Grant(
            grant, rule.Points, feedback.Id.Value, "Thank you for your review", feedback.ReceivedAt, RuleName)
        {
            Rule = new GrantRule(RuleName, program.Version),
        };
        if (await work.DecideAsync(command, cancellation) is not Decision.Accepted)
            return false;
        counts.Take(work);
        return true;
    }
}

internal static class RuneCounting
{
    public static int Count(this SpanRuneEnumerator runes)
    {
        var count = 0;
        foreach (var _ in runes)
            count++;
        return count;
    }
}
