using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>A request whose ids the client made: it may be repeated as often as need be.</summary>
internal sealed record Act(string Path, string? Body)
{
    public static Act Purchase(string body) => new("/v1/purchases", body);

    public static Act Refund(string body) => new("/v1/refunds", body);

    public static Act Hold(string customer, string hold, long points, int seconds = 3_600) => new(
        $"/v1/customers/{customer}/holds",
        $$"""{"holdId":"{{hold}}","points":{{points}},"expiresInSeconds":{{seconds}}}""");

    public static Act Capture(string customer, string hold) =>
        new($"/v1/customers/{customer}/holds/{hold}/capture", null);

    public static Act Release(string customer, string hold) =>
        new($"/v1/customers/{customer}/holds/{hold}/release", null);
}

internal sealed record Answer(int Status, string Body)
{
    public bool IsWell => Status is >= 200 and < 300;

    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Whether it was the host that could not, for now: ask again with the same id.</summary>
    public bool IsBusy => Status is (int)HttpStatusCode.ServiceUnavailable;
}

internal readonly record struct Sums(long Spendable, long Pending, long Held, long Deficit)
{
    public long Total => Spendable + Pending + Held - Deficit;
}

/// <summary>A client of the HTTP API that outlives the process behind it.</summary>
internal sealed class Api : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    /// <summary>Longer than a lease that a crash left behind lasts.</summary>
    private static readonly TimeSpan WorkedWithin = TimeSpan.FromSeconds(90);

    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = AnswerWithin })
    {
        Timeout = AnswerWithin,
    };

    private readonly Func<Uri?> url;

    public Api(Func<Uri?> url, string key)
    {
        this.url = url;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Null where no whole answer came: then nobody knows whether it was done.</summary>
    public Task<Answer?> TryAsync(Act act, CancellationToken deadline) =>
        TrySendAsync(HttpMethod.Post, act.Path, act.Body, deadline);

    /// <summary>Repeats a request under its own ids until it is answered, through any number of crashes.</summary>
    public Task<Answer> UntilAnsweredAsync(Act act, CancellationToken deadline) =>
        UntilAnsweredAsync(HttpMethod.Post, act.Path, act.Body, deadline);

    public Task<Answer> GetAsync(string path, CancellationToken deadline) =>
        UntilAnsweredAsync(HttpMethod.Get, path, null, deadline);

    /// <summary>Repeats a request until it is answered, and expects it to be well.</summary>
    public async Task<Answer> WellAsync(Act act, CancellationToken deadline)
    {
        var answer = await UntilAnsweredAsync(act, deadline);
        Assert.True(answer.IsWell, $"{act.Path} {act.Body}\n{answer.Status} {answer.Body}");
        return answer;
    }

    /// <summary>What was posted is worked a moment later: waits until it can be read.</summary>
    public async Task<Answer> AppearsAsync(string path, CancellationToken deadline)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < WorkedWithin)
        {
            var answer = await GetAsync(path, deadline);
            if (answer.Status != (int)HttpStatusCode.NotFound)
            {
                Assert.True(answer.IsWell, $"{path}\n{answer.Status} {answer.Body}");
                return answer;
            }

            await Task.Delay(5, deadline);
        }

        throw new TimeoutException($"It was accepted, but was not worked within {WorkedWithin}: {path}");
    }

    public async Task<Sums> BalanceAsync(string customer, CancellationToken deadline)
    {
        var answer = await GetAsync($"/v1/customers/{customer}/balance", deadline);
        Assert.True(answer.IsWell, $"{customer}: {answer.Status} {answer.Body}");
        var json = answer.Json;
        return new Sums(
            json.GetProperty("spendable").GetInt64(), json.GetProperty("pending").GetInt64(),
            json.GetProperty("held").GetInt64(), json.GetProperty("deficit").GetInt64());
    }

    /// <summary>All entries of a customer's ledger, page by page.</summary>
    public async Task<List<(string Id, long Points)>> LedgerAsync(string customer, CancellationToken deadline)
    {
        var entries = new List<(string, long)>();
        for (var path = $"/v1/customers/{customer}/ledger?limit=200"; path is not null;)
        {
            using var request = Request(HttpMethod.Get, url()!, path, null);
            using var response = await http.SendAsync(request, deadline);
            response.EnsureSuccessStatusCode();
            using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync(deadline));
            foreach (var entry in page.RootElement.GetProperty("entries").EnumerateArray())
                entries.Add((entry.GetProperty("entryId").GetString()!, entry.GetProperty("points").GetInt64()));
            path = NextOf(response);
        }

        return entries;
    }

    public void Dispose() => http.Dispose();

    private static string? NextOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var links)
            && links.FirstOrDefault(static link => link.Contains("rel=\"next\"", StringComparison.Ordinal)) is { } next
                ? next[(next.IndexOf('<') + 1)..next.IndexOf('>')]
                : null;

    private async Task<Answer> UntilAnsweredAsync(
        HttpMethod method, string path, string? body, CancellationToken deadline)
    {
        while (true)
        {
            if (await TrySendAsync(method, path, body, deadline) is { IsBusy: false } answer)
            {
                Assert.True(answer.Status < 500, $"{method} {path} {body}\n{answer.Status} {answer.Body}");
                return answer;
            }

            await Task.Delay(15, deadline);
        }
    }

    private async Task<Answer?> TrySendAsync(HttpMethod method, string path, string? body, CancellationToken deadline)
    {
        if (url() is not { } now)
            return null;
        try
        {
            using var request = Request(method, now, path, body);
            using var response = await http.SendAsync(request, deadline);
            return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(deadline));
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !deadline.IsCancellationRequested))
        {
            return null;
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, Uri now, string path, string? body)
    {
        var request = new HttpRequestMessage(method, new Uri(now, path));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }
}
