using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Local.Hosting;

/// <summary>
/// Makes a new folder usable at once: one key with every scope, told once inside a command that works as pasted.
/// </summary>
internal sealed class FirstStart(IDocumentStore store, ApiKeys keys, IProgramSource programs, TimeProvider time)
{
    private const string KeyName = "development";
    private const string Partition = "~host";
    private const string Kind = "host";
    private const string Id = "first-start";

    /// <param name="commandEnd">What a later command has to say to find the folder; empty for the default one.</param>
    public async Task TellAsync(
        TextWriter writer, string url, string folder, string commandEnd, CancellationToken cancellation)
    {
        await writer.WriteLineAsync($"Pipeline listens on {url}, data in {Path.GetFullPath(folder)}. Ctrl+C stops it.");
        var isTold = await store.ReadAsync(new DocumentKey(Partition, Kind, Id), cancellation) is not null;
        // A development key of a start that was cut off here was told to nobody: it does not count.
        var isUsable = (await keys.ListAsync(cancellation)).Any(static key => key.Name != KeyName);
        var key = isTold || isUsable
            ? null
            : await keys.CreateAsync(KeyName, ApiScopes.All, cancellation) as KeyCreation.Created;
        await writer.WriteLineAsync(key is null
            ? $"For another API key, stop it and run: pipeline keys create --name NAME --scopes {AllScopes()}{commandEnd}\n"
                + "(or, while it runs: POST /v1/keys with a key that has the scope admin)"
            : Invitation(url, key.Key));
        await writer.FlushAsync(cancellation);
        // After it was told: a crash in between tells another key, never none.
        if (!isTold)
            await store.CommitAsync(Partition, [new Write.Upsert(Kind, Id, "{}"u8.ToArray())], cancellation);
    }

    private string Invitation(string url, string key)
    {
        var at = time.GetUtcNow();
        var now = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var currency = CurrencyOf(programs.Programs.InEffectAt(at));
        var purchase = $$"""
            {"purchaseId":"first-1","customerId":"alice","occurredAt":"{{now}}","currency":"{{currency}}","lines":[{"sku":"mug","quantity":2,"unitPrice":1250}]}
            """;
        return $$"""

            This is the first start. A development key with every scope was made; it is shown only now:

              {{key}}

            Paste these two lines for a purchase and the balance after it:

              curl -sS {{url}}/v1/purchases -H 'Authorization: Bearer {{key}}' -H 'Content-Type: application/json' -d '{{purchase}}'
              sleep 1; curl -sS {{url}}/v1/customers/alice/balance -H 'Authorization: Bearer {{key}}'

            """;
    }

    /// <summary>One that the program accepts, or the command would be refused.</summary>
    private static string CurrencyOf(LoyaltyProgram program) =>
        program.Earning.Rates is { Default: null } rates ? rates.ByCurrency.Keys.Min().Code : "GBP";

    private static string AllScopes() => string.Join(',', ScopeNames.Of(ApiScopes.All));
}
