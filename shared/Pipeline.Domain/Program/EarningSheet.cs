using System.Collections.Immutable;
using System.Numerics;

namespace Pipeline.Domain;

/// <summary>
/// One award of a program with rates of lines, a level's factor or campaigns, worked out in exact decimals. The parts add up;
/// only their sum is rounded.
/// </summary>
internal sealed class EarningSheet
{
    private readonly LoyaltyProgram program;
    private readonly PricedBasket basket;
    private readonly EarningContext context;
    private readonly IReadOnlyList<long> bases;
    private readonly int excluded;
    private readonly BaseLines lines;

    /// <exception cref="ArgumentException">The currency is not accepted.</exception>
    internal EarningSheet(LoyaltyProgram program, PricedBasket basket, EarningContext context)
    {
        (this.program, this.basket, this.context) = (program, basket, context);
        (bases, _, excluded) = Earning.LineBases(program.Earning, basket);
        lines = BaseLines.Of(program.Earning, basket, bases);
    }

    /// <summary>Asked in the order of what it costs to know: insight, uses, budgets.</summary>
    internal Unknowns? Unknown()
    {
        var offers = Offers(context);
        if (context.Standing is null && offers.Any(static offer => offer.Campaign.When.NeedsStanding))
            return new Unknowns.Standing();
        ImmutableArray<string> counted = [.. offers
            .Select(static offer => offer.Campaign)
            .Where(campaign => campaign.Caps.CountsCustomers && context.Uses?.ContainsKey(campaign.Id) != true)
            .Select(static campaign => campaign.Id)];
        if (!counted.IsEmpty)
            return new Unknowns.Uses(counted);
        ImmutableArray<WantedPoints> wanted = [.. Stacking.Chosen(offers, lines.Exact)
            .Where(static given => given.Wanted > 0)
            .Where(given => context.Granted?.ContainsKey(given.Campaign.Id) != true)
            .Select(static given => new WantedPoints(given.Campaign.Id, given.Wanted, given.Campaign.Caps.Budget!.Value))];
        return wanted.IsEmpty ? null : new Unknowns.Budgets(wanted);
    }

    internal Award? TryAward()
    {
        var parts = BaseParts();
        if (TierPart() is { } tier)
            parts.Add(tier);
        // Who was not looked up is of no segment.
        var known = context.Standing is null ? context with { Standing = CampaignStanding.Unknown } : context;
        foreach (var given in Stacking.Chosen(Offers(known), lines.Exact))
            parts.Add(given.Within(context.Granted).Part(basket.Basket.Currency));
        return Sum(parts);
    }

    private List<CampaignOffer> Offers(EarningContext known)
    {
        var offers = new List<CampaignOffer>();
        foreach (var campaign in program.Campaigns)
            if (CampaignMatch.Of(campaign, program, basket, bases, known) is { } offer)
                offers.Add(offer);
        return offers;
    }

    private List<ExactPart> BaseParts()
    {
        var parts = new List<ExactPart>();
        foreach (var (rule, rate, basis, indices) in lines.Rules)
        {
            var isOfLines = rule != lines.Common;
            // What is left out is said once, whichever rule stands first.
            var leftOut = parts.Count == 0 ? excluded : 0;
            var reason = Earning.Reason(program.Earning, basket, rate, basis, leftOut, isOfLines)
                + (rule == Earning.BaseRule ? "" : $" for {rule[AwardPart.BasePrefix.Length..]}");
            parts.Add(new ExactPart(
                rule, basis, ExactPoints.Of(basis, basket.Basket.Currency, rate), reason, rate, null, indices));
        }

        return parts;
    }

    /// <summary>
    /// On all base points, also those of shipping and tax where they earn. It does not multiply what campaigns give.
    /// </summary>
    private ExactPart? TierPart()
    {
        if (context.Tier is not { } tier || tier.Benefits.Multiplier is not { Millionths: not ExactRate.One } factor)
            return null;
        var all = ExactPoints.Zero;
        var basis = 0L;
        foreach (var (_, rate, minorUnits, _) in lines.Rules)
        {
            all += ExactPoints.Of(minorUnits, basket.Basket.Currency, rate);
            basis += minorUnits;
        }

        return new ExactPart(
            AwardPart.TierPrefix + tier.Name, basis, all.Times(factor) - all,
            $"{tier.Name}: {factor} x the base points of {basket.Basket.Currency.Format(basis)}", factor, null,
            [.. Enumerable.Range(0, bases.Count)]);
    }

    private Award? Sum(List<ExactPart> parts)
    {
        var total = ExactPoints.Zero;
        BigInteger shown = 0;
        foreach (var part in parts)
        {
            total += part.Exact;
            shown += part.Exact.Floor;
        }

        var whole = total.Round(program.Earning.Rounding);
        if (whole > long.MaxValue || parts.Any(static part => part.Exact.Floor > long.MaxValue))
            return null;
        var more = (long)(whole - shown);
        var rounded = total.CompareTo(ExactPoints.Of((long)whole)) == 0 ? "" : Earning.Rounded(program.Earning.Rounding);
        var weights = LineWeights(parts);
        return new Award(
            (long)whole,
            program.Version,
            [.. parts.Select((part, place) => place == 0 ? part.Shown(more, rounded) : part.Shown(0, ""))],
            weights.Count == 0 ? [] : Apportion.LargestRemainder((long)whole, weights))
        {
            LineWeights = weights,
        };
    }

    /// <summary>
    /// What each line earned, in as small a fraction of a point as 64 bits have room for; the lines' nets where none earned.
    /// </summary>
    private IReadOnlyList<long> LineWeights(List<ExactPart> parts)
    {
        foreach (var fraction in (ReadOnlySpan<long>)[1_000_000, 1_000, 1])
        {
            var weights = new BigInteger[bases.Count];
            foreach (var part in parts)
                Spread(part, fraction, weights);
            BigInteger sum = 0;
            for (var i = 0; i < weights.Length; i++)
                sum += weights[i] = BigInteger.Max(0, weights[i]);
            if (sum > 0 && sum <= long.MaxValue)
                return [.. weights.Select(static weight => (long)weight)];
        }

        return basket.LineNets;
    }

    private void Spread(ExactPart part, long fraction, BigInteger[] weights)
    {
        var points = part.Exact.FloorTimes(fraction);
        BigInteger sum = 0;
        foreach (var i in part.Lines)
            sum += bases[i];
        if (sum == 0)
            return;
        foreach (var i in part.Lines)
            weights[i] += points * bases[i] / sum;
    }
}

/// <summary>A part of an award before the rounding.</summary>
/// <param name="Lines">The lines that earned it.</param>
internal sealed record ExactPart(
    string Rule, long Basis, ExactPoints Exact, string Reason, ExactRate? Multiplier, AwardCap? Cap, ImmutableArray<int> Lines)
{
    internal AwardPart Shown(long more, string rounded)
    {
        var points = (long)Exact.Floor + more;
        var from = more == 0 ? "" : $", {more} of it from fractions of all parts";
        return new AwardPart(Rule, Basis, points, Reason + rounded + from)
        {
            Multiplier = Multiplier,
            Cap = Cap,
            Remainder = (Exact - ExactPoints.Of(points)).ToDecimal(),
        };
    }
}
