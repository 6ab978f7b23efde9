using Pipeline.Local.Import;

namespace Pipeline.Local.Commands;

/// <summary>What became of a file: its lines add up.</summary>
/// <param name="Refused">Lines by reason.</param>
/// <param name="RefusedFile">Where they are; null where none was refused.</param>
internal sealed record ImportReport(
    string File,
    ImportedLines Lines,
    ImportedDocuments Purchases,
    ImportedDocuments Refunds,
    int Customers,
    PartlyMatched PartlyMatched,
    ImportedPoints Points,
    SortedDictionary<string, int> Refused,
    string? RefusedFile,
    double Seconds)
{
    public static ImportReport Of(string file, ImportResult result, string? refusedFile, double seconds)
    {
        var tally = result.Tally;
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in result.Refused)
            reasons[row.Reason] = reasons.GetValueOrDefault(row.Reason) + 1;
        return new ImportReport(
            file,
            new ImportedLines(result.Read, tally.PurchaseLines, tally.RefundLines, result.Guests, result.Refused.Count),
            new ImportedDocuments(tally.Purchases, tally.PurchasesRepeated),
            new ImportedDocuments(tally.Refunds, tally.RefundsRepeated),
            tally.Customers,
            new PartlyMatched(tally.PartlyMatchedLines, tally.UnmatchedUnits),
            new ImportedPoints(tally.PointsAwarded, tally.PointsClawedBack),
            reasons,
            refusedFile,
            seconds);
    }

    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine($"{File}: {Lines.Read:N0} lines read in {Seconds:0.0} s");
        writer.WriteLine($"  {Lines.Purchases,12:N0} lines are of purchases: {Purchases.Told()}");
        writer.WriteLine($"  {Lines.Refunds,12:N0} lines are of refunds: {Refunds.Told()}");
        writer.WriteLine($"  {Lines.Guests,12:N0} lines are of guests, who collect no points");
        writer.WriteLine($"  {Lines.Refused,12:N0} lines were refused");
        foreach (var (reason, lines) in Refused)
            writer.WriteLine($"  {"",12}   {lines,10:N0} {reason}");
        if (PartlyMatched.Lines > 0)
            writer.WriteLine(
                $"Of {PartlyMatched.Lines:N0} returned lines only a part was found in purchases; "
                + $"{PartlyMatched.UnmatchedUnits:N0} units were not.");
        writer.WriteLine(
            $"{Customers:N0} customers; this run awarded {Points.Awarded:N0} points and clawed back "
            + $"{Points.ClawedBack:N0}.");
        if (RefusedFile is not null)
            writer.WriteLine($"The refused lines, with their reasons: {RefusedFile}");
    }
}

/// <summary>Read is the sum of the others.</summary>
internal sealed record ImportedLines(int Read, int Purchases, int Refunds, int Guests, int Refused);

/// <param name="Repeated">Known to the ledger from before, with the same content.</param>
internal sealed record ImportedDocuments(int Applied, int Repeated)
{
    public string Told() => $"{Applied:N0} applied, {Repeated:N0} known from before";
}

internal sealed record PartlyMatched(int Lines, long UnmatchedUnits);

/// <summary>What this run changed: nothing where it was run before.</summary>
internal sealed record ImportedPoints(decimal Awarded, decimal ClawedBack);
