namespace Pipeline.Domain.Tests;

public sealed class ScoreTests
{
    private static readonly LifecycleRules Rules = LifecycleRules.Default;

    [Fact]
    public void Every_number_lies_in_its_bin_and_bins_are_narrow()
    {
        foreach (var value in new[] { 0L, 1, 63, 64, 65, 127, 128, 1_000, 99_999, int.MaxValue, long.MaxValue - 1, long.MaxValue })
        {
            var bin = LogHistogram.BinOf(value);
            var (least, greatest) = (LogHistogram.LeastOf(bin), LogHistogram.GreatestOf(bin));
            Assert.InRange(value, least, greatest);
            Assert.True(greatest - least <= least / 32, $"{value} lies in {least} to {greatest}");
        }

        Assert.Equal(0, LogHistogram.BinOf(-5));
        Assert.Equal(
            Enumerable.Range(1, 5_000).Select(static n => (long)n),
            Enumerable.Range(1, 5_000).Select(static n => (long)n).OrderBy(LogHistogram.BinOf).ThenBy(static n => n));
    }

    [Fact]
    public void Histograms_add_up_to_the_same_in_any_order()
    {
        var random = new Random(7);
        var parts = Enumerable.Range(0, 9).Select(_ => new LogHistogram()).ToList();
        var whole = new LogHistogram();
        for (var i = 0; i < 3_000; i++)
        {
            var value = random.NextInt64(1, 1L << random.Next(1, 40));
            whole.Add(value);
            parts[random.Next(9)].Add(value);
        }

        var sum = new LogHistogram();
        foreach (var part in parts.OrderBy(_ => random.Next()))
            sum.Add(part);

        Assert.Equal(whole.Bins, sum.Bins);
        Assert.Equal(whole.Quantile(0.37), sum.Quantile(0.37));
    }

    [Fact]
    public void Equals_get_the_same_score_however_many_they_are()
    {
        var (silence, days) = (new LogHistogram(), new LogHistogram());
        for (var i = 0; i < 100; i++)
        {
            silence.Add(i);
            days.Add(i < 70 ? 1 : i < 90 ? 2 : 9);
        }

        var cuts = RfmCuts.Of(silence, days, []);

        Assert.Equal([19, 39, 59, 79], cuts.Silence.AsEnumerable());
        Assert.Equal([1, 1, 1, 2], cuts.Days.AsEnumerable());
        Assert.Equal(1, cuts.Score(RhythmAt.Of(Rhythms.Of(5), 100)!.Value).Frequency);
        Assert.Equal(4, cuts.Score(RhythmAt.Of(Rhythms.Of(5, 6), 100)!.Value).Frequency);
        Assert.Equal(5, cuts.Score(RhythmAt.Of(Rhythms.Of(5, 6, 7), 100)!.Value).Frequency);
        Assert.Equal((5, 1), (Recency(19), Recency(80)));

        int Recency(int silent) => cuts.Score(RhythmAt.Of(Rhythms.Of(5), 5 + silent)!.Value).Recency;
    }

    [Fact]
    public void Every_score_has_one_of_ten_segments_and_every_segment_has_a_score()
    {
        var found = new HashSet<Segment>();
        for (var recency = 1; recency <= 5; recency++)
            for (var frequency = 1; frequency <= 5; frequency++)
                for (var monetary = 1; monetary <= 5; monetary++)
                    found.Add(new RfmScore(recency, frequency, monetary).Segment);

        Assert.Equal(Enum.GetValues<Segment>(), found.Order());
        Assert.Equal(10, found.Count);
        Assert.Equal(Segment.Champions, new RfmScore(5, 5, 5).Segment);
        Assert.Equal(Segment.New, new RfmScore(5, 1, 1).Segment);
        Assert.Equal(Segment.CannotLose, new RfmScore(1, 5, 5).Segment);
    }

    [Theory]
    [InlineData(LifecycleStage.FirstPurchase, 30, 10)]
    [InlineData(LifecycleStage.Repeat, 30, 10, 20)]
    [InlineData(LifecycleStage.Loyal, 60, 10, 20, 30, 40, 50)]
    [InlineData(LifecycleStage.Slipping, 115, 10, 20, 30, 40, 50)]
    [InlineData(LifecycleStage.Lapsed, 300, 10, 20, 30, 40, 50)]
    [InlineData(LifecycleStage.WonBack, 320, 10, 20, 30, 300)]
    [InlineData(LifecycleStage.Repeat, 361, 10, 20, 30, 300)]
    public void A_stage_follows_from_the_silence_and_the_own_cadence(LifecycleStage stage, int today, params int[] days) =>
        Assert.Equal(stage, Rules.StageOf(RhythmAt.Of(Rhythms.Of(days), today), everybodysGap: 30));

    [Fact]
    public void One_who_never_bought_is_a_prospect() =>
        Assert.Equal(LifecycleStage.Prospect, Rules.StageOf(null, 30));

    [Fact]
    public void The_chance_of_silence_falls_with_the_horizon_to_the_chance_of_having_left()
    {
        var model = new PurchaseModel(DropoutRule.AfterEveryPurchase, 0.525, 6.183, 0.891, 1.614);
        var record = new PurchaseRecord(3, 20, 26);

        Assert.Equal(1, model.Silent(record, 0), 1e-12);
        Assert.True(model.Silent(record, 13) < model.Silent(record, 12));
        Assert.Equal(1 - model.Alive(record), model.Silent(record, 1e12), 1e-6);
        // Customers who leave nearly alike are nearly those who leave alike.
        Assert.Equal(
            (model with { A = 199, B = 361 }).Expected(record, 13), (model with { A = 201, B = 365 }).Expected(record, 13), 0.01);
        Assert.True((model with { A = 1e6, B = 6e6 }).Expected(record, 13) > 0);
        // In a short while there is one purchase at most.
        Assert.Equal(model.Expected(record, 1e-3), 1 - model.Silent(record, 1e-3), 1e-6);
    }
}
