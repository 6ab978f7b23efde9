using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Cosmos.Gateway.Resources;

namespace Pipeline.Cosmos.Gateway.Query;

/// <summary>
/// A place in the rows of a query: the values that it is sorted by, and among equals the service's own id. It holds while
/// rows come and go, unlike a count of rows.
/// </summary>
/// <param name="Number">0: before all that are equal.</param>
/// <param name="IsExcluded">Whether all rows with these values are behind us, too.</param>
internal sealed record RowPosition(IReadOnlyList<SqlValue> Key, ulong Number, bool IsExcluded)
{
    /// <summary>The service's token of a page.</summary>
    public static RowPosition? FromToken(string? token)
    {
        if (token is null)
            return null;
        var json = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(token)))!;
        return new RowPosition(Values(json["key"]!), (ulong)json["number"]!, IsExcluded: false);
    }

    /// <summary>What the SDK sends to go on with a sorted query over several servers.</summary>
    public static RowPosition? FromResumeFilter(JsonNode? filter) => filter is null
        ? null
        : new RowPosition(
            Values(filter["value"]!),
            filter["rid"] is { } rid ? ResourceIds.NumberOf((string)rid!) : 0,
            (bool?)filter["exclude"] ?? false);

    public string ToToken() => Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject
    {
        ["key"] = new JsonArray([.. Key.Select(static value => value.ToJson())]),
        ["number"] = Number,
    }.ToJsonString()));

    /// <summary>Less than 0 where this place is before the other, in the query's order.</summary>
    public int CompareTo(RowPosition other, SqlQuery query)
    {
        var order = query.Compare(Key, other.Key);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }

    /// <summary>
    /// Whether a row is still to be given to a client that resumes here: from its last row on, since it looks for that row
    /// to go on behind it.
    /// </summary>
    public bool IsResumedBy(RowPosition row, SqlQuery query) =>
        IsExcluded ? query.Compare(Key, row.Key) < 0 : CompareTo(row, query) <= 0;

    private static IReadOnlyList<SqlValue> Values(JsonNode array) => [.. array.AsArray().Select(SqlValue.Of)];
}
