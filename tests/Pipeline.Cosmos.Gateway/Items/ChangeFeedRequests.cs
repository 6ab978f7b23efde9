using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway.Items;

/// <summary>
/// The change feed, latest versions: a range's items by their last commit. A page ends between commits, so it may be longer
/// than it was asked to be. Nothing new is 304.
/// </summary>
internal static class ChangeFeedRequests
{
    public static GatewayAnswer Answer(ItemStore items, string containerId, GatewayRequest request)
    {
        var scope = request.Scope();
        var range = scope.Range ?? 0;
        var from = long.TryParse(
            request.Header(Headers.IfNoneMatch)?.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var lsn)
            ? lsn
            : 0;
        var log = items.LogOf(range);
        var page = Cut(
            items.Select(scope).Where(item => item.Lsn > from && item.Lsn <= log)
                .OrderBy(static item => item.Lsn).ThenBy(static item => item.Position),
            request.PageSize);
        var answer = page.Count == 0
            ? new GatewayAnswer(304) { ETag = Tag(Math.Max(from, log)), Charge = 1 }
            : GatewayAnswer.Json(200, Feed(containerId, page)) with
            {
                ETag = Tag(page[^1].Lsn),
                Charge = RequestUnits.Feed(page.Select(static item => item.Bytes)),
                DocumentsRead = page.Count,
            };
        return answer with { ItemCount = page.Count, Session = (range, log) };
    }

    private static List<Item> Cut(IEnumerable<Item> changes, int pageSize)
    {
        var page = new List<Item>();
        foreach (var item in changes)
        {
            if (page.Count >= pageSize && item.Lsn != page[^1].Lsn)
                break;
            page.Add(item);
        }

        return page;
    }

    private static JsonObject Feed(string containerId, List<Item> page) => new()
    {
        ["_rid"] = containerId,
        ["Documents"] = new JsonArray([.. page.Select(static item =>
        {
            var json = item.Json();
            json["_lsn"] = item.Lsn;
            return json;
        })]),
        ["_count"] = page.Count,
    };

    private static string Tag(long lsn) => string.Create(CultureInfo.InvariantCulture, $"\"{lsn}\"");
}
