using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Tests;

public sealed class DueFloorTests
{
    private readonly DueFloors floors = new();

    private DueFloors.Floor Floor => floors.Of("k", 1);

    [Fact]
    public void A_scan_begins_where_the_one_before_found_the_first_that_is_due()
    {
        var (first, scan) = Floor.Begin();
        Floor.Raise(scan, 50);

        Assert.Equal((0, 50), (first, Floor.Begin().Ticks));
    }

    [Fact]
    public void What_is_written_earlier_than_the_floor_takes_it_down_in_its_own_shard_alone()
    {
        foreach (var shard in (int[])[1, 2])
            floors.Of("k", shard).Raise(floors.Of("k", shard).Begin().Scan, 50);

        floors.Lower("k", 1, 20);
        floors.Lower("other", 1, 10);

        Assert.Equal((20, 50), (floors.Of("k", 1).Begin().Ticks, floors.Of("k", 2).Begin().Ticks));
    }

    [Fact]
    public void What_is_written_while_a_scan_runs_keeps_the_floor_at_its_instant()
    {
        var (_, scan) = Floor.Begin();
        floors.Lower("k", 1, 30);
        floors.Lower("k", 1, 90);
        Floor.Raise(scan, 50);

        Assert.Equal(30, Floor.Begin().Ticks);
    }

    [Fact]
    public void A_scan_that_another_followed_raises_nothing()
    {
        var (_, overtaken) = Floor.Begin();
        floors.Lower("k", 1, 30);
        var (_, scan) = Floor.Begin();
        Floor.Raise(overtaken, 80);

        Assert.Equal(0, Floor.Begin().Ticks);
        Floor.Raise(scan, 80);
        Assert.Equal(0, Floor.Begin().Ticks);
    }
}
