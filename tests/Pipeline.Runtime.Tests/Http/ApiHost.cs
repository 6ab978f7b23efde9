using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Tests.OpenApi;

namespace Pipeline.Runtime.Tests.Http;

/// <summary>The HTTP surface on a real server, over a shop in memory. Every answer is checked against the document.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private static readonly SchemaCheck Document = SchemaCheck.Of(OperationsEndpoints.OpenApiDocument);

    private readonly WebApplication app;

    private ApiHost(WebApplication app, Shop shop, HttpClient client) => (this.app, Shop, Client) = (app, shop, client);

    public Shop Shop { get; }

    public HttpClient Client { get; }

    public string Key { get; private set; } = "";

    public ApiKeys Keys => app.Services.GetRequiredService<ApiKeys>();

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <param name="around">Runs around the endpoints.</param>
    public static async Task<ApiHost> StartAsync(
        HttpOptions? options = null, Func<HttpContext, Func<Task>, Task>? around = null, LoyaltyProgram? program = null)
    {
        var shop = new Shop(program);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(shop.Time);
        builder.Services.AddSingleton<IDocumentStore>(shop.Tap);
        builder.Services.AddSingleton<IDeadLetters>(shop.Queue);
        builder.Services.AddSingleton(shop.Intake).AddSingleton(shop.Quotes).AddSingleton(shop.CampaignReports).AddSingleton(shop.Checkout);
        builder.Services.AddSingleton(shop.Reader).AddSingleton(shop.Profiles).AddSingleton(shop.Runs);
        builder.Services.AddSingleton(shop.Links).AddSingleton(shop.Feedback).AddSingleton(shop.FeedbackReader);
        builder.Services.AddSingleton(shop.Cases).AddSingleton(shop.CaseReader).AddSingleton(shop.Reports);
        builder.Services.AddSingleton(shop.Events).AddSingleton(shop.Referrals);
        builder.Services.AddSingleton(shop.Adjustments).AddSingleton(shop.PendingAdjustments);
        builder.Services.AddSingleton(shop.Reserving).AddSingleton(shop.Redemptions).AddSingleton(shop.RedemptionReader);
        builder.Services.AddSingleton(shop.Rewards);
        builder.Services.AddSingleton<IProgramSource>(shop.Programs);
        builder.Services.AddSingleton(new StoredPrograms(shop.Tap, shop.Time, ProgramTerms.Alone));
        builder.Services.AddSingleton(new ProofReader(shop.Tap, shop.Programs, shop.Time));
        builder.Services.AddSingleton(new InsightReader(shop.Tap, shop.Programs, shop.Models, shop.InsightReports, shop.Signals));
        builder.Services.AddSingleton(new WarningReader(shop.Tap));
        builder.Services.AddSingleton(new WarningDesk(shop.Tap, shop.Programs, shop.Time));
        builder.Services.AddPipelineHttp(options ?? new HttpOptions());
        var app = builder.Build();
        if (around is not null)
            app.Use((context, next) => around(context, () => next(context)));
        app.UseRouting();
        app.MapPipelineHttp();
        await app.StartAsync();
        var host = new ApiHost(app, shop, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });
        host.Key = await host.NewKeyAsync("all", ApiScopes.All);
        return host;
    }

    public async Task<string> NewKeyAsync(string name, ApiScopes scopes) =>
        Assert.IsType<KeyCreation.Created>(await Keys.CreateAsync(name, scopes, default)).Key;

    public Task<Answer> GetAsync(string path, string? key = null) => SendAsync("GET", path, null, key);

    public Task<Answer> PostAsync(string path, string? body, string? key = null, string? idempotencyKey = null) =>
        SendAsync("POST", path, body, key, idempotencyKey);

    /// <param name="key">Null: the key with every scope; empty: none.</param>
    public async Task<Answer> SendAsync(
        string method, string path, string? body, string? key = null, string? idempotencyKey = null,
        string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (key is not "")
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? Key);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var answer = new Answer(
            response.StatusCode,
            response.Headers.ToDictionary(
                static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            body.Length == 0 ? default : JsonDocument.Parse(body).RootElement,
            response.Content.Headers.Allow.Count == 0 ? null : string.Join(", ", response.Content.Headers.Allow));
        var path = new Uri(Client.BaseAddress!, request.RequestUri!).AbsolutePath;
        if (answer.Status != HttpStatusCode.MethodNotAllowed && answer.Code != "not-found")
        {
            Assert.Empty(Document.CheckResponse(
                request.Method.Method, path, (int)answer.Status, answer.Headers,
                response.Content.Headers.ContentType?.MediaType, body));
        }

        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}

internal sealed record Answer(
    HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, JsonElement Json, string? Allow)
{
    /// <summary>The problem's code; null where it is none.</summary>
    public string? Code => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("code", out var code)
        ? code.GetString()
        : null;

    public bool IsReplayed => Headers.ContainsKey("Idempotent-Replayed");

    public string[] ErrorPlaces => Json.TryGetProperty("errors", out var errors)
        ? [.. errors.EnumerateObject().Select(static error => error.Name)]
        : [];

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public long Number(string name) => Json.GetProperty(name).GetInt64();
}
