using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>How urgent a case is; each has its own due time.</summary>
public enum Severity
{
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>A question of a survey.</summary>
public enum Question
{
    Csat,
    Nps,
    Ces,
}

/// <summary>Opens a case for an answer at or below a bound.</summary>
public sealed record RatingRule(Question Question, int AtMost, Severity Severity);

/// <summary>Opens a case for a comment that is negative for sure.</summary>
/// <param name="Confidence">In percent, 0 to 100.</param>
public sealed record NegativeRule(int Confidence, Severity Severity);

/// <summary>
/// Opens a case for a word in a comment that is not positive. A word of letters that are written apart (Latin) matches
/// where a word starts with it, in any case: "refund" also "Refunded". Others (Chinese) match anywhere.
/// </summary>
public sealed record WordRule(string Word, Severity Severity);

/// <summary>The hours in which due times count, in the program's zone.</summary>
/// <param name="Days">At least one.</param>
public sealed record BusinessHours(TimeOnly Opens, TimeOnly Closes, ImmutableArray<DayOfWeek> Days)
{
    public bool Equals(BusinessHours? other) =>
        other is not null && Opens == other.Opens && Closes == other.Closes
        && Days.AsSpan().SequenceEqual(other.Days.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Opens, Closes, Days.Length);
}

/// <summary>Which feedback opens a case, how urgent it is and until when it is to be resolved: a versioned document.</summary>
public sealed record CaseRules
{
    /// <summary>1 or more, and 0 of <see cref="Default"/>; every case names the version that opened it.</summary>
    public required int Version { get; init; }

    public required ImmutableArray<RatingRule> Ratings { get; init; }

    /// <summary>Null: no case for a feeling alone.</summary>
    public required NegativeRule? Negative { get; init; }

    public required ImmutableArray<WordRule> Words { get; init; }

    /// <summary>More ratings that open a case for a customer of high value, whose cases are one step more severe.</summary>
    public required ImmutableArray<RatingRule> HighValueRatings { get; init; }

    /// <summary>From opening to due, by <see cref="Severity"/>.</summary>
    public required ImmutableArray<int> DueHours { get; init; }

    /// <summary>Null: every hour counts.</summary>
    public required BusinessHours? Hours { get; init; }

    /// <summary>An overdue case is escalated so many times, so many hours apart; each makes it one step more severe.</summary>
    public required int EscalationsMax { get; init; }

    public required int EscalateEveryHours { get; init; }

    /// <summary>How long the survey after a resolution may be answered; 0: none is sent.</summary>
    public required int FollowUpDays { get; init; }

    public static CaseRules Default { get; } = new()
    {
        Version = 0,
        Ratings =
        [
            new RatingRule(Question.Csat, 1, Severity.High),
            new RatingRule(Question.Csat, 2, Severity.Medium),
            new RatingRule(Question.Nps, 4, Severity.Medium),
        ],
        Negative = new NegativeRule(80, Severity.Medium),
        Words =
        [
            new WordRule("lawyer", Severity.Critical),
            new WordRule("refund", Severity.Medium),
            new WordRule("broken", Severity.Medium),
            new WordRule("律师", Severity.Critical),
            new WordRule("投诉", Severity.High),
            new WordRule("退款", Severity.Medium),
        ],
        HighValueRatings = [new RatingRule(Question.Csat, 3, Severity.Low), new RatingRule(Question.Nps, 6, Severity.Low)],
        DueHours = [120, 48, 24, 4],
        Hours = null,
        EscalationsMax = 2,
        EscalateEveryHours = 24,
        FollowUpDays = 14,
    };

    public bool Equals(CaseRules? other) =>
        other is not null && CaseRulesDocument.Write(this).AsSpan().SequenceEqual(CaseRulesDocument.Write(other));

    public override int GetHashCode() => Version;

