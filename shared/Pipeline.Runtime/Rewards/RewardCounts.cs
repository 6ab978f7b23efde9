using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Rewards;

/// <summary>How often a customer redeemed a reward that is limited, as read; it is written with the redemption.</summary>
internal sealed record StoredCount(RewardId Reward, string? Version, RewardCount Count)
{
    public static async ValueTask<StoredCount> LoadAsync(
        IDocumentStore store, CustomerId customer, RewardId reward, CancellationToken cancellation)
    {
        if (await store.ReadAsync(RewardKinds.CountOf(customer, reward), cancellation) is not { } document)
            return new StoredCount(reward, null, default);
        var stored = RewardMapping.Read(document, static json => json.CountDocument);
        return new StoredCount(
            reward, document.Version, new RewardCount(stored.Total, DateOnly.FromDayNumber(stored.Day), stored.OnDay));
    }

    public Write With(RewardCount count)
    {
        var body = RewardMapping.Write(
            new CountDocument { Total = count.Total, Day = count.Day.DayNumber, OnDay = count.OnDay },
            static json => json.CountDocument);
        return Version is null
            ? new Write.Create(RewardKinds.Count, Reward.Value, body)
            : new Write.Replace(RewardKinds.Count, Reward.Value, Version, body);
    }
}
