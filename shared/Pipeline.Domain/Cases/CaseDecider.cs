using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What staff ask of a case, or what happens to it by itself.</summary>
/// <param name="Key">Identifies the request; null where nobody can repeat it.</param>
public abstract record CaseCommand(DateTimeOffset At, string By, string? Key)
{
    public sealed record Assign(DateTimeOffset At, string By, string? Key, string Owner) : CaseCommand(At, By, Key);

    public sealed record Note(DateTimeOffset At, string By, string? Key, string Text) : CaseCommand(At, By, Key);

    public sealed record Contact(DateTimeOffset At, string By, string? Key, string Channel) : CaseCommand(At, By, Key);

    public sealed record Resolve(DateTimeOffset At, string By, string? Key, string Resolution, FollowUpLink? FollowUp)
        : CaseCommand(At, By, Key);

    public sealed record Reopen(DateTimeOffset At, string By, string? Key, string Reason) : CaseCommand(At, By, Key);

    public sealed record GiveGoodwill(
        DateTimeOffset At, string By, string? Key, long Points, string Reason, GrantId Grant) : CaseCommand(At, By, Key);

    /// <summary>The timer found it overdue.</summary>
    public sealed record Escalate(DateTimeOffset At) : CaseCommand(At, CaseEvent.System, null);

    /// <summary>The customer answered the survey that followed its resolution.</summary>
    /// <param name="Triage">What the rules say of that answer: it may open the case again.</param>
    public sealed record AnswerFollowUp(DateTimeOffset At, FeedbackId Feedback, Answers Answers, Triage? Triage)
        : CaseCommand(At, CaseEvent.System, null);
}

/// <summary>Why a case cannot do what it is asked. Each is a stable problem type on the wire.</summary>
public enum CaseProblem
{
    /// <summary>It is resolved; it has to be reopened first.</summary>
    Resolved,

    /// <summary>It is not resolved, so that it cannot be reopened.</summary>
    NotResolved,

    /// <summary>The feedback was anonymous: there is nobody to give points to.</summary>
    NoCustomer,

    /// <summary>It has as many events as it may have.</summary>
    Full,
}

/// <summary>What follows from a command.</summary>
public abstract record CaseDecision
{
    private CaseDecision()
    {
    }

    /// <summary>To be committed; the events may be none.</summary>
    public sealed record Accepted(CaseFile File, ImmutableArray<CaseEvent> Events) : CaseDecision;

    /// <summary>The request was decided before; nothing changes.</summary>
    public sealed record Repeated(CaseFile File) : CaseDecision;

    public sealed record Refused(CaseProblem Problem) : CaseDecision;
}

/// <summary>Decides what follows from a command: pure, total, and the same however often it is asked.</summary>
public static class CaseDecider
{
    /// <summary>Room for what happens by itself is kept beyond it.</summary>
    public const int EventsMax = 100;

    /// <summary>Of a note, a resolution or a reason.</summary>
    public const int TextCharactersMax = 2_000;

    /// <summary>What an event takes at most where it is stored.</summary>
    public const int EventBytesMax = (TextCharactersMax * 3) + 1_000;

    public static CaseFile Open(
        Feedback feedback, Triage triage, CaseRules rules, ZoneCalendar zone) =>
        CaseFile.Blank(feedback.Id, feedback.Customer).With(new CaseEvent.Opened(
            feedback.ReceivedAt, triage.Severity, triage.Reasons,
            rules.DueAt(feedback.ReceivedAt, triage.Severity, zone), rules.Version));

    public static CaseDecision Decide(CaseFile file, CaseCommand command, CaseRules rules, ZoneCalendar zone)
    {
        if (command.Key is { } key && file.Events.Any(happened => happened.Key == key))
            return new CaseDecision.Repeated(file);
        if (command.By != CaseEvent.System && file.Events.Length >= EventsMax)
            return new CaseDecision.Refused(CaseProblem.Full);
        var isResolved = file.Status == CaseStatus.Resolved;
        return command switch
        {
            CaseCommand.Assign or CaseCommand.Resolve when isResolved => new CaseDecision.Refused(CaseProblem.Resolved),
            CaseCommand.Reopen when !isResolved => new CaseDecision.Refused(CaseProblem.NotResolved),
            CaseCommand.GiveGoodwill when file.Customer is null => new CaseDecision.Refused(CaseProblem.NoCustomer),
            CaseCommand.Assign c => Accept(file, new CaseEvent.Assigned(c.At, c.By, c.Key, c.Owner)),
            CaseCommand.Note c => Accept(file, new CaseEvent.Noted(c.At, c.By, c.Key, c.Text)),
            CaseCommand.Contact c => Accept(file, new CaseEvent.Contacted(c.At, c.By, c.Key, c.Channel)),
            // Whoever was anonymous cannot be asked again.
            CaseCommand.Resolve c => Accept(file, new CaseEvent.Resolved(
                c.At, c.By, c.Key, c.Resolution, file.Customer is null ? null : c.FollowUp)),
            CaseCommand.Reopen c => Accept(file, new CaseEvent.Reopened(
                c.At, c.By, c.Key, c.Reason, rules.DueAt(c.At, file.Severity, zone))),
            CaseCommand.GiveGoodwill c => Accept(
                file, new CaseEvent.GoodwillGiven(c.At, c.By, c.Key, c.Points, c.Reason, c.Grant)),
            CaseCommand.Escalate c => Escalate(file, c, rules),
            CaseCommand.AnswerFollowUp c => AnswerFollowUp(file, c, rules, zone),
            _ => throw new InvalidOperationException($"Unknown command {command.GetType().Name}."),
        };
    }

    /// <summary>When the timer has to look at a case again; null: never.</summary>
    public static DateTimeOffset? EscalatesAt(CaseFile file, CaseRules rules) =>
        file.Status == CaseStatus.Resolved || file.Escalations >= rules.EscalationsMax
            ? null
            : file.DueAt.AddHours((double)file.Escalations * rules.EscalateEveryHours);

    private static CaseDecision.Accepted Escalate(CaseFile file, CaseCommand.Escalate command, CaseRules rules)
    {
        if (EscalatesAt(file, rules) is not { } at || command.At < at)
            return Accept(file);
        var severity = file.Severity < Severity.Critical ? file.Severity + 1 : file.Severity;
        return Accept(file, new CaseEvent.Escalated(command.At, file.Escalations + 1, severity));
    }

    private static CaseDecision.Accepted AnswerFollowUp(
        CaseFile file, CaseCommand.AnswerFollowUp command, CaseRules rules, ZoneCalendar zone)
    {
        if (file.Events.Any(happened => happened is CaseEvent.FollowUpAnswered e && e.Feedback == command.Feedback))
            return Accept(file);
        var answered = new CaseEvent.FollowUpAnswered(command.At, command.Feedback, command.Answers);
        if (command.Triage is not { } triage || file.Status != CaseStatus.Resolved)
            return Accept(file, answered);
        var severity = triage.Severity > file.Severity ? triage.Severity : file.Severity;
        return Accept(file, answered, new CaseEvent.Reopened(
            command.At, CaseEvent.System, null, string.Join(' ', triage.Reasons),
            rules.DueAt(command.At, severity, zone), severity));
    }

    private static CaseDecision.Accepted Accept(CaseFile file, params ImmutableArray<CaseEvent> events) =>
        new(events.Aggregate(file, static (known, happened) => known.With(happened)), events);
}
