using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Query;

internal sealed record SqlOrder(SqlExpression By, bool IsDescending, string Text);

/// <summary>
/// The part of the query language that the store uses, and that the SDK makes of it: one source, filters, an order.
/// </summary>
internal sealed record SqlQuery(
    string Alias, SqlExpression.ObjectOf? Selected, SqlExpression? Where, string WhereText, IReadOnlyList<SqlOrder> Order)
{
    public bool Matches(JsonObject item) => Where is null || Where.Evaluate(item).IsTrue;

    public JsonNode? Project(JsonObject item) => Selected is null ? item : Selected.Evaluate(item).ToJson();

    public IReadOnlyList<SqlValue> KeyOf(JsonObject item) => [.. Order.Select(one => one.By.Evaluate(item))];

    /// <summary>In the query's order; what is equal is 0.</summary>
    public int Compare(IReadOnlyList<SqlValue> a, IReadOnlyList<SqlValue> b)
    {
        for (var i = 0; i < Order.Count; i++)
        {
            if (a[i].CompareTo(b[i]) is var order and not 0)
                return Order[i].IsDescending ? -order : order;
        }

        return 0;
    }
}
