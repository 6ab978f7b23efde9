using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>The configured program cannot be used beside the versions that made awards already.</summary>
public sealed class ProgramConflictException(string message) : Exception(message);

/// <summary>
/// Keeps every version of the program that ever made an award, since refunds and proofs need the one of their purchase.
/// </summary>
public static class ProgramStore
{
    private const string Partition = "~program";
    private const string Kind = "program";
    private const string EffectKind = "effect";

    /// <summary>
    /// Loads the stored versions and adds the configured one where it is new. Without a configured program the stored
    /// versions hold, and at the very first start <see cref="LoyaltyProgram.Default"/>.
    /// </summary>
    /// <param name="effectiveFrom">From when on a new version holds; the first of all holds since ever.</param>
    /// <exception cref="ProgramConflictException">The configured program changes a version that is stored, or is older
    /// than all of them.</exception>
    public static async ValueTask<ProgramHistory> LoadAsync(
        IDocumentStore store, LoyaltyProgram? configured, DateTimeOffset effectiveFrom, CancellationToken cancellation)
    {
        while (true)
        {
            var stored = await ReadAsync(store, cancellation);
            var current = configured ?? (stored.Count == 0 ? LoyaltyProgram.Default : stored[^1].Program);
            if (stored.Find(version => version.Program.Version == current.Version) is { } known)
                // A version of the API may have followed the file's since.
                return known.Program.Equals(current)
                    ? new ProgramHistory(stored)
                    : throw new ProgramConflictException(
                        $"Version {current.Version} of the program is in use with other rules: give the new rules a new version.");
            if (stored.Count > 0 && current.Version < stored[^1].Program.Version)
                throw new ProgramConflictException(
                    $"The program has version {current.Version}, but version {stored[^1].Program.Version} is in use already.");
            var added = new ProgramVersion(current, stored.Count == 0 ? DateTimeOffset.MinValue : effectiveFrom);
            // Where another host adds it at the same time, the next round compares with what that one stored.
            if (await TryAddAsync(store, added, cancellation))
                return new ProgramHistory([.. stored, added]);
        }
    }

    /// <summary>The stored versions, or the default program where none is stored; writes nothing.</summary>
    public static async ValueTask<ProgramHistory> ReadOnlyAsync(IDocumentStore store, CancellationToken cancellation) =>
        await ReadAsync(store, cancellation) is { Count: > 0 } stored
            ? new ProgramHistory(stored)
            : new ProgramHistory([LoyaltyProgram.Default]);

    /// <returns>False: the version is stored already.</returns>
    internal static async ValueTask<bool> TryAddAsync(
        IDocumentStore store, ProgramVersion version, CancellationToken cancellation)
    {
        var id = version.Program.Version.ToString("D9", CultureInfo.InvariantCulture);
        var writes = new List<Write> { new Write.Create(Kind, id, ProgramDocument.Write(version.Program)) };
        if (version.EffectiveFrom != DateTimeOffset.MinValue)
        {
            var effect = new EffectDocument { From = LedgerMapping.Ms(version.EffectiveFrom) };
            writes.Add(new Write.Create(EffectKind, id, StoredJson.Write(effect, EffectJson.Default.EffectDocument)));
        }

        return (await store.CommitAsync(Partition, writes, cancellation)).Committed;
    }

    private static async ValueTask<List<ProgramVersion>> ReadAsync(IDocumentStore store, CancellationToken cancellation)
    {
        var documents = await LedgerHistory.DocumentsAsync(store, Partition, Kind, cancellation);
        var effects = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        // Read after the versions: both are written together, so that none of those lacks its date.
        foreach (var effect in await LedgerHistory.DocumentsAsync(store, Partition, EffectKind, cancellation))
            effects.Add(
                effect.Key.Id,
                LedgerMapping.At(JsonSerializer.Deserialize(effect.Body.Span, EffectJson.Default.EffectDocument)!.From));
        var programs = new List<ProgramVersion>(documents.Length);
        foreach (var document in documents)
        {
            var program = ProgramDocument.Parse(document.Body.Span).Program
                ?? throw new InvalidDataException($"The stored program {document.Key.Id} cannot be read.");
            programs.Add(new ProgramVersion(program, effects.GetValueOrDefault(document.Key.Id, DateTimeOffset.MinValue)));
        }

        return programs;
    }
}

/// <summary>When a version of the program takes effect. The first, and those from before there were dates, have none: since ever.</summary>
internal sealed class EffectDocument
{
    [JsonPropertyName("from")]
    public long From { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(EffectDocument))]
internal sealed partial class EffectJson : JsonSerializerContext;
