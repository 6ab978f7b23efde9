namespace Pipeline.Benchmarks.Reporting;

/// <summary>A figure with its targets.</summary>
/// <param name="Values">One a round; the median counts.</param>
/// <param name="AtLeast">The value that must be reached.</param>
/// <param name="AimedAt">The value that is aimed at.</param>
/// <param name="IsLowerBetter">Whether the targets are upper bounds.</param>
internal sealed record Finding(
    string Name, string Unit, IReadOnlyList<double> Values, double AtLeast, double AimedAt, bool IsLowerBetter = false)
{
    public double Median => Statistics.Median(Values);

    public string Verdict =>
        Reaches(AimedAt) ? "reaches what is aimed at" : Reaches(AtLeast) ? "reaches the least" : "**below the least**";

    public bool IsReached => Reaches(AtLeast);

    private bool Reaches(double target) => IsLowerBetter ? Median <= target : Median >= target;
}

internal static class Statistics
{
    public static double Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return double.NaN;
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
