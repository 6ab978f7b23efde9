using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Events;

/// <summary>Makes events of notices.</summary>
internal static class NoticeEvents
{
    public const string Source = "/pipeline/notices";

    public static CloudEvent Of(Document document)
    {
        var notice = NoticeMapping.Read(document);
        var customer = document.Key.Partition;
        return new CloudEvent(
            $"{customer}/{document.Key.Id}", Source, TypeOf(notice), customer, NoticeMapping.RecordedAt(document),
            notice.On.DayNumber, null, JsonAnswer.Bytes((customer, notice), NoticeJson.Notice));
    }

    private static string TypeOf(Notice notice) => notice switch
    {
        Notice.TierReached => "pipeline.tier.reached",
        Notice.TierWillDrop => "pipeline.tier.will-drop",
        Notice.TierDropped => "pipeline.tier.dropped",
        Notice.PointsExpiring => "pipeline.points.expiring",
        Notice.RewardReady => "pipeline.reward.ready",
        _ => throw new InvalidOperationException($"Unknown notice {notice.GetType().Name}."),
    };
}
