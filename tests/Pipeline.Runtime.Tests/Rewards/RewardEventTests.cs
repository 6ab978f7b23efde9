using System.Text;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Rewards.Storage;
using static Pipeline.Runtime.Tests.Rewards.RewardShop;

namespace Pipeline.Runtime.Tests.Rewards;

public sealed class RewardEventTests
{
    [Fact]
    public async Task Every_step_is_told_once_under_an_id_of_its_own_and_none_tells_the_code()
    {
        var shop = await OpenAsync("SECRET-1");
        await shop.ReserveAsync("r1", "film");
        foreach (var isAgain in (bool[])[false, true])
            Done(await shop.IssueAsync("r1"), replayed: isAgain);
        await shop.CancelAsync("r1");

        var told = shop.Memory.All().Where(static one => one.Key.Kind == RewardKinds.Event)
            .Select(LedgerEvents.Of).OrderBy(static one => one.Sequence).ToArray();

        Assert.All(shop.Memory.All(), static one =>
            Assert.Equal(one.Key.Kind is "entry" or RewardKinds.Event, LedgerEvents.IsEvent(one.Key)));
        Assert.Equal(
            ["ann/redemption:reserved:r1", "ann/redemption:issued:r1", "ann/redemption:cancelled:r1"],
            told.Select(static one => one.Id));
        Assert.Equal(
            ["pipeline.reward.reserved", "pipeline.reward.issued", "pipeline.reward.cancelled"],
            told.Select(static one => one.Type));
        Assert.All(told, static one => Assert.DoesNotContain("SECRET", Encoding.UTF8.GetString(one.Data.Span)));
        Assert.Contains("\"returned\":100", Encoding.UTF8.GetString(told[2].Data.Span));
    }
}