    /// <summary>When a case is due that is opened, or opened again, at an instant.</summary>
    public DateTimeOffset DueAt(DateTimeOffset from, Severity severity, ZoneCalendar zone)
    {
        var hours = TimeSpan.FromHours(DueHours[(int)severity]);
        return Hours is { } business ? Within(from, hours, business, zone) : from + hours;
    }

    /// <summary>Counts only what lies between opening and closing; a day of the zone may be longer or shorter than 24 h.</summary>
    private static DateTimeOffset Within(DateTimeOffset from, TimeSpan left, BusinessHours hours, ZoneCalendar zone)
    {
        for (var day = zone.DayOf(from); ; day = day.AddDays(1))
        {
            if (!hours.Days.Contains(day.DayOfWeek))
                continue;
            if (zone.InstantOf(day.ToDateTime(hours.Opens)) is not { } opens
                || zone.InstantOf(day.ToDateTime(hours.Closes)) is not { } closes)
                return ZoneCalendar.End;
            var start = opens > from ? opens : from;
            if (closes <= start)
                continue;
            if (closes - start >= left)
                return start + left;
            left -= closes - start;
        }
    }
}

/// <summary>Why and how urgently a case is to be opened.</summary>
/// <param name="Reasons">Sentences for people; at least one.</param>
public sealed record Triage(Severity Severity, ImmutableArray<string> Reasons)
{
    /// <summary>What the rules say of a feedback; null: nothing calls for a case.</summary>
    public static Triage? Of(Feedback feedback, CommentSense? sense, Standing standing, CaseRules rules)
    {
        var severity = Severity.Low;
        var reasons = ImmutableArray.CreateBuilder<string>();
        AddRatings(rules.Ratings);
        if (standing.IsHighValue)
            AddRatings(rules.HighValueRatings);
        if (rules.Negative is { } negative
            && sense is { Label: Feeling.Negative, IsAbstention: false } sure && sure.Confidence * 100 >= negative.Confidence)
            Add(negative.Severity, "The comment is negative.");
        if (feedback.Comment is { } comment && sense?.Label != Feeling.Positive)
            foreach (var rule in rules.Words)
                if (Mentions(comment, rule.Word))
                    Add(rule.Severity, $"The comment says '{rule.Word}'.");
        if (reasons.Count == 0)
            return null;
        if (standing.IsHighValue)
            Add(severity < Severity.Critical ? severity + 1 : severity, "The customer is of high value.");
        return new Triage(severity, reasons.DrainToImmutable());

        // Of the bounds of one question the lowest that holds is told.
        void AddRatings(ImmutableArray<RatingRule> ratings)
        {
            foreach (var group in ratings.GroupBy(static rule => rule.Question))
                if (AnswerTo(group.Key, feedback.Answers) is { } answer
                    && group.Where(rule => answer <= rule.AtMost).MinBy(static rule => rule.AtMost) is { } holds)
                    Add(holds.Severity, $"{Name(group.Key)} {answer} is {holds.AtMost} or less.");
        }

        void Add(Severity of, string reason)
        {
            severity = of > severity ? of : severity;
            reasons.Add(reason);
        }
    }

    private static int? AnswerTo(Question question, Answers answers) => question switch
    {
        Question.Csat => answers.Csat,
        Question.Nps => answers.Nps,
        Question.Ces => answers.Ces,
        _ => throw new ArgumentOutOfRangeException(nameof(question), question, "Not a question."),
    };

    private static string Name(Question question) => question.ToString().ToUpperInvariant();

    private static bool Mentions(string comment, string word)
    {
        var isApart = IsWrittenApart(word[0]);
        for (var at = 0; (at = comment.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            if (!isApart || at == 0 || !char.IsLetterOrDigit(comment[at - 1]))
                return true;
        return false;
    }

    /// <summary>Scripts that put blanks between words: here those before the CJK blocks.</summary>
    private static bool IsWrittenApart(char first) => first < '\u2E80';
}
