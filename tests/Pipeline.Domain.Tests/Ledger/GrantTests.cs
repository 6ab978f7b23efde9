using static Pipeline.Domain.Tests.Commands;

namespace Pipeline.Domain.Tests;

public sealed class GrantTests
{
    private readonly Shop shop = new();

    [Fact]
    public void A_grant_is_spendable_at_once_in_a_lot_that_names_its_entry()
    {
        var entry = First(Give("g", 50));

        Assert.Equal((50, 0, 0, 0), shop.Points);
        Assert.Equal(("grant:g", "grant", 50L, "case-1", "Sorry"), (entry.Id, entry.Type, entry.Points, entry.Reference, entry.Reason));
        var lot = Assert.Single(shop.Account.Lots);
        Assert.Equal(("~g", entry.Id), (lot.Id.Value, lot.Id.EntryId));
        Assert.Equal(LoyaltyProgram.Default.ExpiresAt(Shop.Start), lot.ExpiresAt);
    }

    [Fact]
    public void A_grant_that_comes_again_is_the_first_and_one_with_other_points_is_refused()
    {
        Give("g", 50);

        Assert.IsType<Decision.Repeated>(Give("g", 50));
        Assert.IsType<Decision.Mismatched>(Give("g", 60));
        Assert.Equal((50, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_grant_pays_a_deficit_first()
    {
        shop.Buy("p", 100);
        shop.Hold("h", 100);
        shop.Capture("h");
        shop.Now = Shop.Day(1);
        shop.Return("r", "p", Amount(3_000));
        Assert.Equal((0, 0, 0, 30), shop.Points);
        shop.Now = Shop.Day(2);

        Give("g", 50);

        Assert.Equal((20, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_grant_past_64_bits_is_refused()
    {
        shop.Buy("p", 100);

        Assert.Equal(Reason.PointsOverflow, Refused(Give("g", long.MaxValue)));
    }

    private Decision Give(string id, long points) => shop.Send(
        new LedgerCommand.Grant(new GrantId(id), points, "case-1", "Sorry", shop.Now, $"{points}"));
}
