using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A purchase as it was awarded and as another program would have awarded it.</summary>
/// <param name="At">When it counts.</param>
public sealed record ReplayedPurchase(DateTimeOffset At, Fact.Purchased Before, Fact.Purchased After);

/// <summary>What is known of a customer beside the ledger. It is of today: what it was then, nobody kept.</summary>
public sealed record ReplayedCustomer(string Id, DateOnly? Birthday, CampaignStanding Standing)
{
    public static ReplayedCustomer Unknown(string id) => new(id, null, CampaignStanding.Unknown);
}

/// <summary>One customer's ledger, told again under another program.</summary>
/// <param name="Entries">What the ledger would have recorded.</param>
/// <param name="Refused">Facts that the other program's ledger would not take, such as a hold of points that are not there.</param>
/// <param name="NotRedeemed">Points that were redeemed and then could not have been.</param>
public sealed record LedgerReplay(
    ImmutableArray<Entry> Entries, ImmutableArray<ReplayedPurchase> Purchases, int Refused, long NotRedeemed);

/// <summary>
/// Tells ledgers again from their entries: each becomes the command that it answered, in the order in which they were recorded,
/// and is decided by the ledger itself, in memory.
/// </summary>
/// <param name="stored">The versions that made the awards.</param>
/// <param name="trial">The program to try; it has a number that no other rules have.</param>
/// <param name="from">What counts before it is decided as it was.</param>
/// <param name="to">What counts at or after it is decided as it was.</param>
public sealed class LedgerReplayer(
    ProgramHistory stored, LoyaltyProgram trial, DateTimeOffset from, DateTimeOffset to)
{
    private readonly ProgramHistory onTrial = stored.OnTrial(trial);

    /// <param name="entries">All of one customer, in any order.</param>
    /// <param name="budgets">Of the campaigns, for all customers together.</param>
    public LedgerReplay Replay(ImmutableArray<Entry> entries, ReplayedCustomer customer, TrialBudgets budgets)
    {
        var told = new Told(customer);
        var purchases = ImmutableArray.CreateBuilder<ReplayedPurchase>();
        var (refused, notRedeemed) = (0, 0L);
        foreach (var entry in entries.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence)))
        {
            if (entry.Fact is Fact.Purchased bought && !IsOnTrial(entry))
                budgets.Keep(bought);
            if (CommandOf(entry) is not { } command)
                continue;
            if (told.Decide(command, ProgramsFor(entry), wanted => Grant(entry, wanted)) is not { } now)
            {
                refused++;
                notRedeemed += entry.Fact is Fact.Captured captured ? captured.Points - captured.Shortfall : 0;
            }
            else if (entry.Fact is Fact.Purchased before)
            {
                purchases.Add(new ReplayedPurchase(FactOrder.InstantOf(entry), before, (Fact.Purchased)now.Fact));
                notRedeemed += before.Redeemed is { } paid && ((Fact.Purchased)now.Fact).Redeemed is null ? paid.Points : 0;
            }
        }

        return new LedgerReplay(told.Entries, purchases.DrainToImmutable(), refused, notRedeemed);

        long Grant(Entry entry, WantedPoints wanted) => IsOnTrial(entry)
            ? budgets.Grant(customer.Id, entry, wanted, ((Fact.Purchased)entry.Fact).ProgramVersion == trial.Version)
            : TrialBudgets.CutOf((Fact.Purchased)entry.Fact, wanted.Campaign) ?? wanted.Points;
    }

    /// <summary>The level of a customer at an instant by the stored versions; null: there are no tiers.</summary>
    public TierLevel? LevelWas(ImmutableArray<Entry> entries, DateTimeOffset asOf) =>
        LevelAt(entries, stored, stored.InEffectAt(asOf), asOf);

    /// <summary>The level that the tried program would have brought.</summary>
    /// <param name="replayed">What was told again.</param>
    public TierLevel? LevelWouldBe(ImmutableArray<Entry> replayed, DateTimeOffset asOf) =>
        LevelAt(replayed, onTrial, trial, asOf);

    private static TierLevel? LevelAt(
        ImmutableArray<Entry> entries, ProgramHistory programs, LoyaltyProgram program, DateTimeOffset asOf)
    {
        if (program.Tiers is not { } rules)
            return null;
        var known = entries.RemoveAll(entry => FactOrder.InstantOf(entry) > asOf);
        return History.TiersOf(known, programs, rules.Shape).LevelAt(rules, program.DayOf(asOf));
    }

    /// <summary>The balance of an instant, as it was or as it would be.</summary>
    public Balance BalanceAt(ImmutableArray<Entry> entries, DateTimeOffset asOf) =>
        History.BalanceAt(entries, onTrial, asOf, knownAt: DateTimeOffset.MaxValue);

    private bool IsOnTrial(Entry entry) => FactOrder.InstantOf(entry) is var at && from <= at && at < to;

    private ProgramHistory ProgramsFor(Entry entry) => IsOnTrial(entry)
        ? onTrial
        : onTrial.Holding(entry.Fact switch
        {
            Fact.Purchased bought => stored[bought.ProgramVersion],
            Fact.Captured captured => stored[captured.ProgramVersion],
            Fact.Deducted deducted => stored[deducted.ProgramVersion],
            _ => stored.InEffectAt(FactOrder.InstantOf(entry)),
        });

    /// <summary>
    /// Null: the entry answered no command of its own (a waiting refund's settlement, a purchase's capture), or changes nothing
    /// (a lapse is true without being written down; of a purchase past 64 bits the lines are not kept).
    /// </summary>
    private static LedgerCommand? CommandOf(Entry entry) => entry.Fact switch
    {
        Fact.Purchased { Rejection: null } bought => new LedgerCommand.Purchase(
            bought.Purchase, BasketOf(bought), bought.Redeemed?.Hold, entry.OccurredAt, entry.RecordedAt, entry.Fingerprint),
        Fact.Refunded refunded => new LedgerCommand.Refund(
            refunded.Refund, refunded.Purchase, refunded.Scope, entry.OccurredAt, entry.RecordedAt, entry.Fingerprint),
        Fact.Held held => new LedgerCommand.PlaceHold(
            held.Hold, held.Points, (int)(held.Until - entry.OccurredAt).TotalSeconds, entry.OccurredAt, entry.Fingerprint)
        {
            Reward = held.Hold.IsOfRedemption ? new RewardId(held.Hold.Reference) : null,
        },
        Fact.Captured { Purchase: null } captured => new LedgerCommand.Capture(captured.Hold, entry.OccurredAt),
        Fact.Released released => new LedgerCommand.Release(released.Hold, entry.OccurredAt),
        Fact.Granted granted => new LedgerCommand.Grant(
            granted.Grant, granted.Points, entry.Reference, entry.Reason, entry.OccurredAt, entry.Fingerprint,
            entry.RecordedAt)
        {
            Rule = granted.Rule,
        },
        Fact.Deducted deducted => new LedgerCommand.Deduct(
            deducted.Adjustment, deducted.Points, entry.Reason, entry.OccurredAt, entry.Fingerprint),
        Fact.Restored restored => new LedgerCommand.Restore(restored.Hold, entry.OccurredAt),
        Fact.Purchased or Fact.Captured or Fact.Expired or Fact.Settled => null,
        _ => throw new InvalidOperationException($"Unknown fact {entry.Fact.GetType().Name}."),
    };

    private static PricedBasket BasketOf(Fact.Purchased bought)
    {
        var basket = new Basket(
            bought.Terms.Currency, bought.Terms.Channel,
            [.. bought.Lines.Select(static line => new BasketLine(
                line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice))],
            bought.Terms.Discount, bought.Terms.Shipping, bought.Terms.Tax);
        return Pricing.TryPrice(basket, out var priced) == BasketProblem.None
            ? priced!
            : throw new InvalidOperationException($"Purchase {bought.Purchase} was awarded and has no price.");
    }

    /// <summary>What was told of the customer so far.</summary>
    private sealed class Told(ReplayedCustomer customer)
    {
        private readonly Dictionary<string, CampaignUse> uses = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Entry> byId = new(StringComparer.Ordinal);
        private readonly Dictionary<PurchaseId, RefundBook> books = [];
        private Account account = Account.New;

        public ImmutableArray<Entry> Entries => [.. byId.Values];

        /// <summary>The entry that answers the command; null: it was refused.</summary>
        /// <param name="grant">What a budget gives.</param>
        public Entry? Decide(LedgerCommand command, ProgramHistory programs, Func<WantedPoints, long> grant)
        {
            var view = new LedgerView(account) { Birthday = customer.Birthday, Standing = customer.Standing };
            if (command is LedgerCommand.Refund refund)
                view = view with
                {
                    Purchase = Find(EntryIds.Purchase(refund.Of.Value)),
                    Refunds = books.GetValueOrDefault(refund.Of),
                };
            while (true)
            {
                switch (Ledger.Decide(view, command, programs))
                {
                    case Decision.Needs { What: Missing.HoldEntries }:
                        var hold = HoldOf(command);
                        view = view with
                        {
                            HoldEntries = new HoldEntries(
                                Find(EntryIds.Hold(hold)), Find(EntryIds.Capture(hold)), Find(EntryIds.Release(hold))),
                        };
                        break;
                    case Decision.Needs { What: Missing.Award, Unknown: Unknowns.Uses { Campaigns: var campaigns } }:
                        view = view with { Uses = view.Uses.SetItems(campaigns.Select(Use)) };
                        break;
                    case Decision.Needs { What: Missing.Award, Unknown: Unknowns.Budgets { Wanted: var wanted } }:
                        view = view with
                        {
                            Granted = view.Granted.SetItems(wanted.Select(one => KeyValuePair.Create(one.Campaign, grant(one)))),
                        };
                        break;
                    case Decision.Needs { What: Missing.History }:
                        view = view with { History = [.. byId.Values] };
                        break;
                    case Decision.Accepted accepted:
                        Take(accepted, programs);
                        return accepted.Entries[0];
                    case Decision.Repeated repeated:
                        return repeated.Entry;
                    default:
                        return null;
                }
            }
        }

        private void Take(Decision.Accepted accepted, ProgramHistory programs)
        {
            account = accepted.Account;
            foreach (var entry in accepted.Entries)
            {
                byId.Add(entry.Id, entry);
                if (entry.Fact is Fact.Purchased bought)
                    CampaignUse.Count(uses, bought, programs[bought.ProgramVersion], entry.OccurredAt);
            }

            if (accepted.Refunds is { } book)
                books[book.Purchase] = book;
        }

        private KeyValuePair<string, CampaignUse> Use(string campaign) => KeyValuePair.Create(
            campaign, uses.TryGetValue(campaign, out var use) ? use : CampaignUse.None(campaign));

        private Entry? Find(string id) => byId.GetValueOrDefault(id);

        private static HoldId HoldOf(LedgerCommand command) => command switch
        {
            LedgerCommand.Purchase { Hold: { } hold } => hold,
            LedgerCommand.PlaceHold place => place.Id,
            LedgerCommand.Capture capture => capture.Id,
            LedgerCommand.Release release => release.Id,
            LedgerCommand.Restore restore => restore.Id,
            _ => throw new InvalidOperationException($"{command.GetType().Name} has no hold."),
        };
    }
}
