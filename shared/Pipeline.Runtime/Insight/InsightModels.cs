using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>The versions of the models. A version never changes, so that the last one read is kept.</summary>
public sealed class InsightModels(IDocumentStore store)
{
    private (string Id, InsightModel Model)? last;

    /// <summary>The version of that id; null: there is none.</summary>
    internal async ValueTask<InsightModel?> ReadAsync(string? id, CancellationToken cancellation)
    {
        if (id is null)
            return null;
        // Replaced as a whole: a thread that sees the one before reads again.
        if (last is { } known && known.Id == id)
            return known.Model;
        var document = await store.ReadAsync(
            new DocumentKey(InsightKinds.Partition, InsightKinds.Model, id), cancellation);
        if (document is null)
            return null;
        var model = InsightMapping.Read(InsightJson.Read(document, InsightJson.Default.ModelDocument));
        last = (id, model);
        return model;
    }

    /// <summary>The version of the latest day; null: none was fitted.</summary>
    internal async ValueTask<string?> LatestAsync(CancellationToken cancellation)
    {
        var page = await store.PageAsync(
            new PartitionQuery(InsightKinds.Partition, InsightKinds.Model, 1, Descending: true), cancellation);
        return page.Documents is [var latest, ..] ? latest.Key.Id : null;
    }

    /// <summary>Keeps a version, unless it is kept already.</summary>
    internal async ValueTask KeepAsync(string id, InsightModel model, CancellationToken cancellation) =>
        await store.CommitAsync(
            InsightKinds.Partition,
            [new Write.Create(InsightKinds.Model, id, JsonSerializer.SerializeToUtf8Bytes(
                InsightMapping.Write(model), InsightJson.Default.ModelDocument))],
            cancellation);
}
