using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Loyalty;

/// <summary>What intake says of a purchase or a refund that goes to the queue.</summary>
public abstract record IntakeAnswer
{
    private IntakeAnswer()
    {
    }

    /// <summary>Durable and on its way. <paramref name="Replayed"/>: it was so already, with the same content.</summary>
    public sealed record Accepted(bool Replayed) : IntakeAnswer
    {
        public static readonly Accepted Now = new(Replayed: false);
    }

    /// <summary>The id belongs to other content; nothing changed.</summary>
    public sealed record ContentDiffers : IntakeAnswer;

    /// <summary>Refused for a reason of the business; nothing changed.</summary>
    public sealed record Refused(IntakeProblem Problem) : IntakeAnswer;
}

public enum IntakeProblem
{
    UnknownCurrency,
    TotalOverflows,
    DiscountAboveGoods,
    PointsOverflow,
    RefundAbovePurchase,
    RefundOfUnknownLine,
    NothingLeftToRefund,
    TooManyRefunds,
    PurchaseRejected,
}

/// <summary>What the checkout is told at once.</summary>
public abstract record CheckoutAnswer
{
    private CheckoutAnswer()
    {
    }

    public sealed record Held(long Points, DateTimeOffset ExpiresAt, bool Replayed) : CheckoutAnswer;

    /// <param name="Points">Points captured: what was held.</param>
    /// <param name="Lots">The lots that were burned.</param>
    public sealed record Captured(long Points, ImmutableArray<LotPoints> Lots, bool Replayed) : CheckoutAnswer;

    public sealed record Released(bool Replayed) : CheckoutAnswer;

    public sealed record ContentDiffers : CheckoutAnswer;

    public sealed record UnknownCustomer : CheckoutAnswer;

    public sealed record Refused(Reason Reason) : CheckoutAnswer;
}

/// <summary>What a shop knows of a person; personal data, never logged.</summary>
public sealed record Profile(
    string? Name,
    string? Email,
    string? Phone,
    DateOnly? Birthday,
    string? Locale,
    string? Country,
    ImmutableSortedDictionary<string, string> Attributes);

/// <summary>Points that lapse together.</summary>
public readonly record struct ExpiringPoints(long Points, DateTimeOffset ExpiresAt);

/// <param name="Satisfaction">Null before the first feedback.</param>
public sealed record CustomerView(
    CustomerId Customer,
    Profile? Profile,
    Balance Balance,
    ImmutableArray<ExpiringPoints> Expiring,
    CustomerSatisfaction? Satisfaction)
{
    /// <summary>Null: the program has no tiers.</summary>
    public TierStanding? Tier { get; init; }

    /// <summary>What the last night knew; null: none has looked, or nobody asked.</summary>
    public CustomerInsightView? Insight { get; init; }
}

/// <summary>A page of the ledger, the last recorded first; a null cursor ends it.</summary>
public sealed record LedgerPage(ImmutableArray<Entry> Entries, string? Cursor);

/// <summary>A purchase that was worked, with what has come back of it.</summary>
/// <param name="Capture">The redemption that paid for part of it, where there was one.</param>
public sealed record PurchaseView(Entry Entry, Fact.Purchased Purchase, RefundBook Refunds, Fact.Captured? Capture);

/// <summary>A refund and what became of it.</summary>
public sealed record RefundView(RefundId Refund, PurchaseId Purchase, RefundOutcome Outcome);

public sealed record Quote(Award Award, RedemptionQuote Redemption);
