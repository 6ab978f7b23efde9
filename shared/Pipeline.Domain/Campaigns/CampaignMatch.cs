using System.Collections.Immutable;
using System.Globalization;

namespace Pipeline.Domain;

/// <summary>Whether a campaign is for a purchase, and on what of it.</summary>
internal static class CampaignMatch
{
    /// <summary>
    /// Null: it is not. What is not known of the customer's standing counts as met, so that it is asked for only where all else
    /// matches. A campaign needs lines that match and cost something: nothing is given for an order of no value.
    /// </summary>
    internal static CampaignOffer? Of(
        Campaign campaign, LoyaltyProgram program, PricedBasket basket, IReadOnlyList<long> bases, EarningContext context)
    {
        var when = campaign.When;
        var bought = basket.Basket;
        var day = program.DayOf(context.At);
        if (!IsFor(when, bought) || !IsFor(when, day, context)
            || !campaign.Window.Contains(context.At, program.Calendar))
        {
            return null;
        }

        var lines = ImmutableArray.CreateBuilder<int>();
        long spend = 0;
        for (var i = 0; i < bases.Count; i++)
        {
            if (bases[i] == 0 || !when.Selects(bought.Lines[i]))
                continue;
            lines.Add(i);
            spend += bases[i];
        }

        if (spend == 0 || (when.MinimumSpend.Count > 0
            && !(when.MinimumSpend.TryGetValue(bought.Currency, out var least) && spend >= least)))
        {
            return null;
        }

        if (!EarnsOn(campaign.Effect, bought.Currency, spend))
            return null;
        var use = context.Uses?.GetValueOrDefault(campaign.Id) ?? CampaignUse.None(campaign.Id);
        return new CampaignOffer(campaign, spend, lines.DrainToImmutable(), use, day.DayNumber);
    }

    private static bool IsFor(CampaignConditions when, Basket bought) =>
        (when.Currencies.Count == 0 || when.Currencies.Contains(bought.Currency))
        && (when.Channels.Count == 0 || (bought.Channel is { } channel && when.Channels.Contains(channel)));

    private static bool IsFor(CampaignConditions when, DateOnly day, EarningContext context)
    {
        var order = context.OrdersBefore + 1;
        return (!when.FirstPurchase || order == 1)
            && (when.Order is not { } nth || order == nth)
            && (when.EveryOrders is not { } every || order % every == 0)
            && (when.NewCustomerDays is not { } days
                || context.FirstOrder is not { } first || day.DayNumber - first.DayNumber < days)
            && (!when.BirthdayMonth || context.Birthday?.Month == day.Month)
            && (when.Tiers.Count == 0 || (context.Tier is { } tier && when.Tiers.Contains(tier.Name)))
            && (context.Standing is not { } standing || IsFor(when, standing));
    }

    private static bool IsFor(CampaignConditions when, CampaignStanding standing) =>
        (when.Stages.Count == 0 || (standing.Stage is { } stage && when.Stages.Contains(stage)))
        && (when.Segments.Count == 0 || (standing.Segment is { } segment && when.Segments.Contains(segment)));

    private static bool EarnsOn(CampaignEffect effect, Currency currency, long spend) => effect switch
    {
        CampaignEffect.EverySpend every => every.Currency == currency && spend >= every.Amount,
        CampaignEffect.SpendSteps steps => steps.Currency == currency && spend >= steps.Steps[0].From,
        _ => true,
    };
}

/// <summary>A campaign that is for a purchase.</summary>
/// <param name="Spend">Minor units that the matching lines cost.</param>
/// <param name="Lines">Which they are.</param>
/// <param name="Day">Of the purchase.</param>
internal sealed record CampaignOffer(Campaign Campaign, long Spend, ImmutableArray<int> Lines, CampaignUse Use, int Day)
{
    /// <summary>What it gives, within the caps of one order and of the customer.</summary>
    /// <param name="worth">The base points of each line, as far as campaigns before it have multiplied them.</param>
    internal CampaignGift On(IReadOnlyList<ExactPoints> worth)
    {
        var gift = new CampaignGift(Campaign, Spend, Lines, Full(worth), null, Reason());
        if (Campaign.Caps.PerOrder is { } order)
            gift = gift.Within(CapKind.Order, order);
        if (!Campaign.Caps.CountsCustomers)
            return gift;
        var left = Use.Left(Campaign.Caps, Day);
        var isTotal = Campaign.Caps.PerCustomer is { } all && Math.Max(0, all - Use.Points) == left;
        return gift.Within(isTotal ? CapKind.Customer : CapKind.CustomerDay, left);
    }

