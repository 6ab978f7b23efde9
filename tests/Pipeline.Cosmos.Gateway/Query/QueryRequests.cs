using System.Text.Json.Nodes;
using Pipeline.Cosmos.Gateway.Items;
using Pipeline.Cosmos.Gateway.Resources;
using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway.Query;

/// <summary>Queries of one server's items, and the plans for asking several.</summary>
internal static class QueryRequests
{
    public static GatewayAnswer Plan(GatewayRequest request) => Answered(() =>
        GatewayAnswer.Json(200, QueryPlan.Of(SqlParser.Parse(request.Json()))));

    public static GatewayAnswer Answer(ItemStore items, string containerId, GatewayRequest request) => Answered(() =>
    {
        var body = request.Json();
        var query = SqlParser.Parse(body);
        foreach (var order in query.Order)
            if (!items.Index.Covers(order.By.ToString()!))
                return GatewayAnswer.Error(400, $"The order-by item {order.By} has no index.");

        var scope = request.Scope();
        var found = Rows(items, scope, query);
        var (token, resume) = (
            RowPosition.FromToken(request.Header(Headers.Continuation)), RowPosition.FromResumeFilter(body["resumeFilter"]));
        var rest = found
            .Where(row => token is null || token.CompareTo(row.Position, query) < 0)
            .Where(row => resume is null || resume.IsResumedBy(row.Position, query))
            .ToList();
        var page = rest.Take(request.PageSize).ToList();
        var range = scope.PartitionKey is { } key ? items.RangeOf(key) : scope.Range ?? 0;
        return GatewayAnswer.Json(200, new JsonObject
        {
            ["_rid"] = containerId,
            ["Documents"] = new JsonArray([.. page.Select(row => query.Project(row.Json))]),
            ["_count"] = page.Count,
        }) with
        {
            Charge = RequestUnits.Query(page.Select(static row => row.Item.Bytes)),
            ItemCount = page.Count,
            Continuation = page.Count < rest.Count ? page[^1].Position.ToToken() : null,
            Session = (range, items.LogOf(range)),
            DocumentsRead = page.Count,
        };
    });

    private static List<Row> Rows(ItemStore items, ItemScope scope, SqlQuery query)
    {
        var rows = items.Select(scope)
            .Select(static item => (Item: item, Json: item.Json()))
            .Where(one => query.Matches(one.Json))
            .Select(one => new Row(one.Item, one.Json, PositionOf(one.Item, query.KeyOf(one.Json))))
            .ToList();
        rows.Sort((a, b) => a.Position.CompareTo(b.Position, query));
        return rows;
    }

    private static GatewayAnswer Answered(Func<GatewayAnswer> answer)
    {
        try
        {
            return answer();
        }
        catch (Exception error) when (error is SqlException or FormatException or System.Text.Json.JsonException)
        {
            return GatewayAnswer.Error(400, error.Message);
        }
    }

    private static RowPosition PositionOf(Item item, IReadOnlyList<SqlValue> key) =>
        new(key, ResourceIds.NumberOf(item.ResourceId), IsExcluded: false);

    private sealed record Row(Item Item, JsonObject Json, RowPosition Position);
}
