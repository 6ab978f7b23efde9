using Pipeline.Domain;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Tests.Insight;

public sealed class MeasureTests
{
    [Fact]
    public void Pages_keep_so_much_of_the_sample_that_together_they_have_that_of_all_customers()
    {
        const int Today = 740_000, Shards = 8, Pages = 3, CustomersPerPage = 3_000;
        Assert.True(Currency.TryParse("GBP", out var pounds));
        var rhythm = new PurchaseRhythm
        {
            Days = 1,
            FirstDay = Today - 9,
            Recent = [new(Today - 9, 100, 1, 1)],
            Spend = [new(pounds, 1, 100)],
            Lines = 1,
            Units = 1,
        };
        var (all, together, kept) = (new InsightTally(Today), new InsightTally(Today), 0);
        for (var shard = 0; shard < Shards; shard++)
            for (var page = 0; page < Pages; page++)
            {
                var tally = new InsightTally(Today);
                for (var number = 0; number < CustomersPerPage; number++)
                    tally.Add(new KnownCustomer($"c-{shard}-{page}-{number}", rhythm));
                all.Add(tally.PartsWith(CustomersPerPage));
                var parts = tally.PartsWith(MeasureCustomers.ShareOf(Shards, page));
                together.Add(parts);
                kept += parts.Sample.Length;
            }

        Assert.Equal(InsightTally.SampleMax, together.Sample.Count());
        Assert.Equal(all.Sample, together.Sample);
        Assert.InRange(kept, InsightTally.SampleMax, 4 * InsightTally.SampleMax);
    }
}
