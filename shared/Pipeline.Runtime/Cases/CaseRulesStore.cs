using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Cases;

/// <summary>The case rules as a host loaded them.</summary>
public interface ICaseRulesSource
{
    CaseRules Current { get; }
}

/// <summary>Rules that stay what they were when the host started.</summary>
public sealed class FixedCaseRules(CaseRules rules) : ICaseRulesSource
{
    public CaseRules Current { get; } = rules;
}

/// <summary>The configured rules cannot follow those that opened cases already.</summary>
public sealed class CaseRulesConflictException(string message) : Exception(message);

/// <summary>Keeps every version of the case rules, since every case names the one that opened it.</summary>
public static class CaseRulesStore
{
    private const string Partition = "~case-rules";
    private const string Kind = "case-rules";

    /// <summary>
    /// The rules that hold: the configured ones, kept from now on where they are new; without any the last that were kept,
    /// and before those <see cref="CaseRules.Default"/>.
    /// </summary>
    /// <exception cref="CaseRulesConflictException">The configured rules change a version that is kept, or are older.</exception>
    public static async ValueTask<CaseRules> LoadAsync(
        IDocumentStore store, CaseRules? configured, CancellationToken cancellation)
    {
        while (true)
        {
            var page = await store.PageAsync(new PartitionQuery(Partition, Kind, 1, Descending: true), cancellation);
            var kept = page.Documents is [var last, ..]
                ? CaseRulesDocument.Parse(last.Body.Span).Rules
                    ?? throw new InvalidDataException($"The stored case rules {last.Key.Id} cannot be read.")
                : null;
            if (configured is null)
                return kept ?? CaseRules.Default;
            if (kept is not null && configured.Version < kept.Version)
                throw new CaseRulesConflictException(
                    $"The case rules have version {configured.Version}, but version {kept.Version} is in use already.");
            if (configured.Version == kept?.Version)
                return configured.Equals(kept) ? kept : throw new CaseRulesConflictException(
                    $"Version {kept.Version} of the case rules is in use with other rules: give the new rules a new version.");
            var id = configured.Version.ToString("D10", CultureInfo.InvariantCulture);
            var added = await store.CommitAsync(
                Partition, [new Write.Create(Kind, id, CaseRulesDocument.Write(configured))], cancellation);
            // Where another host adds it at the same time, the next round compares with what that one kept.
            if (added.Committed)
                return configured;
        }
    }
}
