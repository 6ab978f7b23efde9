using Pipeline.Domain;

namespace Pipeline.Runtime.Rewards;

/// <summary>Tells the tier of a customer, for rewards that only some tiers may have.</summary>
public interface ICustomerLevel
{
    /// <summary>The name of the tier at an instant; null: none.</summary>
    string? LevelOf(Account account, LoyaltyProgram program, DateTimeOffset at);
}

/// <summary>Nobody has a tier.</summary>
public sealed class NoLevels : ICustomerLevel
{
    public string? LevelOf(Account account, LoyaltyProgram program, DateTimeOffset at) => null;
}
