using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Rewards;

/// <summary>Rewards that a customer's points have reached: once a reward and customer, for ever.</summary>
internal static class ReadyRewards
{
    /// <summary>The rewards that were told.</summary>
    public static async ValueTask<IReadOnlySet<RewardId>> ToldAsync(
        IDocumentStore store, CustomerId customer, CancellationToken cancellation)
    {
        var told = new HashSet<RewardId>();
        string? cursor = null;
        do
        {
            var page = await store.PageAsync(
                new PartitionQuery(
                    customer.Value, NoticeKinds.Notice, StoreLimits.PageDocumentsMax, cursor,
                    IdFrom: Notice.RewardReady.Prefix, IdTo: Notice.RewardReady.PrefixEnd),
                cancellation);
            foreach (var document in page.Documents)
                told.Add(new RewardId(document.Key.Id[Notice.RewardReady.Prefix.Length..]));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return told;
    }

    /// <summary>What is to be told of rewards within reach, and whether some are left for the next time.</summary>
    /// <param name="most">So many fit.</param>
    public static async ValueTask<(IReadOnlyList<Notice> Notices, bool HasMore)> NewsAsync(
        IDocumentStore store, CustomerId customer, IEnumerable<Reward> ready, IReadOnlySet<RewardId> told,
        LoyaltyProgram program, RewardAsk ask, int most, CancellationToken cancellation)
    {
        var news = new List<Notice>();
        foreach (var reward in ready)
        {
            if (told.Contains(reward.Id) || await IsUsedUpAsync(store, customer, reward, program, ask, cancellation))
                continue;
            if (news.Count == Math.Min(most, RewardNews.AtOnceMax))
                return (news, true);
            news.Add(new Notice.RewardReady(reward.Id, reward.Name, reward.Points, ask.Spendable)
            {
                On = program.DayOf(ask.At),
            });
        }

        return (news, false);
    }

    private static async ValueTask<bool> IsUsedUpAsync(
        IDocumentStore store, CustomerId customer, Reward reward, LoyaltyProgram program, RewardAsk ask,
        CancellationToken cancellation)
    {
        if (!reward.IsCounted)
            return false;
        var count = (await StoredCount.LoadAsync(store, customer, reward.Id, cancellation)).Count;
        return RewardRules.Check(reward, program, ask with { Count = count }, points: null).Any();
    }
}
