using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Pipeline.Local.Import;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Local.Commands;

/// <summary>The program's commands: parses, runs one, and turns what goes wrong into a sentence and an exit code.</summary>
internal static class CommandLine
{
    public const int Failed = 1;

    /// <summary>What a shell expects of a process that was interrupted.</summary>
    public const int Interrupted = 130;

    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancellation)
    {
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            // Signals are Program's; a command gets its token.
            ProcessTerminationTimeout = null,
        };
        try
        {
            var parsed = Root(terminal).Parse(arguments);
            // What is wrong goes to standard error; the help would go to standard output, where a result is looked for.
            if (parsed.Action is ParseErrorAction wrong)
                wrong.ShowHelp = false;
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("pipeline: interrupted.");
            return Interrupted;
        }
        catch (Exception error) when (Explained(error) is { } sentence)
        {
            await terminal.Error.WriteLineAsync($"pipeline: {sentence}");
            return Failed;
        }
    }

    /// <summary>
    /// One token for SIGINT, SIGTERM and SIGQUIT. A second Ctrl+C ends the process at once; nothing that was acknowledged
    /// is lost by it.
    /// </summary>
    public static IDisposable OnSignals(CancellationTokenSource stop)
    {
        var interrupts = 0;
        var signals = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT };
        var registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = signal != PosixSignal.SIGINT || Interlocked.Increment(ref interrupts) == 1;
            stop.Cancel();
        }));
        return new Registrations(registrations);
    }

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand(
            "A loyalty and feedback pipeline in one process. Without a command it serves: see 'pipeline serve --help'.");
        ServeCommand.AddTo(root, terminal);
        root.Add(ServeCommand.Create(terminal));
        root.Add(new Command("import", "Brings a shop's past in.")
        {
            ImportPurchasesCommand.Create(terminal),
            ImportFeedbackCommand.Create(terminal),
        });
        root.Add(NightlyCommand.Create(terminal));
        root.Add(BacktestCommand.Create(terminal));
        root.Add(VerifyCommand.Create(terminal));
        root.Add(ReplayCommand.Create(terminal));
        root.Add(BackupCommand.Create(terminal));
        root.Add(DeadLettersCommand.Create(terminal));
        root.Add(KeysCommand.Create(terminal));
        root.Add(SentimentCommand.Create(terminal));
        return root;
    }

    /// <summary>What a person can do something about; null for a bug, which ends with its trace.</summary>
    private static string? Explained(Exception error) => error switch
    {
        CommandException or ImportException or MappingException or DataFolderException => error.Message,
        StoreUnavailableException => $"the store cannot be used now: {error.Message}",
        IOException or UnauthorizedAccessException => error.Message,
        InvalidDataException => $"the data folder is damaged, go on with a backup: {error.Message}",
        AggregateException { InnerExceptions: [var only] } => Explained(only),
        _ => null,
    };

    private sealed class Registrations(PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose()
        {
            foreach (var registration in registrations)
                registration.Dispose();
        }
    }
}
