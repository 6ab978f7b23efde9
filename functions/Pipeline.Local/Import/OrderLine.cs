using Pipeline.Domain;

namespace Pipeline.Local.Import;

/// <summary>A line of the file that was understood and belongs to a known customer.</summary>
/// <param name="Row">1 for the first line below the header.</param>
/// <param name="Quantity">1 or more, also for a return.</param>
/// <param name="UnitPrice">Minor units, 1 or more.</param>
internal sealed record OrderLine(
    int Row,
    string Document,
    string Customer,
    string Sku,
    string? Name,
    string? Category,
    long Quantity,
    long UnitPrice,
    Currency Currency,
    DateTimeOffset At,
    bool IsReturn,
    bool IsShipping);

/// <summary>What was read: every line of the file is in exactly one of the three.</summary>
internal sealed record OrderLines(
    int Read, IReadOnlyList<OrderLine> Lines, int Guests, IReadOnlyList<RefusedRow> Refused);
