using Pipeline.Domain;

namespace Pipeline.Local.Import;

/// <summary>The lines of one document of one customer: what was bought with it, or what came back with it.</summary>
/// <remarks>A document that has both is two, so that its returns can be matched.</remarks>
internal sealed class ShopDocument(string id, Currency currency, DateTimeOffset at)
{
    /// <summary>What the checkout's contract takes in one purchase.</summary>
    private const int LinesMax = 2_000;

    public string Id { get; } = id;

    public Currency Currency { get; } = currency;

    /// <summary>The earliest of the lines: a till that takes a minute to print a receipt dates its lines so.</summary>
    public DateTimeOffset At { get; private set; } = at;

    /// <summary>In the order of the file.</summary>
    public List<OrderLine> Goods { get; } = [];

    public List<OrderLine> Shipping { get; } = [];

    public IEnumerable<OrderLine> Lines => Goods.Concat(Shipping);

    /// <summary>What the ledger is told of a purchase; null until it is priced.</summary>
    public PricedBasket? Basket { get; private set; }

    public void Add(OrderLine line)
    {
        (line.IsShipping ? Shipping : Goods).Add(line);
        if (line.At < At)
            At = line.At;
    }

    /// <summary>Adds a purchase up; why it has no price, or null.</summary>
    public string? Price(string? channel)
    {
        if (Goods.Count == 0)
            return Refusal.NoGoods;
        if (Goods.Count > LinesMax)
            return Refusal.TooManyLines;
        Int128 shipping = 0;
        foreach (var line in Shipping)
            shipping += (Int128)line.Quantity * line.UnitPrice;
        if (shipping > long.MaxValue)
            return Refusal.TotalOverflows;
        var lines = Goods.ConvertAll(static line =>
            new BasketLine(line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice));
        var basket = new Basket(Currency, channel, lines, 0, (long)shipping, 0);
        var problem = Pricing.TryPrice(basket, out var priced);
        Basket = priced;
        return problem == BasketProblem.None ? null : Refusal.TotalOverflows;
    }
}

/// <summary>What one customer bought and brought back, each in the order of time.</summary>
internal sealed class CustomerDocuments(string customer)
{
    public string Customer { get; } = customer;

    public List<ShopDocument> Purchases { get; } = [];

    public List<ShopDocument> Returns { get; } = [];

    public void Sort()
    {
        Purchases.Sort(ByTime);
        Returns.Sort(ByTime);
    }

    private static int ByTime(ShopDocument a, ShopDocument b)
    {
        var byTime = a.At.CompareTo(b.At);
        return byTime != 0 ? byTime : string.CompareOrdinal(a.Id, b.Id);
    }
}

/// <summary>Gathers the lines of a file, which need not be adjacent, into documents.</summary>
internal static class ShopDocuments
{
    /// <summary>Customers in ordinal order of their ids.</summary>
    public static List<CustomerDocuments> Of(
        IEnumerable<OrderLine> lines, string? channel, List<RefusedRow> refused)
    {
        var documents = new Dictionary<(string Customer, string Document, bool IsReturn), ShopDocument>();
        var customers = new Dictionary<string, CustomerDocuments>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line is { IsReturn: true, IsShipping: true })
            {
                refused.Add(new RefusedRow(line.Row, Refusal.ReturnedShipping));
                continue;
            }

            var key = (line.Customer, line.Document, line.IsReturn);
            if (!documents.TryGetValue(key, out var document))
            {
                documents.Add(key, document = new ShopDocument(line.Document, line.Currency, line.At));
                if (!customers.TryGetValue(line.Customer, out var customer))
                    customers.Add(line.Customer, customer = new CustomerDocuments(line.Customer));
                (line.IsReturn ? customer.Returns : customer.Purchases).Add(document);
            }

            if (line.Currency == document.Currency)
                document.Add(line);
            else
                refused.Add(new RefusedRow(line.Row, Refusal.CurrencyDiffers));
        }

        foreach (var customer in customers.Values)
        {
            RefuseUnpriced(customer.Purchases, channel, refused);
            customer.Sort();
        }

        return [.. customers.Values.OrderBy(customer => customer.Customer, StringComparer.Ordinal)];
    }

    private static void RefuseUnpriced(List<ShopDocument> purchases, string? channel, List<RefusedRow> refused) =>
        purchases.RemoveAll(purchase =>
        {
            var reason = purchase.Price(channel);
            if (reason is not null)
                refused.AddRange(purchase.Lines.Select(line => new RefusedRow(line.Row, reason)));
            return reason is not null;
        });
}
