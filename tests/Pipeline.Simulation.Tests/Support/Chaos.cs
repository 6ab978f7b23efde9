using System.Globalization;
using System.Security.Cryptography;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>How hard the simulation tries, and how its randomness is repeated.</summary>
internal static class Chaos
{
    private static readonly int Factor = Math.Max(1, Number("PIPELINE_CHAOS") ?? 1);

    /// <summary>So many rounds, or <c>PIPELINE_CHAOS</c> times as many.</summary>
    public static int Times(int rounds) => checked(rounds * Factor);

    /// <summary>The bound of a whole test: generous, since the machine may have other work.</summary>
    public static CancellationTokenSource Deadline() => new(TimeSpan.FromMinutes(4 * Factor));

    /// <summary>A seed that the test's output shows; <c>PIPELINE_SEED</c> repeats it.</summary>
    public static int Seed(ITestOutputHelper output)
    {
        var seed = Number("PIPELINE_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"PIPELINE_SEED={seed} repeats this run's choices.");
        return seed;
    }

    private static int? Number(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
