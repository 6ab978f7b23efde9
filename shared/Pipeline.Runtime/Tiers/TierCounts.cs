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
        IDocumentStore store, ProgramHistory programs, CustomerId customer, Account account, CancellationToken cancellation)
    {
        if (programs.Current.Tiers is not { } rules)
            return null;
        if (account.Tiers?.Shape == rules.Shape)
            return account.Tiers;
        return account.Entries == 0
            ? TierProgress.None(rules.Shape)
            : History.TiersOf(await LedgerHistory.LoadAsync(store, customer, cancellation), programs);
    }

    /// <summary>The level on a day; null: the program has no tiers.</summary>
    public static async ValueTask<TierLevel?> LevelAsync(
        IDocumentStore store, ProgramHistory programs, CustomerId customer, Account account, DateOnly day,
        CancellationToken cancellation) =>
        (await OfAsync(store, programs, customer, account, cancellation))?.LevelAt(programs.Current.Tiers!, day);
}
