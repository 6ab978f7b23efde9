namespace Pipeline.Domain;

/// <summary>The words of the document, for its reader and its writer.</summary>
internal static class ProgramWords
{
    internal static readonly (string Word, Rounding Value)[] Roundings =
    [
        ("floor", Rounding.Floor),
        ("halfUp", Rounding.HalfUp),
        ("halfEven", Rounding.HalfEven),
        ("ceiling", Rounding.Ceiling),
    ];

    internal static readonly (string Word, ExpiryAlignment Value)[] Alignments =
    [
        ("none", ExpiryAlignment.None),
        ("dayEnd", ExpiryAlignment.DayEnd),
        ("monthEnd", ExpiryAlignment.MonthEnd),
    ];

    internal static readonly (string Word, RefundPolicy Value)[] Policies =
    [
        ("allowDeficit", RefundPolicy.AllowDeficit),
        ("withinBalance", RefundPolicy.WithinBalance),
    ];

    internal static readonly (string Word, TierMeasure Value)[] Measures =
    [
        ("earnedPoints", TierMeasure.EarnedPoints),
        ("spend", TierMeasure.Spend),
        ("orders", TierMeasure.Orders),
    ];

    internal static readonly (string Word, TierDowngrade Value)[] Downgrades =
    [
        ("toQualification", TierDowngrade.ToQualification),
        ("oneLevel", TierDowngrade.OneLevel),
    ];

    internal static string WordOf<T>((string Word, T Value)[] words, T value) =>
        Array.Find(words, word => EqualityComparer<T>.Default.Equals(word.Value, value)).Word
        ?? throw new ArgumentOutOfRangeException(nameof(value), value, "The document has no word for this value.");
}
