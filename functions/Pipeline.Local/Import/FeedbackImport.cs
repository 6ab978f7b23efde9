using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Local.Import;

/// <param name="Read">Lines below the header: recorded, repeated and refused add up to it.</param>
/// <param name="Cases">Cases that were opened now.</param>
/// <param name="Refused">By line.</param>
internal sealed record FeedbackImportResult(
    int Read, int Recorded, int Repeated, int Cases, IReadOnlyList<RefusedRow> Refused);

/// <summary>Brings the answers of a file in, so many at a time. Repeating it changes nothing.</summary>
internal sealed class FeedbackImport(PastFeedback past, TimeProvider time)
{
    /// <param name="reading">Told the bytes read so far.</param>
    /// <param name="recording">Told the lines done so far and in all.</param>
    public async Task<FeedbackImportResult> RunAsync(
        ImportFile file,
        FeedbackMapping mapping,
        bool opensCases,
        Action<long> reading,
        Action<int, int> recording,
        CancellationToken cancellation)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var read = FeedbackLines.Of(file, mapping, now.AddDays(1), reading);
        cancellation.ThrowIfCancellationRequested();
        var refused = new List<RefusedRow>(read.Refused);
        var (recorded, repeated, cases, done) = (0, 0, 0, 0);
        foreach (var batch in read.Lines.Chunk(PastFeedback.BatchMax))
        {
            var results = await past.BringInAsync(
                Array.ConvertAll(batch, static line => line.Sent), opensCases, cancellation);
            foreach (var (line, result) in batch.Zip(results))
            {
                recorded += result.Outcome == PastOutcome.Recorded ? 1 : 0;
                repeated += result.Outcome == PastOutcome.Repeated ? 1 : 0;
                cases += result.OpensCase ? 1 : 0;
                if (result.Outcome == PastOutcome.ContentDiffers)
                    refused.Add(new RefusedRow(line.Row, Refusal.ContentDiffers));
            }

            done += batch.Length;
            recording(done, read.Lines.Count);
        }

        refused.Sort(static (a, b) => a.Row.CompareTo(b.Row));
        return new FeedbackImportResult(read.Read, recorded, repeated, cases, refused);
    }
}
