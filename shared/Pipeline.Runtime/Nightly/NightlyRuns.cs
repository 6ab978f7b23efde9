using System.Globalization;
using System.Text.Json;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Nightly;

/// <summary>A run as it is seen from outside.</summary>
/// <param name="RunId">Kind and slot, as <c>nightly:2011-12-10</c>.</param>
/// <param name="Status"><c>planned</c>, <c>running</c> or <c>done</c>.</param>
/// <param name="Report">What it did, once it is done.</param>
public sealed record RunView(
    string RunId,
    string Kind,
    DateOnly Slot,
    string Status,
    int ShardsDone,
    int Shards,
    DateTimeOffset PlannedAt,
    DateTimeOffset? FinishedAt,
    NightlyReport? Report);

/// <summary>What a night wrote down.</summary>
/// <param name="Cut">Everything that lapsed at or before this instant was due.</param>
/// <param name="Customers">Those of whom something lapsed.</param>
/// <param name="Failed">Customers who could not be worked; each is a dead letter.</param>
/// <param name="Scored">Customers whose insight was looked at.</param>
/// <param name="Changed">Those of whom something new is told since.</param>
/// <param name="Model">The version of the models that scored; null: there was none yet.</param>
public sealed record NightlyReport(
    DateOnly Slot, DateTimeOffset Cut, long Customers, decimal ExpiredPoints, long Lots, long Failed, long Scored,
    long Changed, string? Model);

/// <summary>The slot lies in the future: the caller's fault.</summary>
public sealed class FutureSlotException(DateOnly slot)
    : Exception($"The slot {slot:yyyy-MM-dd} has not begun in the program's time zone.");

