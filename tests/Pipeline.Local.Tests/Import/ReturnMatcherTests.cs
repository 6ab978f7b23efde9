using Pipeline.Local.Import;

namespace Pipeline.Local.Tests.Import;

public sealed class ReturnMatcherTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<RefusedRow> refused = [];
    private (int Lines, long Units) partly;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_return_is_matched_to_the_latest_purchase_before_it()
    {
        var matches = Match(
            """
            1,A,a,5,2011-01-01 10:00,2.00,c
            2,A,a,5,2011-01-02 10:00,2.00,c
            3,A,a,5,2011-01-04 10:00,2.00,c
            C4,A,a,-5,2011-01-03 10:00,2.00,c
            """);

        Assert.Equal([("C4", "2", 5L)], matches);
    }

    [Fact]
    public void The_same_price_comes_before_a_later_purchase()
    {
        var matches = Match(
            """
            1,A,a,5,2011-01-01 10:00,2.00,c
            2,A,a,5,2011-01-02 10:00,3.00,c
            C4,A,a,-7,2011-01-03 10:00,2.00,c
            """);

        Assert.Equal([("C4", "1", 5L), ("C4", "2", 2L)], matches);
    }

    [Fact]
    public void A_return_takes_only_what_earlier_returns_have_left()
    {
        var matches = Match(
            """
            1,A,a,5,2011-01-01 10:00,2.00,c
            C5,A,a,-3,2011-01-04 10:00,2.00,c
            C4,A,a,-3,2011-01-03 10:00,2.00,c
            """);

        Assert.Equal([("C4", "1", 3L), ("C5", "1", 2L)], matches);
        Assert.Equal((1, 1L), partly);
        Assert.Empty(refused);
    }

    [Fact]
    public void A_return_dated_before_its_purchase_takes_what_the_others_left()
    {
        var matches = Match(
            """
            C1,A,a,-2,2011-01-01 09:00,2.00,c
            2,A,a,5,2011-01-01 10:00,2.00,c
            C3,A,a,-4,2011-01-02 10:00,2.00,c
            """);

        Assert.Equal([("C3", "2", 4L), ("C1", "2", 1L)], matches);
        Assert.Equal((1, 1L), partly);
    }

    [Fact]
    public void A_return_that_found_something_earlier_does_not_look_later()
    {
        var matches = Match(
            """
            1,A,a,1,2011-01-01 10:00,2.00,c
            C2,A,a,-2,2011-01-02 10:00,2.00,c
            3,A,a,9,2011-01-03 10:00,2.00,c
            """);

        Assert.Equal([("C2", "1", 1L)], matches);
        Assert.Equal((1, 1L), partly);
    }

    [Fact]
    public void A_return_of_another_article_or_currency_or_of_nothing_is_refused()
    {
        var matches = Match("1,A,a,1,2011-01-01 10:00,2.00,c\nC2,B,b,-1,2011-01-02 10:00,2.00,c\n");

        Assert.Empty(matches);
        Assert.Equal([new RefusedRow(2, Refusal.UnmatchedReturn)], refused);
    }

    private (string Return, string Purchase, long Quantity)[] Match(string rows)
    {
        var lines = Shop.Read(folder, rows + "\n").Lines;
        var customer = Assert.Single(ShopDocuments.Of(lines, null, refused));
        return [.. ReturnMatcher.Match(customer, refused, ref partly)
            .Select(match => (match.Return.Id, match.Purchase.Id, match.Quantity))];
    }
}
