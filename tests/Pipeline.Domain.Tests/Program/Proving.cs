using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Pipeline.Domain.Tests;

/// <summary>
/// Runs a property 300 times and throws at the first case that breaks it. The message names the case and the
/// seed, such as (9234187421986719837,3434340001); <c>FSCHECK_SEED=9234187421986719837,3434340001</c> runs
/// the same cases again.
/// </summary>
internal static class Proving
{
    private const int CasesMax = 300;

    internal static void ForAll<T>(Gen<T> cases, Func<T, bool> holds) =>
        Check.One(Settings(), Prop.ForAll(cases.ToArbitrary(), holds));

    /// <summary>Whole numbers of a range, both ends included.</summary>
    internal static Gen<long> Between(long least, long most) => FsCheck.FSharp.Gen.Choose64(least, most);

    /// <summary>
    /// Numbers near both ends and in the middle, because the whole range would hardly ever give a small one.
    /// </summary>
    internal static Gen<long> Amounts { get; } = Gen.OneOf(
        Gen.Choose(0, 3).Select(static small => (long)small),
        Gen.Choose(0, 1_000_000).Select(static usual => (long)usual),
        Between(0, long.MaxValue),
        Gen.Choose(0, 3).Select(static below => long.MaxValue - below));

    private static Config Settings()
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(CasesMax);
        if (Environment.GetEnvironmentVariable("FSCHECK_SEED") is not { Length: > 0 } seed)
            return config;
        var parts = seed.Split(',');
        var replay = new Replay(new Rnd(ulong.Parse(parts[0]), ulong.Parse(parts[1])), FSharpOption<int>.None);
        return config.WithReplay(FSharpOption<Replay>.Some(replay));
    }
}
