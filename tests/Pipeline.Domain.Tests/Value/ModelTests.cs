namespace Pipeline.Domain.Tests.Value;

/// <summary>The models of value by what they must be, without data.</summary>
public sealed class ModelTests
{
    private static readonly PurchaseModel Cdnow = new(DropoutRule.AfterRepeats, 0.243, 4.414, 0.793, 2.426);

    [Fact]
    public void The_paper_s_customer_is_expected_to_buy_as_the_paper_says() =>
        Assert.Equal(1.226, Cdnow.Expected(new PurchaseRecord(2, 30.43, 38.86), 39), 0.0005);

    [Fact]
    public void Who_bought_once_may_have_left_only_where_the_rule_lets_them()
    {
        var once = new PurchaseRecord(0, 0, 100);
        Assert.Equal(1, Cdnow.Alive(once));
        Assert.InRange((Cdnow with { Rule = DropoutRule.AfterEveryPurchase }).Alive(once), 0.01, 0.99);
    }

    [Theory]
    [InlineData(DropoutRule.AfterRepeats)]
    [InlineData(DropoutRule.AfterEveryPurchase)]
    public void Expected_purchases_are_the_average_over_all_customers_that_look_so(DropoutRule rule)
    {
        // The definition, integrated numerically over λ and p given the record, against the closed form.
        var model = new PurchaseModel(rule, 0.8, 5, 1.4, 2.6);
        foreach (var record in (PurchaseRecord[])[new(0, 0, 20), new(1, 3, 20), new(4, 19, 20), new(12, 8, 30)])
        {
            foreach (var horizon in (double[])[1, 12, 52])
            {
                var (alive, expected) = Integrated(model, record, horizon);
                Assert.Equal(alive, model.Alive(record), 1e-3);
                Assert.Equal(expected, model.Expected(record, horizon), 2e-3 * Math.Max(1, expected));
            }
        }
    }

    [Theory]
    [InlineData(DropoutRule.AfterRepeats)]
    [InlineData(DropoutRule.AfterEveryPurchase)]
    public void The_gradient_is_the_slope_of_the_likelihood(DropoutRule rule)
    {
        var likelihood = new PurchaseLikelihood(rule, Simulated(new PurchaseModel(rule, 0.6, 6, 0.9, 2), 200, 7));
        AssertGradient(likelihood.Cost, [-0.3, 1.1, 0.2, -0.4]);
    }

    [Fact]
    public void The_gradient_of_spend_is_the_slope_of_its_likelihood()
    {
        SpendRecord[] records = [new(1, 12.5), new(3, 40, 2), new(7, 3.25), new(40, 9.75, 5)];
        AssertGradient(new SpendLikelihood(records).Cost, [0.7, 1.2, 2.1]);
    }

    [Theory]
    [InlineData(DropoutRule.AfterRepeats)]
    [InlineData(DropoutRule.AfterEveryPurchase)]
    public void The_parameters_behind_simulated_customers_are_found_again(DropoutRule rule)
    {
        var truth = new PurchaseModel(rule, 0.7, 8, 1.1, 2.8);
        var fit = PurchaseFit.Of(rule, Simulated(truth, 40_000, 11));

        Assert.True(fit.HasConverged);
        Assert.Equal(40_000, fit.Customers);
        Assert.Equal(truth.R, fit.Model.R, 0.1 * truth.R);
        Assert.Equal(truth.Alpha, fit.Model.Alpha, 0.1 * truth.Alpha);
        // a and b are known best as the mean chance of leaving.
        Assert.Equal(truth.A / (truth.A + truth.B), fit.Model.A / (fit.Model.A + fit.Model.B), 0.03);
        Assert.True(fit.LogLikelihood >= truth.LogLikelihood(Simulated(truth, 40_000, 11)));
    }

    [Fact]
    public void The_parameters_behind_simulated_spend_are_found_again()
    {
        var random = new Random(3);
        var truth = new SpendModel(5, 4, 16);
        var records = Enumerable.Range(0, 20_000).Select(_ =>
        {
            var rate = Draws.Gamma(random, truth.Q) / truth.V;
            var repeats = 1 + random.Next(6);
            return new SpendRecord(repeats, Draws.Gamma(random, truth.P * repeats) / (rate * repeats));
        }).ToArray();

        var fit = SpendFit.Of(records);

        Assert.True(fit.IsUsable);
        Assert.Equal(truth.P, fit.Model.P, 0.1 * truth.P);
        Assert.Equal(truth.Q, fit.Model.Q, 0.1 * truth.Q);
        Assert.Equal(truth.Expected(0, 0), fit.Model.Expected(0, 0), 0.05 * truth.Expected(0, 0));
        Assert.InRange(fit.Correlation, -0.05, 0.05);
    }

    [Fact]
    public void Spend_that_grows_with_frequency_is_noticed_and_not_modelled()
    {
        var fit = SpendFit.Of([.. Enumerable.Range(1, 50).Select(static x => new SpendRecord(x, 10 * x))]);
        Assert.Equal(1, fit.Correlation, 1e-9);
        Assert.False(fit.IsUsable);
    }

