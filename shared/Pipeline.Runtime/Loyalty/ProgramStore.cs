using System.Globalization;
using Pipeline.Domain;
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

    /// <summary>
    /// Loads the stored versions and adds the configured one where it is new. Without a configured program the stored
    /// versions hold, and at the very first start <see cref="LoyaltyProgram.Default"/>.
    /// </summary>
    /// <exception cref="ProgramConflictException">The configured program changes a version that is stored, or is older
    /// than one.</exception>
    public static async ValueTask<ProgramHistory> LoadAsync(
        IDocumentStore store, LoyaltyProgram? configured, CancellationToken cancellation)
    {
        while (true)
        {
            var stored = await ReadAsync(store, cancellation);
            var current = configured ?? (stored.Count == 0 ? LoyaltyProgram.Default : stored[^1]);
            if (stored.Count > 0 && current.Version < stored[^1].Version)
                throw new ProgramConflictException(
                    $"The program has version {current.Version}, but version {stored[^1].Version} is in use already.");
            if (stored.Count > 0 && current.Version == stored[^1].Version)
                return stored[^1].Equals(current)
                    ? new ProgramHistory(stored)
                    : throw new ProgramConflictException(
                        $"Version {current.Version} of the program is in use with other rules: give the new rules a new version.");
            // Where another host adds it at the same time, the next round compares with what that one stored.
            if (await TryAddAsync(store, current, cancellation))
                return new ProgramHistory([.. stored, current]);
        }
    }

    /// <summary>The stored versions, or the default program where none is stored; writes nothing.</summary>
    public static async ValueTask<ProgramHistory> ReadOnlyAsync(IDocumentStore store, CancellationToken cancellation) =>
        await ReadAsync(store, cancellation) is { Count: > 0 } stored
            ? new ProgramHistory(stored)
            : new ProgramHistory([LoyaltyProgram.Default]);

    private static async ValueTask<bool> TryAddAsync(
        IDocumentStore store, LoyaltyProgram program, CancellationToken cancellation)
    {
        var id = program.Version.ToString("D9", CultureInfo.InvariantCulture);
        var result = await store.CommitAsync(
            Partition, [new Write.Create(Kind, id, ProgramDocument.Write(program))], cancellation);
        return result.Committed;
    }

    private static async ValueTask<List<LoyaltyProgram>> ReadAsync(IDocumentStore store, CancellationToken cancellation)
    {
        var programs = new List<LoyaltyProgram>();
        string? cursor = null;
        do
        {
            var page = await store.PageAsync(
                new PartitionQuery(Partition, Kind, StoreLimits.PageDocumentsMax, cursor), cancellation);
            foreach (var document in page.Documents)
                programs.Add(ProgramDocument.Parse(document.Body.Span).Program
                    ?? throw new InvalidDataException($"The stored program {document.Key.Id} cannot be read."));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return programs;
    }
}
