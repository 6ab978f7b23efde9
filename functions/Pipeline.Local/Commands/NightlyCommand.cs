using System.CommandLine;
using Pipeline.Domain;
using Pipeline.Local.Work;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Local.Commands;

/// <summary>Plans a nightly run and works it to its end in this process.</summary>
internal static class NightlyCommand
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(50);

    public static Command Create(Terminal terminal)
    {
        var data = Options.Data();
        var json = Options.Json();
        var slot = new Option<DateOnly>("--slot")
        {
            Description = "The day whose run this is, as 2011-12-10: what lapsed before it began, in the program's zone.",
            Required = true,
            HelpName = "DATE",
            CustomParser = DayArgument.Parse,
        };
        var command = new Command(
            "nightly", "Works the nightly run of a day to its end and prints its report. The host must not be serving.")
        {
            slot, data, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(slot), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, DateOnly slot, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        var started = terminal.Time.GetTimestamp();
        Folder.MustExist(folder);
        await using var services = await Folder.OpenAsync(folder, terminal, "nightly", cancellation);
        var runs = services.GetRequiredService<NightlyRuns>();
        var run = await ProgressLine.RunAsync(
            terminal, asJson, "Nightly run", line => WorkAsync(services, runs, slot, terminal, line, cancellation));
        var told = await services.GetRequiredService<InsightReader>().ReportAsync(slot, cancellation);
        var report = new NightlyRunReport(
            run.RunId, slot, run.Report!.Cut, run.Report.Customers, run.Report.ExpiredPoints, run.Report.Lots,
            run.Report.Failed, run.Report.Scored, run.Report.Changed, run.Report.Model,
            told?.Totals ?? new Dictionary<string, long>(), told?.Satisfaction ?? [], run.FinishedAt, Seconds.Since(started, terminal.Time));
        terminal.Print(asJson, report, ReportJson.Default.NightlyRunReport, report.WriteTo);
        return 0;
    }

    private static async Task<RunView> WorkAsync(
        IServiceProvider services,
        NightlyRuns runs,
        DateOnly slot,
        Terminal terminal,
        ProgressLine progress,
        CancellationToken cancellation)
    {
        var run = await PlanAsync(runs, slot, cancellation);
        if (run.Report is not null)
            return run;
        using var metrics = new WorkMetrics();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var options = new PumpOptions();
        var handler = services.GetServices<ISessionHandler>().Single(one => one.Queue == QueueNames.Nightly);
        var pump = new QueuePump(
            services.GetRequiredService<IQueueReceiver>(), handler, options, metrics, terminal.Time,
            services.GetRequiredService<ILogger<QueuePump>>());
        var working = pump.RunAsync(options.NightlyPagesInFlightMax, stop.Token);
        try
        {
            while (run.Report is null)
            {
                if (pump.DeadLetters > 0)
                    throw new CommandException(
                        $"the run {run.RunId} cannot be finished: a page of it was set aside. "
                        + "'pipeline deadletters list --queue nightly' shows why.");
                await Task.Delay(LookAgainAfter, terminal.Time, cancellation);
                run = await runs.GetAsync(run.RunId, cancellation) ?? run;
                progress.Show("Nightly run", run.ShardsDone, run.Shards);
            }

            return run;
        }
        finally
        {
            await stop.CancelAsync();
            await working;
        }
    }

    private static async Task<RunView> PlanAsync(NightlyRuns runs, DateOnly slot, CancellationToken cancellation)
    {
        try
        {
            return (await runs.PlanAsync(NightlyRuns.NightlyKind, slot, cancellation)).Run;
        }
        catch (FutureSlotException error)
        {
            throw new CommandException(error.Message, error);
        }
    }
}

/// <param name="Cut">Everything that lapsed at or before this instant was due.</param>
internal sealed record NightlyRunReport(
    string RunId,
    DateOnly Slot,
    DateTimeOffset Cut,
    long Customers,
    decimal ExpiredPoints,
    long Lots,
    long Failed,
    long Scored,
    long Changed,
    string? Model,
    IReadOnlyDictionary<string, long> Totals,
    IReadOnlyList<Metric> Satisfaction,
    DateTimeOffset? FinishedAt,
    double Seconds)
{
    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine($"Run {RunId}: everything that lapsed by {Cut:yyyy-MM-dd'T'HH:mm:ss'Z'}.");
        writer.WriteLine($"  {Customers,12:N0} customers had something due");
        writer.WriteLine($"  {ExpiredPoints,12:N0} points expired, of {Lots:N0} lots");
        writer.WriteLine($"  {Failed,12:N0} customers failed (their dead letters say why)");
        writer.WriteLine($"  {Scored,12:N0} customers were looked at, of {Changed:N0} something new is told (models of {Model ?? "no day yet"})");
        Table(writer, "Segments", InsightCounters.SegmentPrefix, Enum.GetValues<Segment>().Select(InsightCounters.NameOf));
        Table(writer, "Stages", InsightCounters.StagePrefix, Enum.GetValues<LifecycleStage>().Select(InsightCounters.NameOf));
        writer.WriteLine(
            $"Points: {Of(InsightCounters.Issued):N0} issued, {Of(InsightCounters.Redeemed):N0} redeemed, "
            + $"{Of(InsightCounters.Expired):N0} expired, {Of(InsightCounters.ClawedBack):N0} clawed back, {Outstanding:N0} outstanding.");
        writer.WriteLine($"Churn warnings: {Of(InsightCounters.WarningsOpen):N0} open.");
        foreach (var metric in Satisfaction.Where(static one => one.N > 0))
            writer.WriteLine(
                $"{metric.Definition.Split('.')[0],14}: {metric.Value:0.0} of {metric.N:N0} answers in 30 days (95 %: {metric.Low:0.0} to {metric.High:0.0})");
        writer.WriteLine($"Done in {Seconds:0.0} s.");
    }

    private long Outstanding => Of(InsightCounters.Issued) - Of(InsightCounters.Redeemed) - Of(InsightCounters.Expired)
        - Of(InsightCounters.ClawedBack);

    private long Of(string counter) => Totals.GetValueOrDefault(counter);

    private void Table(TextWriter writer, string title, string prefix, IEnumerable<string> names)
    {
        writer.WriteLine($"{title}:");
        foreach (var name in names)
            if (Of(prefix + name) is var customers and not 0)
                writer.WriteLine($"  {customers,12:N0} {name}");
    }
}
