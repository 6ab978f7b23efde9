using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Commands;

/// <summary>Scores customers as of a day in the past and compares with what happened. It only reads the data.</summary>
internal static class BacktestCommand
{
    private const int HorizonDaysMax = 3_650;

    public static Command Create(Terminal terminal)
    {
        var data = Options.Data();
        var json = Options.Json();
        var cutoff = new Option<DateOnly>("--cutoff")
        {
            Description = "The first day that the scores must not know, as 2011-09-09, in the program's zone.",
            Required = true,
            HelpName = "DATE",
            CustomParser = DayArgument.Parse,
        };
        var horizon = new Option<int>("--horizon")
        {
            Description = "How far ahead the score looks, as 90d.",
            DefaultValueFactory = _ => FitRules.Default.HorizonDays,
            HelpName = "DAYS",
            CustomParser = Days,
        };
        var picture = new Option<string?>("--svg")
        {
            Description = "Where the picture of calibration and lift goes. [default: backtest-CUTOFF.svg in the data folder]",
            HelpName = "FILE",
        };
        var command = new Command(
            "backtest",
            "Scores every customer on what was known before a day, and compares with what happened. Works while the host serves.")
        {
            cutoff, horizon, picture, data, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(cutoff), parsed.GetValue(horizon),
            parsed.GetValue(picture), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static int Days(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text.TrimEnd('d'), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is >= 1 and <= HorizonDaysMax)
            return days;
        argument.AddError($"'{text}' is not a number of days of the form 90d.");
        return default;
    }

    private static async Task<int> RunAsync(
        string folder, DateOnly cutoff, int horizonDays, string? picture, bool asJson, Terminal terminal,
        CancellationToken cancellation)
    {
        var started = terminal.Time.GetTimestamp();
        Folder.MustExist(folder);
        await using var engine = Folder.Read(folder);
        var programs = new FixedPrograms(await ProgramStore.ReadOnlyAsync(engine.Documents, cancellation));
        var history = new BacktestHistory(engine.Documents, programs);
        var rules = FitRules.Default with { HorizonDays = horizonDays };
        var found = await ProgressLine.RunAsync(terminal, asJson, "Replaying", line => history.RunAsync(
            cutoff, rules, line.Counting("customers"), cancellation).AsTask())
            ?? throw new CommandException(
                $"before {cutoff:yyyy-MM-dd} there is too little history to score anybody: fewer than "
                + $"{InsightFit.PurchaseCustomersMin} customers had bought.");
        var file = Path.GetFullPath(picture ?? Path.Combine(
            folder, string.Create(CultureInfo.InvariantCulture, $"backtest-{cutoff:yyyy-MM-dd}.svg")));
        await File.WriteAllTextAsync(file, BacktestPicture.Of(found), cancellation);
        var result = BacktestResult.Of(found, file, Seconds.Since(started, terminal.Time));
        terminal.Print(asJson, result, ReportJson.Default.BacktestResult, result.WriteTo);
        return 0;
    }
}

/// <summary>A day on the command line.</summary>
internal static class DayArgument
{
    public static DateOnly Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        argument.AddError($"'{text}' is not a day of the form 2011-12-10.");
        return default;
    }
}
