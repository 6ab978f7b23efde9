using System.Globalization;

namespace Pipeline.Domain;

/// <summary>Something that a customer is to be told, once. Its id says what of: the same news has the same id.</summary>
public abstract record Notice
{
    private Notice()
    {
    }

    public abstract string Id { get; }

    /// <summary>The day of the program on which it is told.</summary>
    public required DateOnly On { get; init; }

    /// <param name="From">The level before; null where none was known.</param>
    public sealed record TierReached(string? From, string Level, int Rank) : Notice
    {
        public override string Id => $"tier-reached:{Day(On)}:{Rank}";
    }

    /// <param name="Level">The level that holds.</param>
    /// <param name="Drops">The day on which it is lost if nothing is bought until then.</param>
    /// <param name="To">The level from then on.</param>
    /// <param name="Keep">What keeps it.</param>
    public sealed record TierWillDrop(string Level, int Rank, DateOnly Drops, string To, TierMissing? Keep) : Notice
    {
        public override string Id => $"tier-will-drop:{Day(Drops)}:{Rank}";
    }

    public sealed record TierDropped(string From, string Level, int Rank) : Notice
    {
        public override string Id => $"tier-dropped:{Day(On)}:{Rank}";
    }

    /// <param name="Days">How many days before it was to be told.</param>
    /// <param name="Expires">The day from whose course on they are no longer spendable.</param>
    /// <param name="ExpiresAt">The first instant of that day at which some of them are gone.</param>
    public sealed record PointsExpiring(int Days, long Points, DateOnly Expires, DateTimeOffset ExpiresAt) : Notice
    {
        public override string Id => $"points-expiring:{Day(Expires)}:{Days.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>A reward is told once and never again, whatever becomes of the points or of its price.</summary>
    /// <param name="Points">Its price.</param>
    /// <param name="Spendable">What the customer had when it was told.</param>
    public sealed record RewardReady(RewardId Reward, string Name, long Points, long Spendable) : Notice
    {
        public const string Prefix = "reward-ready:";

        /// <summary>The first id after all of them.</summary>
        public const string PrefixEnd = "reward-ready;";

        public override string Id => Prefix + Reward.Value;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
