using Pipeline.Domain;
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

/// <summary>Says beforehand what a purchase would earn and what points could pay of it. Changes nothing.</summary>
public sealed class Quotes(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    public async ValueTask<QuoteAnswer> QuoteAsync(CustomerId customer, Basket basket, CancellationToken cancellation)
    {
        var program = programs.Programs.Current;
        if (PurchaseIntake.Refusal(program, basket) is { } problem)
            return new QuoteAnswer.Refused(problem);
        Pricing.TryPrice(basket, out var priced);
        var document = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
        var now = clock.GetUtcNow();
        var account = document is null ? Account.New : LedgerMapping.ReadAccount(document.Body).Account;
        var tier = await TierCounts.LevelAsync(store, programs.Programs, customer, account, program.DayOf(now), cancellation);
        return new QuoteAnswer.Quoted(new Quote(
            Earning.Award(program, priced!),
            Redemption.Quote(program, priced!, account.BalanceAt(now).Spendable, tier)));
    }
}
