using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Http.Idempotency;

/// <summary>
/// Does a request's work once for an <c>Idempotency-Key</c> and keeps its answer for 24 hours. The record is claimed
/// before the work, so that of two at once one works and the other is told to wait.
/// </summary>
internal sealed partial class IdempotencyRecords(
    IDocumentStore store, TimeProvider clock, ILogger<IdempotencyRecords> logger)
{
    public const string Kind = "idempotency";
    public const string Id = "answer";

    private const int AttemptsMax = 5;
    private const int RetryAfterSeconds = 1;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>A claim so old was lost with its process.</summary>
    private static readonly TimeSpan InFlightMax = TimeSpan.FromSeconds(60);

    public async Task<IResult> OnceAsync(
        IdempotencyAsk ask, Func<Task<IResult>> work, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var now = clock.GetUtcNow();
            var stored = await store.ReadAsync(ask.Record, cancellation);
            if (stored is not null && Known(IdempotencyDocument.Read(stored.Body.Span), ask, now) is { } known)
                return known;
            var claim = IdempotencyDocument.InFlight(ask.Fingerprint, now);
            var version = await WriteAsync(ask, stored?.Version, claim, now + KeptFor, cancellation);
            // Where another was faster, its record decides.
            if (version is not null)
                return await WorkAsync(ask, claim, version, work);
        }

        return InFlight();
    }

    /// <summary>The answer that a record stands for; null where it has ended and may be claimed.</summary>
    private static ApiAnswer? Known(IdempotencyDocument record, IdempotencyAsk ask, DateTimeOffset now)
    {
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(record.ClaimedAt);
        if (age >= KeptFor)
            return null;
        if (record.Fingerprint != ask.Fingerprint)
            return Problems.ContentDiffers.Answer("This Idempotency-Key was used with another request.");
        if (record.Status != 0)
            return record.Replay(ask.Seal);
        return age < InFlightMax ? InFlight() : null;
    }

    private static ApiAnswer InFlight() => Problems.InFlight.Answer(retryAfterSeconds: RetryAfterSeconds);

    private async Task<IResult> WorkAsync(
        IdempotencyAsk ask, IdempotencyDocument claim, string version, Func<Task<IResult>> work)
    {
        IResult result;
        try
        {
            result = await work();
        }
        catch
        {
            await SettleAsync(ask, new Write.Delete(Kind, Id, version));
            throw;
        }

        await SettleAsync(ask, result is ApiAnswer answer && IsKept(answer.Status)
            ? new Write.Replace(Kind, Id, version, claim.AnsweredBy(answer, ask.Seal).Write(), DueAt(claim))
            : new Write.Delete(Kind, Id, version));
        return result;
    }

    /// <summary>Answers that came from the work itself; others say only that it was not reached.</summary>
    private static bool IsKept(int status) => status is >= 200 and < 300
        or StatusCodes.Status404NotFound or StatusCodes.Status409Conflict or StatusCodes.Status422UnprocessableEntity;

    private static DateTimeOffset DueAt(IdempotencyDocument claim) =>
        DateTimeOffset.FromUnixTimeMilliseconds(claim.ClaimedAt) + KeptFor;

    private async ValueTask<string?> WriteAsync(
        IdempotencyAsk ask, string? version, IdempotencyDocument record, DateTimeOffset dueAt,
        CancellationToken cancellation)
    {
        Write write = version is null
            ? new Write.Create(Kind, Id, record.Write(), dueAt)
            : new Write.Replace(Kind, Id, version, record.Write(), dueAt);
        var done = await store.CommitAsync(ask.Record.Partition, [write], cancellation);
        return done.Committed ? done.Results[0].Version : null;
    }

    /// <summary>
    /// The work is done whatever becomes of its record, and the caller may be gone: neither stops this. Where it fails,
    /// a repetition is told to wait until the claim has ended, and then finds the work by its natural key.
    /// </summary>
    private async ValueTask SettleAsync(IdempotencyAsk ask, Write write)
    {
        try
        {
            await store.CommitAsync(ask.Record.Partition, [write], CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            LogUnsettled(logger, ask.Record.Partition, e);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The record {Partition} of a repeatable request could not be settled")]
    private static partial void LogUnsettled(ILogger logger, string partition, Exception fault);
}
