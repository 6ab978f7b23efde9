using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What an award has to know, beyond what the account says, before it can be made.</summary>
public abstract record Unknowns
{
    private Unknowns()
    {
    }

    /// <summary>The customer's stage and segment.</summary>
    public sealed record Standing : Unknowns;

    /// <summary>What the customer had of these campaigns.</summary>
    public sealed record Uses(ImmutableArray<string> Campaigns) : Unknowns;

    /// <summary>Whether budgets give so many points.</summary>
    public sealed record Budgets(ImmutableArray<WantedPoints> Wanted) : Unknowns;
}

/// <param name="Budget">All that the campaign may give.</param>
public readonly record struct WantedPoints(string Campaign, long Points, long Budget);
