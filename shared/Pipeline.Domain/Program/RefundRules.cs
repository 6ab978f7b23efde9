namespace Pipeline.Domain;

/// <summary>What happens when a refund claws back more points than the customer has.</summary>
public enum RefundPolicy
{
    /// <summary>The rest becomes a deficit, which later credits pay first.</summary>
    AllowDeficit,

    /// <summary>The clawback stops at zero.</summary>
    WithinBalance,
}

/// <summary>How refunds take points back.</summary>
/// <param name="ReinstateDays">
/// For how many days redeemed points that have expired since come back; 0 to 3,650.
/// </param>
public sealed record RefundRules(RefundPolicy Policy, int ReinstateDays)
{
    public const int ReinstateDaysMax = 3_650;

    public static RefundRules Default { get; } = new(RefundPolicy.AllowDeficit, 30);
}

/// <summary>The limits of a hold.</summary>
/// <param name="PointsMax">The most points of one hold; <see cref="long.MaxValue"/> is no limit.</param>
/// <param name="OpenMax">The most open holds of one customer.</param>
/// <param name="SecondsMax">The longest a hold may last, up to 86,400 seconds.</param>
public sealed record HoldLimits(long PointsMax, int OpenMax, int SecondsMax)
{
    public const int OpenMaxMax = 1_000;

    public const int SecondsMaxMax = 86_400;

    /// <summary>No limit of points, 64 open holds, a day.</summary>
    public static HoldLimits Default { get; } = new(long.MaxValue, 64, SecondsMaxMax);
}
