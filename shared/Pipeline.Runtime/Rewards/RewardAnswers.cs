using System.Collections.Immutable;
using Pipeline.Domain;

namespace Pipeline.Runtime.Rewards;

/// <summary>What is answered to a step of a redemption.</summary>
public abstract record RedemptionAnswer
{
    private RedemptionAnswer()
    {
    }

    /// <param name="Redemption">As it was when it came into the status that was asked for.</param>
    public sealed record Done(RewardRedemption Redemption, bool Replayed) : RedemptionAnswer;

    public sealed record ContentDiffers : RedemptionAnswer;

    public sealed record UnknownCustomer : RedemptionAnswer;

    public sealed record UnknownReward : RedemptionAnswer;

    public sealed record UnknownRedemption : RedemptionAnswer;

    public sealed record Refused(RewardProblem Problem) : RedemptionAnswer;

    public sealed record NotPossible(RedemptionProblem Problem) : RedemptionAnswer;

    /// <summary>The ledger refused it.</summary>
    public sealed record PointsRefused(Reason Reason) : RedemptionAnswer;
}

/// <param name="Left">Null: as many as one likes.</param>
/// <param name="IsLeftAtLeast">There may be more than <paramref name="Left"/>: a pool is counted so far only.</param>
/// <param name="Against">Why the customer cannot have it now; null where none was named.</param>
public sealed record RewardView(
    Reward Reward, long? Left, bool IsLeftAtLeast, ImmutableArray<RewardProblem>? Against);

/// <param name="Known">Codes that this pool had already.</param>
/// <param name="Refused">Codes that belong to another pool, or are a redemption's, by their index.</param>
public sealed record CodesAnswer(int Added, int Known, ImmutableArray<int> Refused);

/// <summary>A code that was handed out, and for what.</summary>
public sealed record CodeView(CustomerId Customer, RewardRedemption Redemption, Reward? Reward);

/// <summary>A page of a customer's redemptions, by id; a null cursor ends it.</summary>
public sealed record RedemptionPage(IReadOnlyList<RewardRedemption> Redemptions, string? Cursor);
