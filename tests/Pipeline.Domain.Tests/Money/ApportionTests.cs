using FsCheck;
using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

public sealed class ApportionTests
{
    private static readonly Gen<long[]> Weights =
        Gen.Choose(1, 12).SelectMany(count => Gen.ArrayOf(Proving.Amounts, count));

    [Theory]
    [InlineData(10, new long[] { 1, 1, 1 }, new long[] { 4, 3, 3 })]
    [InlineData(100, new long[] { 1, 2, 4 }, new long[] { 14, 29, 57 })]
    [InlineData(1, new long[] { 0, 5, 5 }, new long[] { 0, 1, 0 })]
    [InlineData(7, new long[] { 0, 0 }, new long[] { 7, 0 })]
    [InlineData(0, new long[] { 3, 4 }, new long[] { 0, 0 })]
    [InlineData(9, new long[] { 0 }, new long[] { 9 })]
    [InlineData(long.MaxValue, new long[] { long.MaxValue, long.MaxValue },
        new long[] { 4611686018427387904, 4611686018427387903 })]
    public void Units_left_over_go_to_the_largest_remainders_and_of_equals_to_the_earlier(
        long total, long[] weights, long[] parts) =>
        Assert.Equal(parts, Apportion.LargestRemainder(total, weights));

    [Fact]
    public void Nothing_splits_over_nothing_and_something_does_not()
    {
        Assert.Empty(Apportion.LargestRemainder(0, []));
        Assert.Throws<ArgumentException>(() => Apportion.LargestRemainder(1, []));
    }

    [Fact]
    public void A_negative_total_or_weight_is_a_bug_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Apportion.LargestRemainder(-1, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Apportion.LargestRemainder(1, [2, -1]));
    }

    [Fact]
    public void The_parts_add_up_to_the_total_and_each_is_within_one_of_its_exact_share() =>
        Proving.ForAll(
            from total in Proving.Amounts from weights in Weights select (total, weights),
            static given =>
            {
                var parts = Apportion.LargestRemainder(given.total, given.weights);
                var sum = given.weights.Aggregate((Int128)0, static (all, weight) => all + weight);
                return parts.Aggregate((Int128)0, static (all, part) => all + part) == given.total
                    && (sum == 0 || parts.Zip(given.weights).All(pair =>
                        Int128.Abs(((Int128)pair.First * sum) - ((Int128)given.total * pair.Second)) < sum));
            });

    [Theory]
    [InlineData(100, 1, 3, 33)]
    [InlineData(100, 2, 3, 66)]
    [InlineData(100, 3, 3, 100)]
    [InlineData(100, 0, 3, 0)]
    [InlineData(100, 0, 0, 100)]
    [InlineData(long.MaxValue, long.MaxValue - 1, long.MaxValue, long.MaxValue - 1)]
    public void A_share_is_rounded_down_and_the_whole_is_the_whole(long whole, long part, long of, long share) =>
        Assert.Equal(share, Apportion.Share(whole, part, of));

    [Theory]
    [InlineData(100, 4, 3)]
    [InlineData(100, 1, 0)]
    [InlineData(-1, 1, 3)]
    [InlineData(100, -1, 3)]
    public void A_share_of_more_than_the_whole_or_of_less_than_nothing_is_a_bug(long whole, long part, long of) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Apportion.Share(whole, part, of));

    [Fact]
    public void A_share_never_falls_as_the_part_grows() =>
        Proving.ForAll(
            from whole in Proving.Amounts
            from of in Proving.Amounts
            from first in Proving.Between(0, of)
            from second in Proving.Between(0, of)
            select (whole, of, less: Math.Min(first, second), more: Math.Max(first, second)),
            static given =>
                Apportion.Share(given.whole, given.less, given.of) <= Apportion.Share(given.whole, given.more, given.of)
                && Apportion.Share(given.whole, given.of, given.of) == given.whole);
}
