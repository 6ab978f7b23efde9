using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Items;

/// <summary>
/// Which values of an item the indexing policy puts into the index: what a write costs, and what may be sorted by.
/// </summary>
internal sealed class IndexedTerms(JsonNode policy)
{
    private readonly string[] included =
    [
        .. policy["includedPaths"]!.AsArray().Select(static one => ((string)one!["path"]!).TrimEnd('*', '?').TrimEnd('/')),
    ];

    /// <summary>Each as path and value; the service always indexes <c>id</c> and the time of the last write.</summary>
    public IReadOnlySet<string> Of(JsonObject content, long timestamp)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal) { $"/_ts {timestamp}" };
        Add(content, "", terms);
        return terms;
    }

    public bool Covers(string path) => path is "/id" or "/_ts"
        || Array.Exists(included, prefix => prefix.Length == 0 || path == prefix
            || path.StartsWith(prefix + "/", StringComparison.Ordinal));

    private void Add(JsonNode? node, string path, HashSet<string> terms)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json)
                    Add(value, $"{path}/{name}", terms);
                break;
            case JsonArray array:
                foreach (var value in array)
                    Add(value, $"{path}/[]", terms);
                break;
            case var value when Covers(path):
                terms.Add($"{path} {value?.ToJsonString()}");
                break;
        }
    }
}
