using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Local.Hosting;
using Pipeline.Runtime.Security;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>
/// The real server in this process, on a free port, over a data folder; with a client that has every scope and that
/// holds every answer to the document that the server serves.
/// </summary>
internal sealed class LocalShop : IAsyncDisposable
{
    private const int LeasesMax = 5;
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaseMax = TimeSpan.FromMinutes(5);

    private readonly WebApplication app;
    private readonly ManualTime? leaping;

    private LocalShop(WebApplication app, HttpClient client, DocumentedAnswers document, ManualTime? leaping) =>
        (this.app, Client, Document, this.leaping) = (app, client, document, leaping);

    public HttpClient Client { get; }

    public DocumentedAnswers Document { get; }

    /// <param name="program">The file of the program; null: the default.</param>
    public static async Task<LocalShop> StartAsync(
        string folder, string? key = null, TimeProvider? time = null, double? rateLimit = null,
        Dictionary<string, string?>? settings = null, string? program = null)
    {
        var options = new ServeOptions { Folder = folder, Urls = "http://127.0.0.1:0", RateLimit = rateLimit };
        var app = LocalHost.Build(options, time ?? TimeProvider.System, settings);
        try
        {
            await UseCases.LoadAsync(app.Services, program, caseRules: null, default);
            await app.StartAsync();
            key ??= await KeyAsync(app, ApiScopes.All);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var document = new DocumentedAnswers();
        var client = new HttpClient(document) { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new LocalShop(app, client, document, time as ManualTime);
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public string Key => Client.DefaultRequestHeaders.Authorization!.Parameter!;

    public Task<HttpResponseMessage> PostAsync(string path, object body) => Client.PostAsJsonAsync(path, body);

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path);

    /// <summary>
    /// Asks until it is there: purchases are worked behind the queue. A leap of the clock may end the lease of a message before it
    /// is settled; then it comes again when the next one ends, and for that the clock has to go on.
    /// </summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool>? isSo = null)
    {
        for (var leases = 0; ; leases++)
        {
            try
            {
                return await UntilOutOfPatienceAsync(path, isSo);
            }
            catch (OperationCanceledException) when (leaping is not null && leases < LeasesMax)
            {
                leaping.Advance(LeaseMax);
            }
        }
    }

    private async Task<JsonElement> UntilOutOfPatienceAsync(string path, Func<JsonElement, bool>? isSo)
    {
        using var patience = new CancellationTokenSource(PatienceMax);
        while (true)
        {
            var answer = await Client.GetAsync(path, patience.Token);
            if (answer.IsSuccessStatusCode)
            {
                var json = await answer.Content.ReadFromJsonAsync<JsonElement>(patience.Token);
                if (isSo is null || isSo(json))
                    return json;
            }

            await Task.Delay(10, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static async Task<string> KeyAsync(WebApplication app, ApiScopes scopes)
    {
        var creation = await app.Services.GetRequiredService<ApiKeys>().CreateAsync("test", scopes, default);
        return Assert.IsType<KeyCreation.Created>(creation).Key;
    }
}
