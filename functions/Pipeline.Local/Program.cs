using System.Text;
using Pipeline.Local.Commands;

using var stop = new CancellationTokenSource();
using var signals = CommandLine.OnSignals(stop);
// What is piped in is UTF-8, whatever the locale says.
using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
var terminal = new Terminal(Console.Out, Console.Error, !Console.IsErrorRedirected, TimeProvider.System) { In = input };
return await CommandLine.RunAsync(args, terminal, stop.Token);