    [Fact]
    public void Equal_customers_counted_together_or_apart_give_the_same_fit()
    {
        var apart = Simulated(Cdnow, 2_000, 5);
        var together = apart.GroupBy(static counted => counted.Record)
            .Select(static group => new CountedRecord(group.Key, group.Sum(static counted => counted.Count))).ToArray();
        Assert.True(together.Length < apart.Count);
        var (one, other) = (PurchaseFit.Of(DropoutRule.AfterRepeats, apart), PurchaseFit.Of(DropoutRule.AfterRepeats, together));
        Assert.Equal(one.LogLikelihood, other.LogLikelihood, 1e-6);
        Assert.Equal(one.Model.Alpha, other.Model.Alpha, 1e-4);
    }

    [Fact]
    public void Discounting_by_four_points_is_near_to_discounting_every_day()
    {
        var record = new PurchaseRecord(3, 20, 25);
        var rate = LifetimeValue.Continuous(0.1, 52);
        var daily = 0.0;
        for (var day = 1; day <= 52 * 7; day++)
        {
            daily += Math.Exp(-rate * (day - 0.5) / 7)
                * (Cdnow.Expected(record, day / 7.0) - Cdnow.Expected(record, (day - 1) / 7.0));
        }

        Assert.Equal(daily, LifetimeValue.DiscountedPurchases(Cdnow, record, 52, rate), 1e-5);
        Assert.Equal(
            Cdnow.Expected(record, 52), LifetimeValue.DiscountedPurchases(Cdnow, record, 52, 0), 1e-12);
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(0, 1, 2)]
    [InlineData(1, 3, 2)]
    public void An_impossible_record_is_refused(int repeats, double recency, double age) =>
        Assert.Throws<ArgumentException>(() => PurchaseFit.Of(
            DropoutRule.AfterRepeats, [new CountedRecord(new PurchaseRecord(repeats, recency, age), 1)]));

    private static void AssertGradient(Differentiable function, double[] at)
    {
        const double step = 1e-5;
        var gradient = new double[at.Length];
        var unused = new double[at.Length];
        function(at, gradient);
        for (var i = 0; i < at.Length; i++)
        {
            double[] up = [.. at], down = [.. at];
            (up[i], down[i]) = (up[i] + step, down[i] - step);
            Assert.Equal((function(up, unused) - function(down, unused)) / (2 * step), gradient[i], 1e-6);
        }
    }

    /// <summary>Customers drawn from the model itself.</summary>
    private static List<CountedRecord> Simulated(PurchaseModel model, int count, int seed)
    {
        var random = new Random(seed);
        var records = new List<CountedRecord>(count);
        for (var i = 0; i < count; i++)
        {
            var rate = Draws.Gamma(random, model.R) / model.Alpha;
            var chance = Draws.Beta(random, model.A, model.B);
            var age = 10.0 + random.Next(60);
            var isGone = model.Rule == DropoutRule.AfterEveryPurchase && random.NextDouble() < chance;
            var (repeats, recency) = (0, 0.0);
            for (var at = Draws.Exponential(random, rate); !isGone && at <= age; at += Draws.Exponential(random, rate))
            {
                (repeats, recency) = (repeats + 1, at);
                isGone = random.NextDouble() < chance;
            }

            records.Add(new CountedRecord(new PurchaseRecord(repeats, recency, age), 1));
        }

        return records;
    }

    /// <summary>P(alive) and the expected purchases by adding up over a grid of λ and p.</summary>
    private static (double Alive, double Expected) Integrated(PurchaseModel model, PurchaseRecord record, double horizon)
    {
        const int steps = 600;
        var chances = model.Rule == DropoutRule.AfterEveryPurchase ? 1 : 0;
        var x = record.Repeats;
        double all = 0, alive = 0, expected = 0;
        for (var i = 0; i < steps; i++)
        {
            // λ = u³ / (1 - u) covers all rates, densely near zero.
            var u = (i + 0.5) / steps;
            var rate = u * u * u / (1 - u);
            var width = ((3 * u * u * (1 - u)) + (u * u * u)) / ((1 - u) * (1 - u));
            var priorOfRate = Math.Pow(rate, model.R - 1) * Math.Exp(-rate * model.Alpha) * width;
            for (var j = 0; j < steps; j++)
            {
                var p = (j + 0.5) / steps;
                var prior = priorOfRate * Math.Pow(p, model.A - 1) * Math.Pow(1 - p, model.B - 1);
                var stayed = Math.Pow(1 - p, x + chances) * Math.Pow(rate, x) * Math.Exp(-rate * record.Age) * prior;
                var left = x + chances == 0
                    ? 0
                    : p * Math.Pow(1 - p, x - 1 + chances) * Math.Pow(rate, x) * Math.Exp(-rate * record.Recency) * prior;
                all += stayed + left;
                alive += stayed;
                expected += stayed * (1 - Math.Exp(-rate * p * horizon)) / p;
            }
        }

        return (alive / all, expected / all);
    }

    private static class Draws
    {
        public static double Exponential(Random random, double rate) => -Math.Log(1 - random.NextDouble()) / rate;

        public static double Beta(Random random, double a, double b)
        {
            var x = Gamma(random, a);
            return x / (x + Gamma(random, b));
        }

        /// <summary>Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000.</summary>
        public static double Gamma(Random random, double shape)
        {
            if (shape < 1)
                return Gamma(random, shape + 1) * Math.Pow(1 - random.NextDouble(), 1 / shape);
            var d = shape - (1 / 3.0);
            while (true)
            {
                var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                var v = Math.Pow(1 + (normal / Math.Sqrt(9 * d)), 3);
                if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
                    return d * v;
            }
        }
    }
}
