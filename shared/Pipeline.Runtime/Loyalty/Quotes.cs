using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Loyalty;

public abstract record QuoteAnswer
{
    private QuoteAnswer()
    {
    }

    public sealed record Quoted(Quote Quote) : QuoteAnswer;

    public sealed record Refused(IntakeProblem Problem) : QuoteAnswer;
}

/// <summary>
/// Says beforehand what a purchase would earn and what points could pay of it, by the rules that award it. Changes nothing: caps
/// and budgets are looked at, not drawn on.
/// </summary>
public sealed class Quotes(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    public ValueTask<QuoteAnswer> QuoteAsync(CustomerId customer, Basket basket, CancellationToken cancellation) =>
        QuoteAsync(customer, basket, occurredAt: null, cancellation);

    /// <param name="occurredAt">When the purchase is to be; null: now.</param>
    public async ValueTask<QuoteAnswer> QuoteAsync(
        CustomerId customer, Basket basket, DateTimeOffset? occurredAt, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var known = await programs.KnowingAsync(now, cancellation);
        var at = occurredAt ?? now;
        var program = known.InEffectAt(FactOrder.At(at, now));
        if (PurchaseIntake.Refusal(program, basket) is { } problem)
            return new QuoteAnswer.Refused(problem);
        Pricing.TryPrice(basket, out var priced);
        var document = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
        var (account, profile) = document is null ? (Account.New, null) : LedgerMapping.ReadAccount(document.Body);
        var view = new LedgerView(account) { Birthday = profile?.Birthday };
        if (await AwardAsync(customer, view, priced!, at, program, known, cancellation) is not { } award)
            return new QuoteAnswer.Refused(IntakeProblem.PointsOverflow);
        var explained = award with
        {
            Parts = [.. award.Parts.Select(part => Earning.Explained(program, basket.Currency, part))],
        };
        var tier = await TierCounts.LevelAsync(
            store, known, program, customer, account, program.DayOf(now), cancellation);
        return new QuoteAnswer.Quoted(new Quote(
            explained, Redemption.Quote(program, priced!, account.BalanceAt(now).Spendable, tier)));
    }

    private async ValueTask<Award?> AwardAsync(
        CustomerId customer,
        LedgerView view,
        PricedBasket basket,
        DateTimeOffset at,
        LoyaltyProgram program,
        ProgramHistory known,
        CancellationToken cancellation)
    {
        var campaigns = new CustomerCampaigns(store, customer, known);
        while (true)
        {
            switch (Ledger.Award(view, basket, at, program, known))
            {
                case AwardStep.Made made:
                    return made.Award;
                case AwardStep.Needs { Unknown: Unknowns.Budgets budgets }:
                    view = view with { Granted = await PeekAsync(budgets, program.Version, cancellation) };
                    break;
                case AwardStep.Needs { Unknown: { } unknown }:
                    view = await campaigns.WithAsync(view, unknown, cancellation);
                    break;
                case AwardStep.Needs:
                    view = view with { History = await LedgerHistory.LoadAsync(store, customer, cancellation) };
                    break;
                default:
                    return null;
            }
        }
    }

    private async ValueTask<ImmutableDictionary<string, long>> PeekAsync(
        Unknowns.Budgets budgets, int programVersion, CancellationToken cancellation)
    {
        var left = ImmutableDictionary<string, long>.Empty;
        foreach (var one in budgets.Wanted)
            left = left.SetItem(one.Campaign, await new CampaignBudget(store, one.Campaign, one.Budget, programVersion)
                .PeekAsync(one.Points, cancellation));
        return left;
    }
}
