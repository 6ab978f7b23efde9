using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Events;

/// <summary>Makes events of the steps of redemptions. A code is in none of them: who may show it asks for the redemption.</summary>
internal static class RewardEvents
{
    public const string Source = "/pipeline/rewards";

    /// <summary>Followed by the status.</summary>
    public const string TypePrefix = "pipeline.reward.";

    public static DateTimeOffset RecordedAt(Document document) => AtOf(RewardMapping.ReadEvent(document).Redemption);

    public static CloudEvent Of(Document document)
    {
        var (redemption, traceParent) = RewardMapping.ReadEvent(document);
        var customer = document.Key.Partition;
        var at = AtOf(redemption);
        var status = redemption.StatusAt(at);
        return new CloudEvent(
            $"{customer}/redemption:{document.Key.Id}", Source, TypePrefix + Words.Of(status), customer, at,
            (long)status + 1, traceParent,
            JsonAnswer.Bytes((customer, redemption, status), RedemptionJson.Event));
    }

    private static DateTimeOffset AtOf(RewardRedemption it) =>
        it.ExpiredAt ?? it.CancelledAt ?? it.FulfilledAt ?? it.IssuedAt ?? it.ReservedAt;
}
