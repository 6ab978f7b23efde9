using System.Globalization;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>What the document says of an operation.</summary>
internal sealed record DocumentedOperation(string Method, string Path, JsonElement Json, string? Example)
{
    /// <summary>What every operation that declares it can be brought to answer; the others need a race, a load or a fault.</summary>
    private static readonly int[] Provoked = [400, 401, 403, 404, 413, 415, 422];

    public string Id => Json.GetProperty("operationId").GetString()!;

    /// <summary>Of which one is enough; none: no key is asked for.</summary>
    public string[] Scopes => [.. Json.GetProperty("security").EnumerateArray()
        .Where(static one => one.EnumerateObject().Any())
        .Select(static one => one.GetProperty("bearer")[0].GetString()!)];

    public IEnumerable<int> Statuses => Json.GetProperty("responses").EnumerateObject()
        .Select(static response => int.Parse(response.Name, CultureInfo.InvariantCulture));

    public static DocumentedOperation[] All(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           select new DocumentedOperation(
               operation.Name.ToUpperInvariant(), path.Name, operation.Value, ExampleOf(document, operation.Value)),
    ];

    /// <summary>No scope is beside those that open the program, so that no key is refused there.</summary>
    public bool CanAnswer(int status) =>
        Provoked.Contains(status) && Statuses.Contains(status)
        && (status != 403 || Scopes.Length < 4) && (status != 422 || Method == "POST");

    public bool Takes(string parameter) => Json.TryGetProperty("parameters", out var parameters)
        && parameters.GetRawText().Contains($"/parameters/{parameter}\"", StringComparison.Ordinal);

    public bool AsksOfCustomer => Json.TryGetProperty("parameters", out var parameters)
        && parameters.EnumerateArray().Any(static one => one.TryGetProperty("name", out var name)
            && name.ValueEquals("customerId") && one.GetProperty("in").ValueEquals("query"));

    public string PathOf(string id) => string.Join(
        '/', Path.Split('/').Select(part => part.StartsWith('{') ? id : part));

    private static string? ExampleOf(JsonElement document, JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body))
            return null;
        var name = body.GetProperty("content").GetProperty("application/json").GetProperty("schema")
            .GetProperty("$ref").GetString()!.Split('/')[^1];
        return document.GetProperty("components").GetProperty("schemas").GetProperty(name)
            .GetProperty("examples")[0].GetRawText();
    }
}
