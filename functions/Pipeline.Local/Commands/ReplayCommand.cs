using System.CommandLine;
using Pipeline.Local.Hosting;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Commands;

/// <summary>Tries a program on the stored purchases, beside what was awarded. It only reads the data.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        var data = Options.Data();
        var json = Options.Json();
        var program = new Option<string>("--program")
        {
            Description = "The file of the program to try (docs/program.md). It is not stored.",
            Required = true,
            HelpName = "FILE",
        };
        var from = Day("--from", "The first day of purchases to award anew, in the program's zone. [default: all]");
        var to = Day("--to", "The last day of purchases to award anew. [default: all]");
        var asOf = Day("--as-of", "The day at whose end the outstanding points are counted. [default: now]");
        var command = new Command(
            "replay",
            "Tells what another program would have made of the stored purchases. Changes nothing; works while the host serves.")
        {
            program, from, to, asOf, data, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(program), parsed.GetValue(from), parsed.GetValue(to),
            parsed.GetValue(asOf), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE",
        CustomParser = static argument => DayArgument.Parse(argument),
    };

    private static async Task<int> RunAsync(
        string folder, string file, DateOnly? from, DateOnly? to, DateOnly? asOf, bool asJson, Terminal terminal,
        CancellationToken cancellation)
    {
        if (from > to)
            throw new CommandException("the day of --from comes after the day of --to.");
        var started = terminal.Time.GetTimestamp();
        Folder.MustExist(folder);
        var program = LoadedPrograms.Read(file);
        await using var engine = Folder.Read(folder);
        var stored = await ProgramStore.ReadOnlyAsync(engine.Documents, cancellation);
        var trial = new ProgramTrial(engine.Documents, stored, terminal.Time);
        var found = await ProgressLine.RunAsync(terminal, asJson, "Replaying", line => trial.RunAsync(
            program, from, to, asOf, line.Counting("customers"), cancellation).AsTask());
        var inEffect = stored.InEffectAt(terminal.Time.GetUtcNow());
        var result = ReplayResult.Of(found, program, inEffect, (from, to, asOf), Seconds.Since(started, terminal.Time));
        terminal.Print(asJson, result, ReportJson.Default.ReplayResult, result.WriteTo);
        return 0;
    }
}
