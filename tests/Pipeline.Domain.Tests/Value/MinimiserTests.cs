namespace Pipeline.Domain.Tests.Value;

public sealed class MinimiserTests
{
    /// <summary>As a mean over a million customers is: right to a dozen digits, while its gradient is right to many more.</summary>
    [Fact]
    public void A_value_whose_last_digits_are_rounding_does_not_keep_it_from_the_bottom()
    {
        static double Valley(ReadOnlySpan<double> at, Span<double> gradient)
        {
            var (x, y) = (at[0] - 1, at[1] + 2);
            gradient[0] = (2 * x) + y;
            gradient[1] = x + (20 * y);
            var rounding = 1e-12 * Math.Sin(1e9 * (at[0] + at[1]));
            return 12.6 + (x * x) + (x * y) + (10 * y * y) + rounding;
        }

        for (var start = -5.0; start <= 5; start += 0.25)
        {
            var found = Minimiser.Find(Valley, [start, -start], 1e-7);

            Assert.True(found.HasConverged);
            Assert.InRange(found.Evaluations, 1, 60);
            Assert.Equal(1, found.At[0], 6);
            Assert.Equal(-2, found.At[1], 6);
        }
    }
}
