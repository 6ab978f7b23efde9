namespace Pipeline.Local.Import;

/// <summary>A part of a return that was found in a purchase.</summary>
internal readonly record struct MatchedReturn(ShopDocument Return, ShopDocument Purchase, OrderLine Line, long Quantity);

/// <summary>
/// Finds what a return brings back, where the file does not say it: a cancellation names goods, but no purchase.
/// </summary>
/// <remarks>
/// The rules, for one customer:
/// 1. Returns are matched in the order of time, each line to purchases of the same article and currency at or before it
///    that have quantity left: those of the same unit price before others, the latest before earlier ones. A line may
///    be split over several.
/// 2. A line that found nothing at all (it is dated before the purchase that it cancels) is then matched to later
///    purchases, the same price before others, the earliest first; but only with what rule 1 left.
/// 3. What is found of a line is applied; a line of which nothing is found is refused.
/// </remarks>
internal static class ReturnMatcher
{
    /// <param name="partly">How many lines were found in part only, and how many units are missing.</param>
    public static List<MatchedReturn> Match(
        CustomerDocuments customer, List<RefusedRow> refused, ref (int Lines, long Units) partly)
    {
        var matches = new List<MatchedReturn>();
        if (customer.Returns.Count == 0)
            return matches;
        var stock = Stock(customer.Purchases);
        var unfound = new List<(ShopDocument Return, OrderLine Line)>();
        foreach (var document in customer.Returns)
            foreach (var line in document.Goods)
            {
                var left = Take(document, line, stock, isEarlier: true, matches);
                if (left == line.Quantity)
                    unfound.Add((document, line));
                else if (left > 0)
                    partly = (partly.Lines + 1, partly.Units + left);
            }

        foreach (var (document, line) in unfound)
        {
            var left = Take(document, line, stock, isEarlier: false, matches);
            if (left == line.Quantity)
                refused.Add(new RefusedRow(line.Row, Refusal.UnmatchedReturn));
            else if (left > 0)
                partly = (partly.Lines + 1, partly.Units + left);
        }

        return matches;
    }

    /// <returns>The units that were not found.</returns>
    private static long Take(
        ShopDocument document,
        OrderLine line,
        Dictionary<string, List<Bought>> stock,
        bool isEarlier,
        List<MatchedReturn> matches)
    {
        var left = line.Quantity;
        if (!stock.TryGetValue(line.Sku, out var bought))
            return left;
        foreach (var samePrice in (ReadOnlySpan<bool>)[true, false])
            for (var i = 0; i < bought.Count && left > 0; i++)
            {
                // The list is in the order of time: backwards for the latest, forwards for the earliest.
                var from = bought[isEarlier ? bought.Count - 1 - i : i];
                if (from.Left == 0
                    || from.Line.UnitPrice == line.UnitPrice != samePrice
                    || from.Purchase.At <= document.At != isEarlier
                    || from.Purchase.Currency != document.Currency)
                    continue;
                var taken = Math.Min(left, from.Left);
                from.Left -= taken;
                left -= taken;
                matches.Add(new MatchedReturn(document, from.Purchase, line, taken));
            }

        return left;
    }

    private static Dictionary<string, List<Bought>> Stock(List<ShopDocument> purchases)
    {
        var stock = new Dictionary<string, List<Bought>>(StringComparer.Ordinal);
        foreach (var purchase in purchases)
            foreach (var line in purchase.Goods)
            {
                if (!stock.TryGetValue(line.Sku, out var bought))
                    stock.Add(line.Sku, bought = []);
                bought.Add(new Bought(purchase, line) { Left = line.Quantity });
            }

        return stock;
    }

    private sealed class Bought(ShopDocument purchase, OrderLine line)
    {
        public ShopDocument Purchase { get; } = purchase;

        public OrderLine Line { get; } = line;

        public long Left { get; set; }
    }
}
