using System.Collections.Immutable;

namespace Pipeline.Domain;

public enum CaseStatus
{
    /// <summary>Nobody has it.</summary>
    Open,
    Assigned,
    Resolved,
}

/// <summary>One thing that happened in a case, as it is kept for ever.</summary>
/// <param name="At">When.</param>
/// <param name="By">The name of the API key that asked for it; "system" for what happened by itself.</param>
/// <param name="Key">Identifies the request, so that its repetition is known; null where nobody can repeat it.</param>
public abstract record CaseEvent(DateTimeOffset At, string By, string? Key)
{
    public const string System = "system";

    public sealed record Opened(
        DateTimeOffset At, Severity Severity, ImmutableArray<string> Reasons, DateTimeOffset DueAt, int RulesVersion)
        : CaseEvent(At, System, null);

    public sealed record Assigned(DateTimeOffset At, string By, string? Key, string Owner) : CaseEvent(At, By, Key);

    public sealed record Noted(DateTimeOffset At, string By, string? Key, string Text) : CaseEvent(At, By, Key);

    public sealed record Contacted(DateTimeOffset At, string By, string? Key, string Channel) : CaseEvent(At, By, Key);

    /// <param name="FollowUp">The survey link after the resolution; null where none is sent.</param>
    public sealed record Resolved(DateTimeOffset At, string By, string? Key, string Resolution, FollowUpLink? FollowUp)
        : CaseEvent(At, By, Key);

    /// <param name="Severity">From now on; null: as before.</param>
    public sealed record Reopened(
        DateTimeOffset At, string By, string? Key, string Reason, DateTimeOffset DueAt, Severity? Severity = null)
        : CaseEvent(At, By, Key);

    public sealed record GoodwillGiven(
        DateTimeOffset At, string By, string? Key, long Points, string Reason, GrantId Grant) : CaseEvent(At, By, Key);

    /// <param name="Level">1 for the first time.</param>
    public sealed record Escalated(DateTimeOffset At, int Level, Severity Severity) : CaseEvent(At, System, null);

    public sealed record FollowUpAnswered(DateTimeOffset At, FeedbackId Feedback, Answers Answers)
        : CaseEvent(At, System, null);
}

/// <param name="LinkId">Of the survey link.</param>
public readonly record struct FollowUpLink(string LinkId, DateTimeOffset ExpiresAt);

/// <summary>A case as it stands: the fold of its events.</summary>
public sealed record CaseFile
{
    public required FeedbackId Feedback { get; init; }

    /// <summary>Null: the feedback was anonymous.</summary>
    public required CustomerId? Customer { get; init; }

    public CaseId Id => CaseId.Of(Feedback);

    public CaseStatus Status { get; init; }

    public Severity Severity { get; init; }

    public string? Owner { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset DueAt { get; init; }

    public ImmutableArray<string> Reasons { get; init; } = [];

    public int RulesVersion { get; init; }

    public int Escalations { get; init; }

    /// <summary>When the customer was first contacted, or the case resolved without.</summary>
    public DateTimeOffset? FirstAnswerAt { get; init; }

    /// <summary>When it was first resolved; a reopened case keeps it.</summary>
    public DateTimeOffset? FirstResolvedAt { get; init; }

    public ImmutableArray<CaseEvent> Events { get; init; } = [];

    public bool IsOverdueAt(DateTimeOffset instant) => Status != CaseStatus.Resolved && instant >= DueAt;

    /// <summary>A case before its first event.</summary>
    public static CaseFile Blank(FeedbackId feedback, CustomerId? customer) =>
        new() { Feedback = feedback, Customer = customer };

    public CaseFile With(CaseEvent happened)
    {
        var more = this with { Events = Events.Add(happened) };
        return happened switch
        {
            CaseEvent.Opened e => more with
            {
                Status = CaseStatus.Open,
                Severity = e.Severity,
                Reasons = e.Reasons,
                OpenedAt = e.At,
                DueAt = e.DueAt,
                RulesVersion = e.RulesVersion,
            },
            CaseEvent.Assigned e => more with { Status = CaseStatus.Assigned, Owner = e.Owner },
            CaseEvent.Contacted e => more with { FirstAnswerAt = FirstAnswerAt ?? e.At },
            CaseEvent.Resolved e => more with
            {
                Status = CaseStatus.Resolved,
                FirstAnswerAt = FirstAnswerAt ?? e.At,
                FirstResolvedAt = FirstResolvedAt ?? e.At,
            },
            CaseEvent.Reopened e => more with
            {
                Status = CaseStatus.Open,
                Severity = e.Severity ?? Severity,
                Owner = null,
                DueAt = e.DueAt,
                Escalations = 0,
            },
            CaseEvent.Escalated e => more with { Severity = e.Severity, Escalations = e.Level },
            CaseEvent.Noted or CaseEvent.GoodwillGiven or CaseEvent.FollowUpAnswered => more,
            _ => throw new InvalidOperationException($"Unknown event {happened.GetType().Name}."),
        };
    }

    public static CaseFile Rebuild(FeedbackId feedback, CustomerId? customer, IEnumerable<CaseEvent> events) =>
        events.Aggregate(Blank(feedback, customer), static (file, happened) => file.With(happened));
}
