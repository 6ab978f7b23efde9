using System.Reflection;
using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

/// <summary>Every case of the ledger's closed hierarchies is reached by a sample; a new case fails here until it has one.</summary>
public sealed class CatalogueTests
{
    private static readonly LoyaltyProgram Strict = LoyaltyProgram.Default with
    {
        Redemption = RedemptionRules.Default with { MinimumPoints = 10, StepPoints = 5 },
        Holds = new HoldLimits(PointsMax: 50, OpenMax: 2, SecondsMax: 3600),
    };

    private static readonly Dictionary<Reason, Func<Reason>> Reasons = new()
    {
        [Reason.InsufficientPoints] = () => Refused(With100().Hold("h", 101)),
        [Reason.HoldBelowMinimum] = () => Refused(With100(Strict).Hold("h", 5)),
        [Reason.HoldNotAStep] = () => Refused(With100(Strict).Hold("h", 11)),
        [Reason.HoldAboveLimit] = () => Refused(With100(Strict).Hold("h", 55)),
        [Reason.HoldTooLong] = () => Refused(With100(Strict).Hold("h", 10, seconds: 3601)),
        [Reason.TooManyHolds] = () => Refused(With100(Strict, "h", 10, "i", 10).Hold("j", 10)),
        [Reason.UnknownHold] = () => Refused(new Shop().Capture("h")),
        [Reason.HoldExpired] = () => After(With100(), shop => shop.Hold("h", 1, 1), shop => Refused(shop.Capture("h"))),
        [Reason.HoldReleased] = () => After(
            With100(), shop => { shop.Hold("h", 1); shop.Release("h"); }, shop => Refused(shop.Capture("h"))),
        [Reason.HoldCaptured] = () => After(
            With100(), shop => { shop.Hold("h", 1); shop.Capture("h"); }, shop => Refused(shop.Release("h"))),
        [Reason.RefundAbovePurchase] = () => RejectedRefund(With100(), Amount(10_001)),
        [Reason.RefundOfUnknownLine] = () => RejectedRefund(With100(), Goods(("Z", 1))),
        [Reason.NothingLeftToRefund] = () => After(
            With100(), shop => shop.Return("first", "p"), shop => RejectedRefund(shop, Whole)),
        [Reason.TooManyRefunds] = () => After(
            new Shop(),
            shop => { for (var n = 0; n < Ledger.WaitingPerPurchaseMax; n++) shop.Return($"r{n}", "p"); },
            shop => Refused(shop.Return("one-more", "p"))),
        [Reason.PurchaseRejected] = () => After(
            new Shop(),
            shop =>
            {
                shop.Buy("huge", Basket("JPY", 0, ("A", 1, long.MaxValue)));
                shop.Buy("p", 100);
            },
            shop => RejectedRefund(shop, Whole)),
        [Reason.PointsOverflow] = () => After(
            With100(),
            shop => shop.Buy("huge", Basket("JPY", 0, ("A", 1, long.MaxValue))),
            shop => ((Fact.Purchased)shop.Entry("purchase:huge").Fact).Rejection!.Value),
    };

    public static TheoryData<Reason> AllReasons => [.. Enum.GetValues<Reason>()];

    [Theory]
    [MemberData(nameof(AllReasons))]
    public void Every_reason_is_reached_by_a_sample(Reason reason)
    {
        Assert.True(Reasons.ContainsKey(reason), $"{reason} has no sample");
        Assert.Equal(reason, Reasons[reason]());
    }

    [Fact]
    public void Every_command_every_fact_and_every_outcome_of_a_refund_occurs_in_one_customers_life()
    {
        var shop = With100();
        LedgerCommand[] commands =
        [
            shop.Refunded("early", "q"),
            shop.Bought("q", 10, hold: null),
            shop.Refunded("waits", "never"),
            shop.Refunded("too-much", "p", Amount(10_001)),
            new LedgerCommand.PlaceHold(new HoldId("h"), 10, 60, Day(1), "10"),
            new LedgerCommand.Capture(new HoldId("h"), Day(1)),
            new LedgerCommand.PlaceHold(new HoldId("i"), 10, 60, Day(1), "10"),
            new LedgerCommand.Release(new HoldId("i"), Day(1)),
            new LedgerCommand.Restore(new HoldId("h"), Day(1)),
            new LedgerCommand.Grant(new GrantId("g"), 10, "case-1", "Sorry", Day(1), "10"),
            new LedgerCommand.Deduct(new AdjustmentId("a"), 5, "Booked twice", Day(1), "-5"),
            new LedgerCommand.Expire(Day(900), Day(900)),
        ];
        Assert.All(commands, command => Assert.IsType<Decision.Accepted>(shop.Send(command)));
        Covers<LedgerCommand>(commands);
        Covers<Fact>(shop.Entries.Select(entry => entry.Fact));
        Covers<RefundScope>([Whole, Amount(1), Goods(("A", 1))]);
        Covers<RefundOutcome>(shop.Books.Values.SelectMany(book => book.Refunds).Select(refund => refund.Outcome));
        Assert.Equal(
            ["deduct", "earn", "expire", "grant", "hold", "redeem", "refund", "release", "restore"],
            shop.Entries.Select(entry => entry.Type).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_decision_has_a_sample()
    {
        var shop = new Shop();
        var view = new LedgerView(Account.New);
        Covers<Decision>(
        [
            shop.Buy("p", 100),
            shop.Buy("p", 100),
            shop.Buy("p", 101),
            shop.Capture("unknown"),
            shop.Expire(),
            Ledger.Decide(view, new LedgerCommand.Capture(new HoldId("h"), Start), shop.Programs),
        ]);
    }

    private static void Covers<T>(IEnumerable<T> samples)
    {
        var cases = typeof(T).GetNestedTypes(BindingFlags.Public).Where(type => type.IsSubclassOf(typeof(T)));
        var names = samples.Select(sample => sample!.GetType().Name).ToHashSet();
        Assert.Equal(cases.Select(type => type.Name).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Empty(typeof(T).GetConstructors(BindingFlags.Public | BindingFlags.Instance));
    }

    private static Shop With100(LoyaltyProgram? program = null, params object[] holds)
    {
        var shop = new Shop(program ?? LoyaltyProgram.Default);
        shop.Buy("p", 100);
        for (var i = 0; i < holds.Length; i += 2)
            Assert.IsType<Decision.Accepted>(shop.Hold((string)holds[i], (int)holds[i + 1]));
        return shop;
    }

    private static Reason After(Shop shop, Action<Shop> first, Func<Shop, Reason> then)
    {
        first(shop);
        shop.Now = shop.Now.AddSeconds(2);
        return then(shop);
    }

    private static Reason RejectedRefund(Shop shop, RefundScope scope)
    {
        First(shop.Return("r", "p", scope));
        return Assert.IsType<RefundOutcome.Rejected>(shop.Outcome("p", "r")).Reason;
    }
}
