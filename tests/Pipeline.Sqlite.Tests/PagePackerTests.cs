using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Tests;

public sealed class PagePackerTests
{
    private const int Entry = 350;

    [Theory]
    [InlineData(1.0, 0)]
    [InlineData(2.3, 8)]
    [InlineData(2.3, 3)]
    [InlineData(3.1, 5)]
    [InlineData(8, 10)]
    public void Pages_of_the_file_are_nearly_full(double yield, int spreadPercent)
    {
        using var folder = new TempFolder();
        using var database = Database.OpenWriter(Path.Combine(folder.Path, "blocks.db"));
        database.Execute("PRAGMA page_size = 4096");
        database.Execute("CREATE TABLE blocks(id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
        database.Execute("BEGIN");
        using var insert = database.Prepare("INSERT INTO blocks(id, body) VALUES(?1, zeroblob(?2))");
        var (packer, random, stored) = (new PagePacker(), new Random(7), 0L);
        for (var id = 1; id <= 4_000; id++)
        {
            var plain = packer.BlockBytes / Entry * Entry;
            var compresses = 1 + (spreadPercent / 100.0 * ((2 * random.NextDouble()) - 1));
            var bytes = (int)(plain / yield * compresses);
            insert.Bind(1, id).Bind(2, bytes).Run();
            packer.Add(plain, bytes);
            stored += bytes;
        }

        database.Execute("COMMIT");

        var full = stored / (4096.0 * database.Scalar("PRAGMA page_count"));
        Assert.InRange(full, 0.83, 1);
    }

    [Fact]
    public void Blocks_stay_about_as_long_as_a_reader_wants_them()
    {
        var packer = new PagePacker();
        foreach (var yield in (double[])[1, 2, 3, 5, 10, 40, 2])
            for (var i = 0; i < 100; i++)
            {
                Assert.InRange(packer.BlockBytes, Block.BytesTarget / 2, 2 * Block.BytesTarget);
                packer.Add(packer.BlockBytes, (int)(packer.BlockBytes / yield));
            }
    }

    [Fact]
    public void A_block_that_is_longer_than_a_page_begins_a_new_one()
    {
        var packer = new PagePacker();

        packer.Add(900_000, 300_000);

        Assert.InRange(packer.BlockBytes, Block.BytesTarget / 2, 2 * Block.BytesTarget);
    }
}
