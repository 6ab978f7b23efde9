using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Serialization.HybridRow;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.IO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Layouts;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.RecordIO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Schemas;

namespace Pipeline.Cosmos.Gateway.Batch;

/// <summary>One operation of a batch, as it travels.</summary>
internal sealed class BatchOperation
{
    public int Type { get; set; }

    public string? Id { get; set; }

    public string? IfMatch { get; set; }

    public byte[]? Body { get; set; }
}

internal sealed record BatchResult(int Status, string? ETag, double Charge);

/// <summary>
/// The wire format of transactional batches: records of HybridRow, by the SDK's own types and the schema that it carries.
/// </summary>
internal static class BatchCodec
{
    private const string SchemaResource = "Microsoft.Azure.Cosmos.Batch.HybridRowBatchSchemas.json";
    private const int RowBytes = 1_024;

    private static readonly Namespace Schemas = ReadSchemas();
    private static readonly LayoutResolverNamespace Resolver = new(Schemas);
    private static readonly Layout ResultLayout =
        Resolver.Resolve(Schemas.Schemas.Find(static schema => schema.Name == "BatchResult")!.SchemaId);

    public static async Task<List<BatchOperation>> ReadAsync(byte[] body)
    {
        var operations = new List<BatchOperation>();
        using var stream = new MemoryStream(body);
        Check(await stream.ReadRecordIOAsync(
            (ReadOnlyMemory<byte> record) =>
            {
                operations.Add(Read(record));
                return Result.Success;
            },
            // Without one nothing is decoded.
            resizer: new MemorySpanResizer<byte>(Math.Max(RowBytes, body.Length))));
        return operations;
    }

    public static async Task<byte[]> WriteAsync(IReadOnlyList<BatchResult> results)
    {
        using var stream = new MemoryStream();
        Check(await stream.WriteRecordIOAsync(
            default(Segment),
            (long index, out ReadOnlyMemory<byte> record) =>
            {
                record = index < results.Count ? Write(results[(int)index]) : ReadOnlyMemory<byte>.Empty;
                return Result.Success;
            }));
        return stream.ToArray();
    }

    private static BatchOperation Read(ReadOnlyMemory<byte> record)
    {
        var row = new RowBuffer(record.Length);
        if (!row.ReadFrom(record.Span, HybridRowVersion.V1, Resolver))
            throw new InvalidDataException("A record of the batch is not a row.");
        var operation = new BatchOperation();
        var reader = new RowReader(ref row);
        while (reader.Read())
        {
            switch (reader.Path.ToString())
            {
                case "operationType":
                    Check(reader.ReadInt32(out var type));
                    operation.Type = type;
                    break;
                case "id":
                    Check(reader.ReadString(out string id));
                    operation.Id = id;
                    break;
                case "ifMatch":
                    Check(reader.ReadString(out string tag));
                    operation.IfMatch = tag;
                    break;
                case "resourceBody":
                    Check(reader.ReadBinary(out byte[] body));
                    operation.Body = body;
                    break;
            }
        }

        return operation;
    }

    private static byte[] Write(BatchResult result)
    {
        var row = new RowBuffer(RowBytes);
        row.InitLayout(HybridRowVersion.V1, ResultLayout, Resolver);
        Check(RowWriter.WriteBuffer(ref row, result, Write));
        using var record = new MemoryStream(row.Length);
        row.WriteTo(record);
        return record.ToArray();
    }

    private static Result Write(ref RowWriter writer, TypeArgument type, BatchResult result)
    {
        Check(writer.WriteInt32("statusCode", result.Status));
        Check(writer.WriteInt32("subStatusCode", 0));
        if (result.ETag is not null)
            Check(writer.WriteString("eTag", result.ETag));
        return writer.WriteFloat64("requestCharge", result.Charge);
    }

    private static Namespace ReadSchemas()
    {
        using var stream = typeof(CosmosClient).Assembly.GetManifestResourceStream(SchemaResource)
            ?? throw new InvalidOperationException("The SDK no longer carries the schema of batches.");
        using var reader = new StreamReader(stream);
        return Namespace.Parse(reader.ReadToEnd());
    }

    private static void Check(Result result)
    {
        if (result != Result.Success)
            throw new InvalidDataException($"HybridRow: {result}.");
    }
}
