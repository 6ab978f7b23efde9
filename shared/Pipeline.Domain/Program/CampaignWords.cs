namespace Pipeline.Domain;

/// <summary>The words of campaigns in the document, for its reader and its writer.</summary>
internal static class CampaignWords
{
    internal const string Multiplier = "multiplier";
    internal const string Bonus = "bonus";
    internal const string EverySpend = "everySpend";
    internal const string SpendSteps = "spendSteps";

    internal const string WallForm = "yyyy-MM-dd'T'HH:mm";
    internal const string HourForm = "HH:mm";

    internal static readonly (string Word, string Value)[] Effects =
        [(Multiplier, Multiplier), (Bonus, Bonus), (EverySpend, EverySpend), (SpendSteps, SpendSteps)];

    internal static readonly (string Word, StackingMode Value)[] Modes =
    [
        ("additive", StackingMode.Additive),
        ("multiplicative", StackingMode.Multiplicative),
        ("bestOf", StackingMode.BestOf),
        ("exclusive", StackingMode.Exclusive),
    ];

    internal static readonly (string Word, DayOfWeek Value)[] Days =
    [
        ("monday", DayOfWeek.Monday),
        ("tuesday", DayOfWeek.Tuesday),
        ("wednesday", DayOfWeek.Wednesday),
        ("thursday", DayOfWeek.Thursday),
        ("friday", DayOfWeek.Friday),
        ("saturday", DayOfWeek.Saturday),
        ("sunday", DayOfWeek.Sunday),
    ];

    /// <summary>As the reports name them.</summary>
    internal static readonly (string Word, LifecycleStage Value)[] Stages =
        [.. Enum.GetValues<LifecycleStage>().Select(static stage => (InsightCounters.NameOf(stage), stage))];

    internal static readonly (string Word, Segment Value)[] Segments =
        [.. Enum.GetValues<Segment>().Select(static segment => (InsightCounters.NameOf(segment), segment))];
}
