namespace Pipeline.Domain.Tests;

/// <summary>The balance of one instant as it was known at another.</summary>
public sealed class BitemporalTests
{
    private static readonly ProgramHistory Programs = new([LoyaltyProgram.Default]);

    [Fact]
    public void What_was_known_at_a_moment_is_what_the_ledger_was_then()
    {
        for (var i = 0; i < 150 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 70_000 + i;
            var scripts = new Scripts(new Random(seed));
            var program = scripts.Program();
            Scripts.Prove(seed, scripts.History(40), steps => Prove(program, steps, seed, isLateToo: true));
        }
    }

    [Fact]
    public void Where_nothing_came_late_the_balance_as_of_a_moment_is_what_it_was_then()
    {
        for (var i = 0; i < 150 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 80_000 + i;
            var scripts = new Scripts(new Random(seed));
            var program = scripts.Program();
            List<Step> punctual = [.. scripts.History(40).Select(static step => new Step(step.Clock, AtOnce(step)))];
            Scripts.Prove(seed, punctual, steps => Prove(program, steps, seed, isLateToo: false));
        }
    }

    [Fact]
    public void Before_anything_was_known_there_are_zeros_and_before_it_happened_too()
    {
        var shop = new Shop { Now = Shop.Day(10) };
        shop.Buy("p1", 100, Shop.Day(1));

        Assert.Equal(0, At(shop, Shop.Day(5), Shop.Day(9)));
        Assert.Equal(0, At(shop, Shop.Day(0), Shop.Day(20)));
        Assert.Equal(100, At(shop, Shop.Day(5), Shop.Day(10)));
    }

    [Fact]
    public void A_refund_that_waited_takes_effect_when_its_purchase_is_known()
    {
        var shop = new Shop { Now = Shop.Day(3) };
        shop.Return("r1", "p1", Commands.Amount(4_000));
        shop.Now = Shop.Day(6);
        shop.Buy("p1", 100, Shop.Day(2));

        Assert.Equal(0, At(shop, Shop.Day(4), Shop.Day(5)));
        Assert.Equal(100, At(shop, Shop.Day(2), Shop.Day(6)));
        Assert.Equal(60, At(shop, Shop.Day(4), Shop.Day(6)));
    }

    private static long At(Shop shop, DateTimeOffset asOf, DateTimeOffset knownAt) =>
        History.BalanceAt(shop.Entries, Programs, asOf, knownAt).Total;

    private static LedgerCommand AtOnce(Step step) => step.Command switch
    {
        LedgerCommand.Purchase c => new LedgerCommand.Purchase(c.Id, c.Basket, c.Hold, c.RecordedAt, c.RecordedAt, c.Fingerprint),
        LedgerCommand.Refund c => new LedgerCommand.Refund(c.Id, c.Of, c.Scope, c.RecordedAt, c.RecordedAt, c.Fingerprint),
        var other => other,
    };

    /// <summary>Keeps the account of every moment, and asks the finished ledger for all of them.</summary>
    private static void Prove(LoyaltyProgram program, IReadOnlyList<Step> steps, int seed, bool isLateToo)
    {
        var random = new Random(seed);
        var shop = new Shop(program);
        var moments = new Dictionary<DateTimeOffset, Account>();
        foreach (var (at, command) in steps)
        {
            shop.Now = at;
            shop.Send(command, looksFirst: true);
            moments[at] = shop.Account;
        }

        foreach (var (moment, account) in moments)
        {
            var asOf = isLateToo ? moment.AddMilliseconds(random.NextInt64(86_400_000L * 20)) : moment;
            var knownAt = isLateToo ? moment : DateTimeOffset.MaxValue;
            Same(account.BalanceAt(asOf), History.BalanceAt(shop.Entries, shop.Programs, asOf, knownAt), moment);
        }
    }

    private static void Same(Balance expected, Balance asked, DateTimeOffset moment)
    {
        Assert.True(
            (expected.Spendable, expected.Pending, expected.Held, expected.Deficit)
                == (asked.Spendable, asked.Pending, asked.Held, asked.Deficit),
            $"At {moment:O} there were {expected}, and {asked} are told.");
        Assert.Equal(expected.Lots.AsEnumerable(), asked.Lots);
    }
}
