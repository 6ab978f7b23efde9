using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using Peer;

// The pipeline's accepting and applying as its user would write it on ASP.NET Core and PostgreSQL, to measure against.
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.ConfigureHttpJsonOptions(
    static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, PeerJson.Default));

var connection = Environment.GetEnvironmentVariable("PEER_CONNECTION")
    ?? throw new InvalidOperationException("PEER_CONNECTION names the database.");
var options = new NpgsqlConnectionStringBuilder(connection)
{
    MaxPoolSize = 64,
    MaxAutoPrepare = 20,
    AutoPrepareMinUsages = 2,
};
await using var database = NpgsqlDataSource.Create(options.ConnectionString);
await Schema.CreateAsync(database);
builder.Services.AddSingleton(database).AddSingleton<Applied>().AddHostedService<Applier>();

var app = builder.Build();
var key = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
var keyHash = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key));
app.MapPost("/v1/purchases", async (HttpContext context, Purchase? purchase) =>
{
    if (!Intake.IsAllowed(context.Request, keyHash))
        return Results.Unauthorized();
    if (purchase is null || Intake.Problem(purchase) is not null)
        return Results.BadRequest();
    return await Intake.AcceptAsync(database, purchase, context.RequestAborted) switch
    {
        Intake.Outcome.Accepted => Results.Accepted(
            $"/v1/customers/{purchase.CustomerId}/purchases/{purchase.PurchaseId}",
            new Accepted(purchase.PurchaseId, "accepted")),
        _ => Results.UnprocessableEntity(),
    };
});
app.MapGet("/bench/applied", async (Applied applied, long count) =>
    (await applied.AwaitAsync(count)).ToString(CultureInfo.InvariantCulture));
app.Lifetime.ApplicationStarted.Register(() =>
{
    var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
    Console.WriteLine($"READY {new Uri(addresses.Addresses.First()).Port} {key}");
});
await app.RunAsync();

namespace Peer
{
    /// <summary>Counts what is applied, for whoever waits for it.</summary>
    internal sealed class Applied
    {
        private long count;
        private long lastTicks;

        public void Add()
        {
            Interlocked.Increment(ref count);
            Volatile.Write(ref lastTicks, Stopwatch.GetTimestamp());
        }

        public async Task<long> AwaitAsync(long wanted)
        {
            while (Interlocked.Read(ref count) < wanted)
                await Task.Delay(2);
            return Interlocked.Read(ref lastTicks);
        }
    }
}
