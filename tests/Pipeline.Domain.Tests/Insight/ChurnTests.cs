namespace Pipeline.Domain.Tests;

public sealed class ChurnTests
{
    private const int Today = 500;

    private static readonly InsightModel Model = Rhythms.Fitted(Rhythms.Simulated(1_500, Today, 11), Today);

    [Fact]
    public void Logistic_regression_recovers_known_weights()
    {
        var random = new Random(3);
        var rows = new List<LogisticRow>();
        for (var i = 0; i < 40_000; i++)
        {
            double x = random.NextDouble() * 4, y = random.NextDouble();
            var p = LogisticModel.Probability(-1 + (0.8 * x) - (1.5 * y));
            rows.Add(new LogisticRow([x, y, 7], random.NextDouble() < p));
        }

        var fit = LogisticModel.Fit(rows, penalty: 1e-6);

        Assert.Equal(0.8, fit.Weights[0] / fit.Deviations[0], 0.05);
        Assert.Equal(-1.5, fit.Weights[1] / fit.Deviations[1], 0.1);
        Assert.Equal(0, fit.Weights[2], 1e-6);
        Assert.Equal(-1, fit.LogOdds([0, 0, 7]), 0.1);
        Assert.True(Math.Abs(LogisticModel.Fit(rows, penalty: 50_000).Weights[0]) < 0.2 * fit.Weights[0]);
    }

    [Fact]
    public void Contributions_add_up_to_the_score()
    {
        Assert.NotNull(Model.Churn.Learnt);
        foreach (var customer in Rhythms.Simulated(50, Today, 12))
        {
            if (RhythmAt.Of(customer.Rhythm, Today) is not { } rhythm)
                continue;
            foreach (var signals in new[] { default, new ChurnSignals(-0.5, 0.2, 2, true, true) })
            {
                var score = Model.Churn.Score(rhythm, Model.Population, Model.Purchases!.Model, signals);
                var sum = score.Base + score.Contributions.Sum(static part => part.LogOdds);
                Assert.Equal(LogisticModel.LogOddsOf(score.Probability), sum, 1e-9);
            }
        }
    }

    [Fact]
    public void What_is_not_known_adds_nothing_and_bad_news_adds_to_the_score()
    {
        var rhythm = RhythmAt.Of(Rhythms.Of(100, 200, 300, 400), Today)!.Value;
        var (population, purchases) = (Model.Population, Model.Purchases!.Model);
        var plain = Model.Churn.Score(rhythm, population, purchases);
        var sad = Model.Churn.Score(rhythm, population, purchases, new ChurnSignals(Satisfaction: -1, OpenCases: 9));

        Assert.Equal(ChurnFeatures.Count, plain.Contributions.Length);
        Assert.Equal(Model.Churn.Probability(rhythm, population, purchases), plain.Probability, 1e-12);
        Assert.Equal(
            LogisticModel.LogOddsOf(plain.Probability) + ChurnModel.SatisfactionWeight
                + (ChurnModel.OpenCasesMax * ChurnModel.OpenCaseWeight),
            LogisticModel.LogOddsOf(sad.Probability), 1e-9);
    }

    [Fact]
    public void The_longer_the_silence_the_higher_the_score()
    {
        double before = 0;
        foreach (var today in new[] { 410, 430, 470, 550 })
        {
            var rhythm = RhythmAt.Of(Rhythms.Of(100, 200, 300, 350, 400), today)!.Value;
            var score = Model.Churn.Probability(rhythm, Model.Population, Model.Purchases!.Model);
            Assert.True(score > before, $"{score} after {before}");
            before = score;
        }
    }

    [Fact]
    public void With_too_little_history_the_model_of_purchases_speaks_alone()
    {
        // Everybody came less than a horizon ago: there is no outcome to learn from.
        var young = Rhythms.Simulated(400, 80, 5);
        var model = Rhythms.Fitted(young, 80);
        var rhythm = RhythmAt.Of(Rhythms.Of(10, 20), 80)!.Value;
        var score = model.Churn.Score(rhythm, model.Population, model.Purchases!.Model);

        Assert.Null(model.Churn.Learnt);
        Assert.Equal(model.Purchases.Model.Silent(rhythm.Record, 90 / 7.0), score.Probability, 1e-9);
        Assert.Equal("purchase-model", Assert.Single(score.Contributions).Name);
    }

    [Fact]
    public void A_fit_is_the_same_in_any_order_of_the_customers()
    {
        var customers = Rhythms.Simulated(900, Today, 21);
        var again = Rhythms.Fitted(customers.OrderBy(static one => one.Id.GetHashCode(StringComparison.Ordinal)), Today);
        var once = Rhythms.Fitted(customers, Today);

        Assert.Equal(once.Purchases, again.Purchases);
        Assert.Equal(once.Churn.Learnt!.Weights.AsEnumerable(), again.Churn.Learnt!.Weights);
        Assert.Equal(once.Rfm.Days.AsEnumerable(), again.Rfm.Days);
    }

    [Fact]
    public void What_comes_after_the_day_teaches_nothing()
    {
        var customers = Rhythms.Simulated(900, Today, 22);
        var before = Rhythms.Fitted(customers.Select(static one => one with { Rhythm = Cut(one.Rhythm, 300) }), 300);
        var after = Rhythms.Fitted(
            customers.Select(static one => one with { Rhythm = Cut(one.Rhythm, 300).Bought(Rhythms.Purchase(9_000), 301) }), 300);

        Assert.Equal(before.Customers, after.Customers);
        Assert.Equal(before.Purchases!.Model.R, after.Purchases!.Model.R, 1e-9);

        // Only customers whose days are all kept, so that a rhythm can be cut exactly.
        static PurchaseRhythm Cut(PurchaseRhythm rhythm, int today) => rhythm.Days > 11
            ? PurchaseRhythm.None
            : Rhythms.Of([.. rhythm.Recent.Select(static day => day.Day).Where(day => day < today)]);
    }

    [Fact]
    public void The_value_of_a_year_is_its_purchases_times_their_worth()
    {
        var rhythm = RhythmAt.Of(Rhythms.Of(300, 350, 400, 450, 490), Today)!.Value;
        var undiscounted = InsightFit.YearValue(Model, rhythm, yearlyDiscount: 0);

        Assert.Equal(
            Model.Purchases!.Model.Expected(rhythm.Record, 52) * InsightFit.DayValue(Model, rhythm), undiscounted, 1e-6);
        Assert.InRange(InsightFit.YearValue(Model, rhythm, 0.1), 0.9 * undiscounted, undiscounted);
        Assert.InRange(InsightFit.DayValue(Model, rhythm), 1_000, 20_000);
    }
}
