namespace Pipeline.Domain;

/// <summary>
/// What the models of value know of one customer. The unit of time is the caller's, one for all of a model's
/// customers; the product counts weeks.
/// </summary>
/// <param name="Repeats">x: days with a purchase after the first such day.</param>
/// <param name="Recency">t_x: from the first purchase to the last; 0 without a repeat.</param>
/// <param name="Age">T: from the first purchase to the instant of the look.</param>
public readonly record struct PurchaseRecord(int Repeats, double Recency, double Age)
{
    public bool IsPossible => Repeats >= 0 && Recency >= 0 && Recency <= Age && (Repeats > 0 || Recency == 0);
}

/// <param name="Count">Customers with this very record.</param>
public readonly record struct CountedRecord(PurchaseRecord Record, long Count);

/// <summary>Repeat purchases of one customer and what they spent on average, for the model of spend.</summary>
/// <param name="Repeats">x, at least 1.</param>
/// <param name="Mean">Mean value of those purchases, above 0, in any one unit of money.</param>
/// <param name="Count">Customers with this very record.</param>
public readonly record struct SpendRecord(int Repeats, double Mean, long Count = 1);
