using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Pipeline.Benchmarks.Micro;

internal static class MicroCommand
{
    public static int Run(string[] arguments)
    {
        // In this process: another project of BenchmarkDotNet's own would not find the product's settings.
        var config = DefaultConfig.Instance.AddJob(
            Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        string[] chosen = arguments.Length == 0 ? ["--filter", "*"] : arguments;
        BenchmarkSwitcher.FromTypes([typeof(LedgerBenchmarks), typeof(SentimentBenchmarks)]).Run(chosen, config);
        return 0;
    }
}
