namespace Pipeline.Domain;

/// <summary>An award of a purchase or a quote, or what it has to know first.</summary>
public abstract record AwardStep
{
    private AwardStep()
    {
    }

    /// <param name="Tier">The level that it was made under; null: none.</param>
    public sealed record Made(Award Award, TierLevel? Tier) : AwardStep;

    /// <param name="Unknown">Null where <paramref name="What"/> says it all.</param>
    public sealed record Needs(Missing What, Unknowns? Unknown = null) : AwardStep;

    /// <summary>The points pass 64 bits.</summary>
    public sealed record Overflows : AwardStep;
}