    private ExactPoints Full(IReadOnlyList<ExactPoints> worth)
    {
        switch (Campaign.Effect)
        {
            case CampaignEffect.Multiplier multiplier:
                var all = ExactPoints.Zero;
                foreach (var i in Lines)
                    all += worth[i];
                return all.Times(multiplier.Factor) - all;
            case CampaignEffect.Bonus bonus:
                return ExactPoints.Of(bonus.Points);
            case CampaignEffect.EverySpend every:
                return ExactPoints.Of(Spend / every.Amount).Times(every.Points);
            case CampaignEffect.SpendSteps steps:
                return ExactPoints.Of(StepOf(steps).Points);
            default:
                throw new InvalidOperationException($"Unknown effect {Campaign.Effect.GetType().Name}.");
        }
    }

    private SpendStep StepOf(CampaignEffect.SpendSteps steps)
    {
        var reached = steps.Steps[0];
        foreach (var step in steps.Steps)
            if (Spend >= step.From)
                reached = step;
        return reached;
    }

    private Func<Currency, string> Reason() => currency => Campaign.Effect switch
    {
        CampaignEffect.Multiplier multiplier =>
            $"{Campaign.Name}: {multiplier.Factor} x the base points of {currency.Format(Spend)}",
        CampaignEffect.Bonus bonus => $"{Campaign.Name}: {Points(bonus.Points)} once",
        CampaignEffect.EverySpend every =>
            $"{Campaign.Name}: {Points(every.Points)} for each {currency.Format(every.Amount)} of {currency.Format(Spend)}",
        CampaignEffect.SpendSteps steps =>
            $"{Campaign.Name}: {Points(StepOf(steps).Points)} from {currency.Format(StepOf(steps).From)} on, "
            + $"{currency.Format(Spend)} were spent",
        _ => throw new InvalidOperationException($"Unknown effect {Campaign.Effect.GetType().Name}."),
    };

    private static string Points(long points) =>
        points == 1 ? "1 point" : string.Create(CultureInfo.InvariantCulture, $"{points} points");
}

/// <summary>What a campaign gives of a purchase, so far.</summary>
/// <param name="Reason">The sentence for people, given the currency.</param>
internal sealed record CampaignGift(
    Campaign Campaign, long Spend, ImmutableArray<int> Lines, ExactPoints Exact, AwardCap? Cap, Func<Currency, string> Reason)
{
    /// <summary>Whole points that a budget is asked for; 0 where there is none. A fraction draws nothing.</summary>
    internal long Wanted => Campaign.Caps.Budget is not { } budget ? 0
        : Exact.Floor is var whole && whole < budget ? (long)whole
        : budget;

    internal CampaignGift Within(CapKind by, long most)
    {
        if (Exact.CompareTo(ExactPoints.Of(most)) <= 0)
            return this;
        var from = Cap?.From ?? (Exact.Floor is var whole && whole < long.MaxValue ? (long)whole : long.MaxValue);
        return this with { Exact = ExactPoints.Of(most), Cap = new AwardCap(by, from, most) };
    }

    /// <summary>No more than the budget granted. Where budgets were not asked they do not limit.</summary>
    internal CampaignGift Within(IReadOnlyDictionary<string, long>? granted) =>
        Campaign.Caps.Budget is { } budget && Within(CapKind.Budget, budget) is var most
            ? granted is not null && granted.GetValueOrDefault(Campaign.Id) is var given && given < most.Exact.Floor
                ? most.Within(CapKind.Budget, given)
                : most
            : this;

    internal ExactPart Part(Currency currency) => new(
        Campaign.Rule, Spend, Exact, Reason(currency) + Cut(), (Campaign.Effect as CampaignEffect.Multiplier)?.Factor, Cap,
        Lines);

    private string Cut() => Cap is not { } cap ? "" : $", cut from {cap.From} to {cap.To} by " + cap.By switch
    {
        CapKind.Order => "the cap of an order",
        CapKind.Customer => "the cap of a customer",
        CapKind.CustomerDay => "the cap of a customer's day",
        CapKind.Budget => "the campaign's budget",
        _ => throw new InvalidOperationException($"Unknown cap {cap.By}."),
    };
}
