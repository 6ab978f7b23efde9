using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary>Shows how far a command is, on standard error, where a person looks at it; otherwise nothing.</summary>
internal sealed class ProgressLine
{
    private readonly ProgressTask? task;

    private ProgressLine(ProgressTask? task) => this.task = task;

    public static async Task<T> RunAsync<T>(
        Terminal terminal, bool asJson, string title, Func<ProgressLine, Task<T>> work)
    {
        if (asJson || !terminal.IsErrorInteractive)
            return await work(new ProgressLine(null));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(title, autoStart: true);
                task.IsIndeterminate = true;
                return await work(new ProgressLine(task));
            });
    }

    /// <summary>Shows that so many of so many are done.</summary>
    public void Show(string title, double done, double of)
    {
        if (task is null || of <= 0)
            return;
        task.IsIndeterminate = false;
        task.Description = title;
        task.MaxValue = of;
        task.Value = Math.Min(done, of);
    }

    /// <summary>Counts where the end is not known.</summary>
    public IProgress<long>? Counting(string what) => task is null ? null : new Counter(task, what);

    private sealed class Counter(ProgressTask task, string what) : IProgress<long>
    {
        private readonly string title = task.Description;

        public void Report(long value) => task.Description = $"{title}: {value:N0} {what}";
    }
}

internal static class Seconds
{
    public static double Since(long started, TimeProvider time) =>
        Math.Round(time.GetElapsedTime(started).TotalSeconds, 3);
}
