using System.Runtime.CompilerServices;
using System.Text.Json;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Security;
using Pipeline.Tests.OpenApi;

namespace Pipeline.Runtime.Tests.Http;

public sealed class OpenApiTests
{
    private static readonly JsonElement Document = JsonDocument.Parse(OperationsEndpoints.OpenApiDocument).RootElement;
    private static readonly SchemaCheck Schemas = SchemaCheck.Of(OperationsEndpoints.OpenApiDocument);

    private static readonly EndpointCatalogue Catalogue = new(
        new PurchaseEndpoints(null!, null!, null!, TimeProvider.System), new CheckoutEndpoints(null!),
        new CustomerEndpoints(null!, null!, null!, TimeProvider.System), new ProgramEndpoints(null!, null!, null!),
        new ProofEndpoints(null!),
        new CampaignEndpoints(null!), new RewardEndpoints(null!, null!, TimeProvider.System),
        new RedemptionEndpoints(null!, null!, null!, TimeProvider.System),
        new FeedbackEndpoints(null!, null!, null!, new HttpOptions(), TimeProvider.System),
        new CaseEndpoints(null!, null!, null!, new HttpOptions(), TimeProvider.System), new ReportEndpoints(null!),
        new RunEndpoints(null!), new InsightEndpoints(null!, null!), new WarningEndpoints(null!, null!),
        new MemberEndpoints(null!, null!, null!, TimeProvider.System), new AdjustmentEndpoints(null!, null!),
        new KeyEndpoints(null!), new DeadLetterEndpoints(null), new EventEndpoints(null!),
        new OperationsEndpoints(null!, []));

    public static TheoryData<string> SchemaNames =>
        [.. Document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(static schema => schema.Name)];

    [Fact]
    public void The_document_and_the_catalogue_name_the_same_endpoints()
    {
        var documented = Operations().Select(static it => $"{it.Method} {it.Path} {it.Operation.GetProperty("operationId")}");
        var mounted = Catalogue.All.Select(static endpoint => $"{endpoint.Method} {endpoint.Route} {endpoint.Name}");
        Assert.Equal(mounted.Order(), documented.Order());
    }

    [Fact]
    public void The_document_names_the_scopes_that_open_each_endpoint()
    {
        foreach (var endpoint in Catalogue.All)
        {
            var operation = Operation(endpoint);
            var security = operation.GetProperty("security").EnumerateArray().ToArray();
            Assert.Equal(endpoint.IsPublic, security.Any(static one => !one.EnumerateObject().Any()));
            var scopes = security.Where(static one => one.EnumerateObject().Any())
                .Select(static one => one.GetProperty("bearer")[0].GetString()!);
            Assert.Equal(ScopeNames.Of(endpoint.Scopes ?? ApiScopes.None).Order(), scopes.Order());
        }
    }

    [Fact]
    public void An_endpoint_is_found_by_its_name()
    {
        Assert.All(Catalogue.All, static endpoint => Assert.Same(endpoint, Catalogue[endpoint.Name]));
        Assert.Throws<KeyNotFoundException>(() => Catalogue["nothing"]);
    }

    [Fact]
    public void A_body_and_a_key_are_documented_where_they_are_needed()
    {
        foreach (var endpoint in Catalogue.All)
        {
            var operation = Operation(endpoint);
            Assert.Equal(endpoint.Body == BodyRule.Json, operation.TryGetProperty("requestBody", out _));
            var parameters = operation.TryGetProperty("parameters", out var listed) ? listed.GetRawText() : "";
            Assert.Equal(endpoint.Method == "POST", parameters.Contains("IdempotencyKey", StringComparison.Ordinal));
            Assert.Equal(
                endpoint.NeedsIdempotencyKey, parameters.Contains("/RequiredIdempotencyKey", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_variable_of_a_path_is_a_parameter()
    {
        foreach (var (_, path, operation) in Operations())
        {
            var named = path.Split('/').Where(static part => part.StartsWith('{')).Select(static part => part[1..^1]);
            var listed = operation.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Select(Resolve).Where(static one => one.GetProperty("in").ValueEquals("path"))
                : [];
            Assert.Equal(named.Order(), listed.Select(static one => one.GetProperty("name").GetString()!).Order());
        }
    }

    [Theory]
    [MemberData(nameof(SchemaNames))]
    public void The_examples_of_a_schema_fit_it(string name)
    {
        var schema = Schemas.Schema(name);
        if (!schema.TryGetProperty("examples", out var examples))
            return;
        foreach (var example in examples.EnumerateArray())
            Assert.Empty(Schemas.Check(schema, example));
    }

    [Fact]
    public void The_check_refuses_what_does_not_fit()
    {
        var hold = Schemas.Schema("Hold");
        const string Right = """{"holdId":"h","status":"held","points":1,"expiresAt":"2010-12-01T00:00:00Z"}""";
        Assert.Empty(Schemas.Check(hold, Json(Right)));
        foreach (var (part, wrong) in ((string, string)[])
            [("\"points\":1,", ""), ("held", "gone"), (":1", ":1.5"), (":1", ":0"), ("2010-", "soon"), ("}", ",\"more\":1}")])
        {
            Assert.NotEmpty(Schemas.Check(hold, Json(Right.Replace(part, wrong, StringComparison.Ordinal))));
        }

        Assert.NotEmpty(Schemas.Check(Json("""{"contains":{}}"""), Json("[]")));
    }

    [Fact]
    public void The_guide_lists_every_problem_as_the_catalogue_has_it()
    {
        var rows = File.ReadLines(Path.Combine(Root(), "docs", "problems.md"))
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(
            Problems.All.Select(static it => $"| `{it.Code}` | {it.Status} | {it.Title} | {it.Cause} | {it.Remedy} |"), rows);
        Assert.Equal(Problems.All.Count, Problems.All.Select(static it => it.Code).Distinct().Count());
    }

    [Fact]
    public void Every_problem_that_the_code_has_is_in_the_catalogue()
    {
        var fields = typeof(Problems).GetFields().Select(static field => field.GetValue(null)).OfType<ProblemType>();
        Assert.Equal(fields.Select(static it => it.Code).Order(), Problems.All.Select(static it => it.Code).Order());
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations() =>
        from path in Document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    private static JsonElement Operation(ApiEndpoint endpoint) =>
        Document.GetProperty("paths").GetProperty(endpoint.Route).GetProperty(endpoint.Method.ToLowerInvariant());

    private static JsonElement Resolve(JsonElement parameter) => parameter.TryGetProperty("$ref", out var reference)
        ? Document.GetProperty("components").GetProperty("parameters").GetProperty(reference.GetString()!.Split('/')[^1])
        : parameter;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
