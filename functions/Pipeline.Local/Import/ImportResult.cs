namespace Pipeline.Local.Import;

/// <summary>
/// What became of the lines that were not refused. Repeated: the ledger knew it already, with the same content.
/// </summary>
internal sealed record ImportTally(
    int Purchases,
    int PurchasesRepeated,
    int PurchaseLines,
    int Refunds,
    int RefundsRepeated,
    int RefundLines,
    decimal PointsAwarded,
    decimal PointsClawedBack)
{
    public static readonly ImportTally None = new(0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Customers of whom the ledger was told anything.</summary>
    public int Customers { get; init; }

    /// <summary>Lines of returns of which only a part was found in purchases.</summary>
    public int PartlyMatchedLines { get; init; }

    /// <summary>The units of those lines that were not found.</summary>
    public long UnmatchedUnits { get; init; }

    public ImportTally Plus(ImportTally other) => new(
        Purchases + other.Purchases,
        PurchasesRepeated + other.PurchasesRepeated,
        PurchaseLines + other.PurchaseLines,
        Refunds + other.Refunds,
        RefundsRepeated + other.RefundsRepeated,
        RefundLines + other.RefundLines,
        PointsAwarded + other.PointsAwarded,
        PointsClawedBack + other.PointsClawedBack)
    {
        Customers = Customers + other.Customers,
        PartlyMatchedLines = PartlyMatchedLines + other.PartlyMatchedLines,
        UnmatchedUnits = UnmatchedUnits + other.UnmatchedUnits,
    };
}

/// <param name="Read">Lines below the header: those of purchases, of refunds, of guests and refused add up to it.</param>
/// <param name="Refused">By line.</param>
internal sealed record ImportResult(
    int Read, int Guests, ImportTally Tally, IReadOnlyList<RefusedRow> Refused);
