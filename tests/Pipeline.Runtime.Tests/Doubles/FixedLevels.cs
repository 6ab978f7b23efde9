using Pipeline.Domain;
using Pipeline.Runtime.Rewards;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>Everybody has the tier that a test says.</summary>
internal sealed class FixedLevels : ICustomerLevel
{
    public string? Level { get; set; }

    public string? LevelOf(Account account, LoyaltyProgram program, DateTimeOffset at) => Level;
}
