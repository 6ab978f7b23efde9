using Pipeline.Local.Commands;

using var stop = new CancellationTokenSource();
using var signals = CommandLine.OnSignals(stop);
var terminal = new Terminal(Console.Out, Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
return await CommandLine.RunAsync(args, terminal, stop.Token);
