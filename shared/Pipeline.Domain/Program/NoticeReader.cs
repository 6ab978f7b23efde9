using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>Reads what a document wants told beforehand.</summary>
internal static class NoticeReader
{
    internal static NoticeRules? Read(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        reader.Allow("pointsExpiring", "tierWillDrop", "rewardReady");
        return new NoticeRules(
            ReadExpiring(reader.Object("pointsExpiring")),
            ReadDrop(reader.Object("tierWillDrop")),
            reader.Boolean("rewardReady", false));
    }

    private static ImmutableArray<int> ReadExpiring(ObjectReader? reader)
    {
        if (reader is null)
            return [];
        reader.Allow("daysBefore");
        reader.Require("daysBefore", "a list of days such as [30, 7]");
        var days = reader.Wholes("daysBefore", 1, NoticeRules.PointsExpiringMax, 1, NoticeRules.DaysMax);
        return [.. days.OrderDescending()];
    }

    private static int? ReadDrop(ObjectReader? reader)
    {
        if (reader is null)
            return null;
        reader.Allow("daysBefore");
        reader.Require("daysBefore", "how many days before");
        return (int)reader.Whole("daysBefore", 1, NoticeRules.DaysMax, 1);
    }
}
