using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tiers;

/// <summary>
/// What an account counts for the program's tiers: as it keeps it, or, until its next purchase does so, folded from its
/// entries.
/// </summary>
internal static class TierCounts
{
    /// <summary>Null: the program has no tiers.</summary>
    public static async ValueTask<TierProgress?> OfAsync(
        IDocumentStore store, ProgramHistory history, LoyaltyProgram program, CustomerId customer, Account account,
        CancellationToken cancellation)
    {
        if (program.Tiers is not { } rules)
            return null;
        if (account.Tiers?.Shape == rules.Shape)
            return account.Tiers;
        return account.Entries == 0
            ? TierProgress.None(rules.Shape)
            : History.TiersOf(await LedgerHistory.LoadAsync(store, customer, cancellation), history, rules.Shape);
    }

    /// <summary>The level on a day; null: the program has no tiers.</summary>
    public static async ValueTask<TierLevel?> LevelAsync(
        IDocumentStore store, ProgramHistory history, LoyaltyProgram program, CustomerId customer, Account account, DateOnly day,
        CancellationToken cancellation) =>
        (await OfAsync(store, history, program, customer, account, cancellation))?.LevelAt(program.Tiers!, day);
}
