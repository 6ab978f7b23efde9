using Pipeline.Cosmos.Gateway.Items;
using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway.Batch;

/// <summary>Transactional batches.</summary>
internal static class BatchRequests
{
    private const int OperationsMax = 100;
    private const int BytesMax = 2 * 1024 * 1024;

    public static async Task<GatewayAnswer> AnswerAsync(ItemStore items, GatewayRequest request)
    {
        if (request.Body.Length > BytesMax)
            return GatewayAnswer.Error(413, "Request size is too large.");
        var operations = await BatchCodec.ReadAsync(request.Body);
        if (operations.Count > OperationsMax)
            return GatewayAnswer.Error(400, "A batch has 100 operations at most.");
        if (!request.Is(Headers.IsAtomic))
            return GatewayAnswer.Error(400, "The double takes atomic batches only.");

        var key = request.PartitionKey!;
        var results = items.Commit(key, [.. operations.Select(Write)]);
        var isRefused = results.Any(static result => result.IsRefused);
        var range = items.RangeOf(key);
        // Any other status than 207, and the SDK makes up the results of the operations.
        return new GatewayAnswer(isRefused ? 207 : 200)
        {
            Body = await BatchCodec.WriteAsync(
                [.. results.Select(static result => new BatchResult(result.Status, result.Item?.ETag, result.Charge))]),
            Charge = results.Sum(static result => result.Charge),
            TableCharge = results.Sum(static result => result.TableCharge),
            Session = (range, items.LogOf(range)),
            DocumentsWritten = isRefused ? 0 : results.Count,
        };
    }

    private static ItemWrite Write(BatchOperation operation) => new(
        operation.Type switch
        {
            0 => WriteKind.Create,
            4 => WriteKind.Delete,
            5 => WriteKind.Replace,
            20 => WriteKind.Upsert,
            var other => throw new NotSupportedException($"The double has no operation {other}."),
        },
        operation.Id,
        operation.Body,
        operation.IfMatch);
}
