using System.Text;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Tests;

/// <summary>What was edited behind the store's back is told as damage, and by no other exception.</summary>
public sealed class DamageTests
{
    private static readonly byte[] Dictionary = Encoding.UTF8.GetBytes("{\"type\":\"purchase\",\"points\":0}");

    [Fact]
    public void A_block_with_one_bit_flipped_is_read_as_something_else_or_told_as_damaged()
    {
        var text = string.Concat(Enumerable.Range(0, 40).Select(static i => $"{{\"type\":\"purchase\",\"points\":{i * i}}}"));
        var block = new BlockCodec(Dictionary).Compress(Encoding.UTF8.GetBytes(text));
        var damaged = 0;

        for (var bit = 0; bit < 8 * block.Length; bit++)
        {
            var edited = block.ToArray();
            edited[bit / 8] ^= (byte)(1 << (bit % 8));
            damaged += IsDamage(Record.Exception(() => BlockCodec.Decompress(edited, Dictionary))) ? 1 : 0;
        }

        Assert.InRange(damaged, block.Length, 8 * block.Length);
    }

    [Fact]
    public void A_row_that_ends_too_early_is_damaged_wherever_it_ends()
    {
        var writer = new ByteWriter();
        writer.Number(1_234_567);
        writer.OptionalText("purchase:p-1");
        var row = writer.Written.ToArray();

        for (var length = 0; length < row.Length; length++)
            Assert.True(IsDamage(Record.Exception(() => Read(row.AsSpan(0, length)))), $"The first {length} bytes.");
        Assert.Null(Record.Exception(() => Read(row)));
    }

    private static void Read(ReadOnlySpan<byte> row)
    {
        var reader = new ByteReader(row);
        reader.Number();
        reader.OptionalText();
    }

    private static bool IsDamage(Exception? error)
    {
        if (error is not null)
            Assert.IsType<InvalidDataException>(error);
        return error is not null;
    }
}