/// <summary>
/// Plans nightly runs and tells how they stand. A plan writes one document and sends one message a shard; the messages do
/// the rest, on any number of workers.
/// </summary>
public sealed class NightlyRuns(
    IDocumentStore store, IWorkQueue queue, IProgramSource programs, InsightModels models, InsightOptions insight,
    TimeProvider clock)
{
    public const string NightlyKind = "nightly";

    private readonly Lock gate = new();
    private (DateOnly Slot, long Ms) lastStamp;

    /// <summary>
    /// Plans the run of a slot: the expiries up to the start of that day in the program's zone. Planning it again sends
    /// what may have been lost and changes nothing else.
    /// </summary>
    /// <exception cref="FutureSlotException">The slot has not begun.</exception>
    /// <exception cref="ArgumentException">There is no such kind of run.</exception>
    public async ValueTask<(RunView Run, bool Created)> PlanAsync(
        string kind, DateOnly slot, CancellationToken cancellation)
    {
        if (kind != NightlyKind)
            throw new ArgumentException($"There is no run of the kind '{kind}'.", nameof(kind));
        var now = Instants.WholeMilliseconds(clock.GetUtcNow());
        var cut = programs.Current.StartOfDay(slot);
        if (cut > now)
            throw new FutureSlotException(slot);

        var latest = await models.LatestAsync(cancellation);
        var fits = insight.IsOn
            && (latest is null || slot.DayNumber - DayOf(latest).DayNumber >= insight.FitEveryDays);
        var run = new RunDocument
        {
            Model = fits ? InsightMapping.ModelId(slot) : latest,
            Fits = fits,
            Kind = kind,
            Slot = slot,
            CutMs = cut.ToUnixTimeMilliseconds(),
            PlannedAtMs = Stamp(slot, now.ToUnixTimeMilliseconds()),
            Shards = store.ShardCount,
        };
        var created = await store.CommitAsync(
            RunKinds.Partition,
            [new Write.Create(RunKinds.Run, run.Id, RunJson.Write(run))],
            cancellation);
        var known = created.Committed ? run : await ReadAsync(run.Id, cancellation) ?? run;
        if (known.FinishedAtMs is null)
            for (var shard = 0; shard < known.Shards; shard++)
                await queue.SendAsync(
                    QueueNames.Nightly, PageMessage.First(known, shard, measures: known.Fits).ToQueue(), cancellation);
        return (await ViewAsync(known, cancellation), created.Committed);
    }

    public async ValueTask<RunView?> GetAsync(string runId, CancellationToken cancellation) =>
        await ReadAsync(runId, cancellation) is { } run ? await ViewAsync(run, cancellation) : null;

    /// <summary>The runs, the latest slot first; a null cursor ends them.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<(IReadOnlyList<RunView> Runs, string? Cursor)> ListAsync(
        int limit, string? cursor, CancellationToken cancellation)
    {
        var page = await store.ListAsync(
            new PartitionQuery(RunKinds.Partition, RunKinds.Run, limit, cursor, Descending: true), cancellation);
        var runs = new List<RunView>(page.Documents.Count);
        foreach (var document in page.Documents)
            runs.Add(await ViewAsync(RunJson.ReadRun(document), cancellation));
        return (runs, page.Cursor);
    }

    private static DateOnly DayOf(string model) =>
        DateOnly.ParseExact(model, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A run's entries are known by its stamp, so two slots that are planned at once get two stamps.</summary>
    private long Stamp(DateOnly slot, long nowMs)
    {
        lock (gate)
        {
            var least = lastStamp.Slot == slot ? lastStamp.Ms : lastStamp.Ms + 1;
            lastStamp = (slot, Math.Max(nowMs, least));
            return lastStamp.Ms;
        }
    }

    private async ValueTask<RunDocument?> ReadAsync(string runId, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(
            new DocumentKey(RunKinds.Partition, RunKinds.Run, runId), cancellation);
        return document is null ? null : RunJson.ReadRun(document);
    }

    private async ValueTask<RunView> ViewAsync(RunDocument run, CancellationToken cancellation)
    {
        var done = run.Report is not null ? run.Shards : 0;
        var started = run.Report is not null;
        for (var shard = 0; shard < run.Shards && run.Report is null; shard++)
        {
            var last = await LastPageAsync(store, run.Id, shard, cancellation);
            started |= last is not null || (run.Fits && await IsMeasuredAsync(run.Id, shard, cancellation));
            if (last is { IsWorked: true, Next: null })
                done++;
        }

        return new RunView(
            run.Id,
            run.Kind,
            run.Slot,
            run.Report is not null ? "done" : started ? "running" : "planned",
            done,
            run.Shards,
            run.PlannedAt,
            run.FinishedAtMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            run.Report is { } report
                ? new NightlyReport(
                    run.Slot, run.Cut, report.Customers,
                    report.ExpiredPoints, report.Lots, report.Failed, report.Scored, report.Changed, run.Model)
                : null);
    }

    private async ValueTask<bool> IsMeasuredAsync(string runId, int shard, CancellationToken cancellation) =>
        await store.ReadAsync(
            new DocumentKey(RunKinds.PagesOf(runId), InsightKinds.Measure, PageDocument.IdOf(shard, 0)),
            cancellation) is not null;

    internal static async ValueTask<PageEndDocument?> LastPageAsync(
        IDocumentStore store, string runId, int shard, CancellationToken cancellation)
    {
        var pages = await store.PageAsync(
            new PartitionQuery(
                RunKinds.PagesOf(runId), RunKinds.Page, 1, Descending: true,
                IdFrom: PageDocument.IdOf(shard, 0), IdTo: PageDocument.IdOf(shard + 1, 0)),
            cancellation);
        return pages.Documents is [var last, ..] ? RunJson.ReadPageEnd(last) : null;
    }
}

/// <summary>Where runs are kept: one partition for the runs, one a run for its pages.</summary>
internal static class RunKinds
{
    public const string Partition = "~runs";
    public const string Run = "run";
    public const string Page = "page";

    public static string PagesOf(string runId) => $"~run:{runId}";
}

/// <summary>The message that works one page of a run, or one customer whom a page could not work.</summary>
/// <param name="Measures">Whether the page measures its customers, before the models are fitted.</param>
internal sealed record PageMessage(
    string RunId, int Shard, int Page, string? After, string? Customer = null, bool Measures = false)
{
    public static PageMessage First(RunDocument run, int shard, bool measures = false) =>
        new(run.Id, shard, 0, null, Measures: measures);

    public QueueMessage ToQueue()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(this, RunJson.Default.PageMessage);
        var session = Customer is null
            ? string.Create(CultureInfo.InvariantCulture, $"{RunId}/{Shard}")
            : $"{RunId}/customer/{Customer}";
        var id = Customer is not null ? session
            : string.Create(CultureInfo.InvariantCulture, $"{session}/{(Measures ? "measure/" : "")}{Page}");
        return new QueueMessage(id, session, body, id);
    }
}
