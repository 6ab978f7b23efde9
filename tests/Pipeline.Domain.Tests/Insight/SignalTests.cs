namespace Pipeline.Domain.Tests;

public sealed class SignalTests
{
    private const int Today = 400;

    private static readonly DateTimeOffset Cut = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_last_answers_count_between_minus_one_and_one()
    {
        Assert.Equal(-1, Of(Heard(1, new Answers(1, 0, 1), (Feeling?)null)).Signals.Satisfaction);
        Assert.Equal(1, Of(Heard(1, new Answers(5, 10, 7), (Feeling?)null)).Signals.Satisfaction);
        Assert.Equal(0, Of(Heard(1, new Answers(3, null, null), (Feeling?)null)).Signals.Satisfaction);
        Assert.Null(Of(Heard(1, default, Feeling.Positive)).Signals.Satisfaction);
        Assert.Null(Of(CustomerSatisfaction.New).Signals.Satisfaction);
    }

    [Fact]
    public void A_comment_that_turns_bad_counts_more_than_one_among_bad_ones_and_old_or_later_feedback_not_at_all()
    {
        var turned = Of(Heard(2, default, Feeling.Positive, Feeling.Positive, Feeling.Neutral)).Signals.Sentiment;
        var steady = Of(Heard(2, default, Feeling.Neutral, Feeling.Neutral, Feeling.Neutral)).Signals.Sentiment;

        Assert.True(turned < steady);
        Assert.Equal(-1, Of(Heard(2, default, Feeling.Negative)).Signals.Sentiment);
        Assert.Null(Of(Heard(181, new Answers(1, null, null), Feeling.Negative)).Signals.Sentiment);
        Assert.Null(Of(Heard(0, new Answers(1, null, null), Feeling.Negative)).Signals.Sentiment);
    }

    [Fact]
    public void Points_that_lapse_within_thirty_days_are_a_signal_and_others_are_not()
    {
        Assert.True(Lapsing(Cut.AddDays(30)));
        Assert.False(Lapsing(Cut.AddDays(31)));
        Assert.False(Lapsing(Cut));
        Assert.False(Lapsing(null));
    }

    [Fact]
    public void One_who_used_to_pay_with_points_and_still_buys_but_pays_no_more_is_told_with_its_day()
    {
        var paying = Rhythms.Of(100, 150, 200, 390) with { Redemptions = 5, LastRedemptionDay = 200 };
        var found = Of(CustomerSatisfaction.New, paying);

        Assert.True(found.Signals.RedemptionFell);
        Assert.Equal(200, Assert.Single(found.Evidence).Day);
        Assert.False(Of(CustomerSatisfaction.New, paying with { LastRedemptionDay = 350 }).Signals.RedemptionFell);
        Assert.False(Of(CustomerSatisfaction.New, paying with { Redemptions = 1 }).Signals.RedemptionFell);
    }

    [Fact]
    public void Open_cases_are_counted_and_cited()
    {
        var found = CustomerSignals.Of(Account.New, Rhythms.Of(100), null, [380, 390], Cut, Today);

        Assert.Equal(2, found.Signals.OpenCases);
        Assert.Equal([380, 390], found.Evidence.Select(static one => one.Day));
    }

    [Fact]
    public void Whatever_the_signals_the_contributions_add_up_to_the_score_and_worse_signals_raise_it()
    {
        var model = Rhythms.Fitted(Rhythms.Simulated(1_500, 500, 11), 500);
        var purchases = model.Purchases!.Model;
        const int Seed = 20_111_209;
        var random = new Random(Seed);
        foreach (var customer in Rhythms.Simulated(300, 500, 12))
        {
            if (RhythmAt.Of(customer.Rhythm, 500) is not { } known)
                continue;
            var signals = new ChurnSignals(
                Maybe(random), Maybe(random), random.Next(5), random.Next(2) == 0, random.Next(2) == 0);
            var score = model.Churn.Score(known, model.Population, purchases, signals);
            var worse = model.Churn.Score(
                known, model.Population, purchases, signals with { Satisfaction = -1, OpenCases = 3, RedemptionFell = true });

            Assert.Equal(
                LogisticModel.LogOddsOf(score.Probability), score.Base + score.Contributions.Sum(static part => part.LogOdds), 1e-6);
            Assert.True(worse.Probability >= score.Probability, $"seed {Seed}: {customer.Id}");
        }
    }

    private static double? Maybe(Random random) => random.Next(3) == 0 ? null : (2 * random.NextDouble()) - 1;

    private static bool Lapsing(DateTimeOffset? expiry) => CustomerSignals.Of(
        Account.New with { Lots = [new Lot(new LotId("p"), 5, Cut.AddDays(-9), expiry)] }, Rhythms.Of(100), null, [], Cut, Today)
        .Signals.PointsLapsingSoon;

    private static CustomerSignals Of(CustomerSatisfaction satisfaction, PurchaseRhythm? rhythm = null) =>
        CustomerSignals.Of(Account.New, rhythm ?? Rhythms.Of(100, 200), satisfaction, [], Cut, Today);

    /// <summary>Feedback a day apart, the last so many days ago.</summary>
    private static CustomerSatisfaction Heard(int daysAgo, Answers answers, params Feeling?[] comments)
    {
        var heard = CustomerSatisfaction.New;
        for (var i = 0; i < comments.Length; i++)
            heard = heard.With(
                new Feedback(
                    new FeedbackId($"f{i}"), new CustomerId("ann"), null, Cut.AddDays(-daysAgo - comments.Length + 1 + i),
                    Cut, null, null, answers, "text"),
                comments[i]);
        return heard;
    }
}
