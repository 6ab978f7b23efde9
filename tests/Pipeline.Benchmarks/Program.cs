using Pipeline.Benchmarks;
using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Micro;

const string Usage = """
    bench/run.sh runs all of it. One command alone:
      run [--quick] REPORT.md     the parts of BENCH_PARTS (all), and a report
      serve FOLDER on|off         the product with its pumps running or stopped
      load JSON                   the load generator
      micro [BenchmarkDotNet's]   decisions and parsing
    """;

switch (args)
{
    case ["run", .. var rest]:
        return await Suite.RunAsync(rest.Contains("--quick"), rest[^1]);
    case ["serve", var folder, var pumps]:
        return ServeCommand.Run(folder, pumps == "on");
    case ["load", var options]:
        return LoadCommand.Run(options);
    case ["micro", .. var rest]:
        return MicroCommand.Run(rest);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
