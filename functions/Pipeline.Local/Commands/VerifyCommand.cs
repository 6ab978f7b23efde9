using System.CommandLine;
using System.Text.Json.Serialization;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Commands;

/// <summary>Proves the ledger of every customer, and what is kept of their satisfaction. It only reads.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var data = Options.Data();
        var json = Options.Json();
        var chain = new Option<bool>("--chain")
        {
            Description = "Prove only that no stored byte was edited (the chains of hashes), not the sums.",
        };
        var command = new Command(
            "verify",
            "Proves the ledger of every customer, and recounts satisfaction; exits 1 with the first that fails. "
            + "Works while the host serves.")
        {
            data, json, chain,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(json), parsed.GetValue(chain), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, bool asJson, bool chainsOnly, Terminal terminal, CancellationToken cancellation)
    {
        var started = terminal.Time.GetTimestamp();
        await using var engine = Folder.Read(folder);
        var programs = new FixedPrograms(await ProgramStore.ReadOnlyAsync(engine.Documents, cancellation));
        var audit = new LedgerAudit(engine.Documents, programs, terminal.Time);
        var result = await ProgressLine.RunAsync(terminal, asJson, "Verifying", line => audit.RunAsync(
            line.Counting("customers"), cancellation, chainsOnly).AsTask());
        var failure = result.Failure is { } failed
            ? new VerifyFailure(failed.Customer, failed.Invariant, failed.EntryId, failed.Detail)
            : null;
        var satisfaction = failure is null && !chainsOnly
            ? await VerifiedSatisfaction.OfAsync(engine.Documents, programs, asJson, terminal, cancellation)
            : null;
        failure ??= satisfaction?.Failure;
        var report = new VerifyReport(
            failure is null, result.Customers, result.Entries, chainsOnly ? null : result.Points, satisfaction, failure,
            Seconds.Since(started, terminal.Time));
        terminal.Print(asJson, report, ReportJson.Default.VerifyReport, report.WriteTo);
        if (report.Failure is not { } broken)
            return 0;
        await terminal.Error.WriteLineAsync(
            $"pipeline: {broken.What} fails '{broken.Invariant}': {broken.Detail}.");
        return CommandLine.Failed;
    }
}

/// <param name="Customers">Proven, so before the first that fails.</param>
/// <param name="Points">Null where only the chains were proven.</param>
/// <param name="Satisfaction">Null where a ledger fails, and where only the chains were proven.</param>
internal sealed record VerifyReport(
    bool Ok, long Customers, long Entries, decimal? Points, VerifiedSatisfaction? Satisfaction, VerifyFailure? Failure,
    double Seconds)
{
    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine(
            $"{(Ok || Satisfaction is not null ? "All ledgers hold" : "A ledger does not hold")}: "
            + $"{Customers:N0} customer{(Customers == 1 ? "" : "s")}, {Entries:N0} entries, "
            + $"{(Points is { } points ? $"{points:N0} points" : "their chains only,")} proven in {Seconds:0.0} s.");
        Satisfaction?.WriteTo(writer);
    }
}

/// <param name="Customer">Null: it is a tally of all.</param>
/// <param name="EntryId">The entry that was edited, added or taken away; null where it is another document.</param>
internal sealed record VerifyFailure(string? Customer, string Invariant, string? EntryId, string Detail)
{
    /// <summary>What fails, as it is told to a person.</summary>
    [JsonIgnore]
    public string What { get; init; } = $"the ledger of customer {Customer}";
}
