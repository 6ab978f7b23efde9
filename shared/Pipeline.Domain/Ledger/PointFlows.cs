namespace Pipeline.Domain;

/// <summary>
/// What all entries of a ledger did to its points, by kind. Together they are its total: issued less redeemed, expired and
/// clawed back is spendable + pending + held - deficit. Where a fact came late, what it moved counts with it. They are
/// statistics, and wrap around past 64 bits rather than refuse a purchase for it.
/// </summary>
/// <param name="Issued">By purchases, and whatever else gives points.</param>
/// <param name="Redeemed">Points that paid, net of those that cancelled rewards gave back.</param>
/// <param name="Expired">As far as it is written down.</param>
/// <param name="ClawedBack">By refunds, net of what they gave back of points that had paid, and by hand.</param>
public readonly record struct PointFlows(long Issued, long Redeemed, long Expired, long ClawedBack)
{
    public long Total => Issued - Redeemed - Expired - ClawedBack;

    public PointFlows Plus(Entry entry) => unchecked(entry.Fact switch
    {
        Fact.Captured or Fact.Restored => this with { Redeemed = Redeemed - entry.Points },
        Fact.Expired => this with { Expired = Expired - entry.Points },
        Fact.Refunded or Fact.Settled or Fact.Deducted => this with { ClawedBack = ClawedBack - entry.Points },
        _ => this with { Issued = Issued + entry.Points },
    });

    public PointFlows Plus(PointFlows other) => new(
        Issued + other.Issued, Redeemed + other.Redeemed, Expired + other.Expired, ClawedBack + other.ClawedBack);

    public PointFlows Minus(PointFlows other) => new(
        Issued - other.Issued, Redeemed - other.Redeemed, Expired - other.Expired, ClawedBack - other.ClawedBack);
}
