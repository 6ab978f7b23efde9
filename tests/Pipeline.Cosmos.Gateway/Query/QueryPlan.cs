using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Query;

/// <summary>
/// What the gateway tells a client that does not plan queries itself: for a sorted query, how to ask each server so that the
/// client can merge their answers.
/// </summary>
internal static class QueryPlan
{
    public static JsonObject Of(SqlQuery query) => new()
    {
        ["partitionedQueryExecutionInfoVersion"] = 2,
        ["queryInfo"] = new JsonObject
        {
            ["distinctType"] = "None",
            ["top"] = null,
            ["offset"] = null,
            ["limit"] = null,
            ["orderBy"] = Strings(query.Order.Select(static one => one.IsDescending ? "Descending" : "Ascending")),
            ["orderByExpressions"] = Strings(query.Order.Select(static one => one.Text)),
            ["groupByExpressions"] = new JsonArray(),
            ["groupByAliases"] = new JsonArray(),
            ["aggregates"] = new JsonArray(),
            ["groupByAliasToAggregateType"] = new JsonObject(),
            ["rewrittenQuery"] = query.Order.Count == 0 ? "" : Rewritten(query),
            ["hasSelectValue"] = false,
            ["dCountInfo"] = null,
            ["hasNonStreamingOrderBy"] = false,
        },
        ["queryRanges"] = new JsonArray(new JsonObject
        {
            ["min"] = "",
            ["max"] = "FF",
            ["isMinInclusive"] = true,
            ["isMaxInclusive"] = false,
        }),
    };

    private static string Rewritten(SqlQuery query)
    {
        var c = query.Alias;
        var items = string.Join(", ", query.Order.Select(static one => $$"""{"item": {{one.Text}}}"""));
        var order = string.Join(", ", query.Order.Select(static one => $"{one.Text} {(one.IsDescending ? "DESC" : "ASC")}"));
        var where = query.WhereText.Length == 0 ? "true" : query.WhereText;
        // The client puts its own filter, or true, in the place of the last condition.
        return $$"""
            SELECT {{c}}._rid, [{{items}}] AS orderByItems, {{c}} AS payload FROM {{c}}
            WHERE (({{where}}) AND ({documentdb-formattableorderbyquery-filter})) ORDER BY {{order}}
            """.ReplaceLineEndings(" ");
    }

    private static JsonArray Strings(IEnumerable<string> values) =>
        new([.. values.Select(static value => (JsonNode)JsonValue.Create(value)!)]);
}
