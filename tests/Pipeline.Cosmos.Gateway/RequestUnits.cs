namespace Pipeline.Cosmos.Gateway;

/// <summary>
/// What the vendor says that operations cost, in request units at session consistency in one region.
/// </summary>
/// <remarks>
/// Source: Microsoft, "Understand request units consumption in Azure Cosmos DB" (learn.microsoft.com/azure/cosmos-db/
/// understand-request-unit-consumption, 21 April 2026): its table by document size, 0.2 RU for each index term that is
/// added or removed, and its rule that a replacement is a deletion and an insertion. Between two sizes of the table the
/// straight line is taken. The page calls its figures illustrative: they are for estimates, and a real account tells its
/// own in every answer.
/// </remarks>
public static class RequestUnits
{
    public const double IndexTerm = 0.2;

    /// <summary>The page gives no figure for a query's own work; this one is often seen for one that finds little.</summary>
    private const double QueryBase = 2.3;

    private static readonly (double Kibibytes, double Read, double Write)[] Table =
    [
        (1, 1.00, 4.95), (2, 1.04, 6.29), (4, 1.14, 6.67), (8, 1.33, 7.04), (16, 1.67, 9.52), (32, 2.19, 11.23),
        (64, 4.76, 22.67), (128, 9.95, 48.19), (256, 20.28, 98.29), (512, 40.95, 184.57), (1_024, 145.90, 625.00),
        (2_048, 291.80, 1250.00),
    ];

    public static double PointRead(int bytes) => Between(bytes, static row => row.Read);

    /// <summary>The table's figure for writing a document of this size once, without index terms.</summary>
    public static double Write(int bytes) => Between(bytes, static row => row.Write);

    public static double Create(int bytes, int terms) => Write(bytes) + (IndexTerm * terms);

    public static double Replace(int bytesBefore, int bytes, int termsChanged) =>
        Write(bytesBefore) + Write(bytes) + (IndexTerm * termsChanged);

    public static double Delete(int bytes, int terms) => Create(bytes, terms);

    public static double Feed(IEnumerable<int> documentBytes) => Math.Max(1, documentBytes.Sum(PointRead));

    public static double Query(IEnumerable<int> documentBytes) => QueryBase + documentBytes.Sum(PointRead);

    private static double Between(int bytes, Func<(double Kibibytes, double Read, double Write), double> column)
    {
        var size = bytes / 1024d;
        var next = Array.FindIndex(Table, row => size <= row.Kibibytes);
        if (next == 0)
            return column(Table[0]);
        if (next < 0)
            return column(Table[^1]);
        var (low, high) = (Table[next - 1], Table[next]);
        var part = (size - low.Kibibytes) / (high.Kibibytes - low.Kibibytes);
        return column(low) + (part * (column(high) - column(low)));
    }
}
