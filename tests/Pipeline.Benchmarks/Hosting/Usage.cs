using Pipeline.Benchmarks.Reporting;

namespace Pipeline.Benchmarks.Hosting;

/// <summary>What so many requests or purchases cost the server's process between two looks at it.</summary>
internal readonly record struct Usage(HostFigures Before, HostFigures After, double Count)
{
    public double CpuMicroseconds => (After.CpuSeconds - Before.CpuSeconds) * 1e6 / Count;

    public double WrittenBytes => (After.WrittenBytes - Before.WrittenBytes) / Count;

    public double Commits => (After.Commits - Before.Commits) / Count;

    private double AllocatedKibibytes => (After.AllocatedBytes - Before.AllocatedBytes) / Count / 1024;

    public override string ToString() =>
        $"{CpuMicroseconds:F1} µs of processor and {AllocatedKibibytes:F1} KiB allocated each, "
        + $"{(After.GcPauseSeconds - Before.GcPauseSeconds) * 1_000:F0} ms paused for collections, "
        + (Commits > 0 ? $"{Report.Text(1 / Commits)} a COMMIT" : "no COMMIT");
}
