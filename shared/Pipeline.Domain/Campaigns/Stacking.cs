using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// Which of the campaigns that match give, and what. Campaigns are taken by id, so that no order in a file matters.
/// </summary>
internal static class Stacking
{
    /// <param name="offers">By id.</param>
    /// <param name="lines">The base points of each line.</param>
    /// <returns>By id.</returns>
    internal static List<CampaignGift> Chosen(IReadOnlyList<CampaignOffer> offers, ImmutableArray<ExactPoints> lines)
    {
        var chosen = new List<CampaignGift>();
        foreach (var group in offers.GroupBy(static offer => offer.Campaign.Stacking.Group))
        {
            if (group.Key.Length == 0)
                chosen.AddRange(group.Select(offer => offer.On(lines)));
            else
                chosen.AddRange(OfGroup([.. group], lines));
        }

        chosen.Sort(static (a, b) => string.CompareOrdinal(a.Campaign.Id, b.Campaign.Id));
        return chosen;
    }

    private static IEnumerable<CampaignGift> OfGroup(CampaignOffer[] offers, ImmutableArray<ExactPoints> lines) =>
        offers[0].Campaign.Stacking.Mode switch
        {
            StackingMode.Additive => offers.Select(offer => offer.On(lines)),
            StackingMode.Multiplicative => Multiplied(offers, lines),
            // The first of equals stays: both go by id.
            StackingMode.BestOf => [offers.Select(offer => offer.On(lines))
                .Aggregate(static (best, next) => next.Exact.CompareTo(best.Exact) > 0 ? next : best)],
            StackingMode.Exclusive => [offers.MaxBy(static offer => offer.Campaign.Stacking.Priority)!.On(lines)],
            var other => throw new InvalidOperationException($"Unknown stacking {other}."),
        };

    /// <summary>
    /// Each gives on what the ones before it have made of its lines: together they give the product of the factors. Caps cut
    /// what one gives, not what the next is computed on, so that the product does not depend on who was capped.
    /// </summary>
    private static List<CampaignGift> Multiplied(CampaignOffer[] offers, ImmutableArray<ExactPoints> lines)
    {
        var worth = lines.ToArray();
        var gifts = new List<CampaignGift>(offers.Length);
        foreach (var offer in offers)
        {
            gifts.Add(offer.On(worth));
            if (offer.Campaign.Effect is not CampaignEffect.Multiplier multiplier)
                continue;
            foreach (var i in offer.Lines)
                worth[i] = worth[i].Times(multiplier.Factor);
        }

        return gifts;
    }
}
