using System.Text;
using Pipeline.Sentiment.Features;

namespace Pipeline.Sentiment.Model;

/// <param name="Scale">The value of a weight of 1.</param>
/// <param name="Weights">By rising bucket; what is not here weighs nothing.</param>
public sealed record WeightTable(float Scale, IReadOnlyList<(int Bucket, sbyte Weight)> Weights);

/// <summary>
/// What a model's file holds. Layout, little-endian: <c>PSM1</c>, the name (a length byte, ASCII), four floats of
/// calibration, and two tables: scale (float), entries (int32), and for each entry the distance from the bucket before
/// as a 7-bit integer and the weight as a signed byte.
/// </summary>
public sealed record ModelContent(string Name, Calibration Calibration, WeightTable Polarity, WeightTable Neutrality)
{
    private static ReadOnlySpan<byte> Magic => "PSM1"u8;

    /// <exception cref="InvalidDataException">It is no model, or a damaged one.</exception>
    public static SentimentModel Load(Stream stream) => new(Read(stream));

    public static ModelContent Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.ASCII, leaveOpen: true);
        try
        {
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
                throw new InvalidDataException("This is not a sentiment model.");
            return new ModelContent(
                reader.ReadString(),
                new Calibration(
                    reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle()),
                ReadTable(reader),
                ReadTable(reader));
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException("The sentiment model ends too early.", error);
        }
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.ASCII, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Name);
        writer.Write(Calibration.Polarity);
        writer.Write(Calibration.Positive);
        writer.Write(Calibration.Negative);
        writer.Write(Calibration.Neutrality);
        WriteTable(writer, Polarity);
        WriteTable(writer, Neutrality);
    }

    private static WeightTable ReadTable(BinaryReader reader)
    {
        var scale = reader.ReadSingle();
        var count = reader.ReadInt32();
        if (count is < 0 or > FeatureSet.BucketCount)
            throw new InvalidDataException("The sentiment model names an impossible number of weights.");
        var weights = new (int Bucket, sbyte Weight)[count];
        var bucket = -1;
        for (var i = 0; i < count; i++)
        {
            bucket += 1 + reader.Read7BitEncodedInt();
            if ((uint)bucket >= FeatureSet.BucketCount)
                throw new InvalidDataException("The sentiment model has a weight outside its buckets.");
            weights[i] = (bucket, reader.ReadSByte());
        }

        return new WeightTable(scale, weights);
    }

    private static void WriteTable(BinaryWriter writer, WeightTable table)
    {
        writer.Write(table.Scale);
        writer.Write(table.Weights.Count);
        var previous = -1;
        foreach (var (bucket, weight) in table.Weights)
        {
            writer.Write7BitEncodedInt(bucket - previous - 1);
            writer.Write(weight);
            previous = bucket;
        }
    }
}
