using System.Threading.Channels;
using Pipeline.Local.Commands;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Sentiment;

/// <summary>
/// Lines in, answers out, in their order. Batches are analysed on every core at once and written as they were read; the
/// number of them under way is bounded, so that a million lines take no more memory than a thousand.
/// </summary>
internal sealed class SentimentStream(ITextAnalyser analyser, Terminal terminal)
{
    private const int BatchLines = 256;

    /// <summary>For each core: one batch in work and one that waits.</summary>
    private static readonly int BatchesMax = Environment.ProcessorCount * 2;

    /// <summary>Whoever sends a few lines and waits for their answers gets them after this.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMilliseconds(20);

    /// <returns>How many lines were refused.</returns>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<Task<AnsweredBatch>>(BatchesMax);
        var reading = ReadAsync(batches.Writer, ending.Token);
        try
        {
            return await WriteAsync(batches.Reader, ending.Token);
        }
        finally
        {
            // Where the output is closed, nobody needs the rest of the input.
            await ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(ChannelWriter<Task<AnsweredBatch>> batches, CancellationToken cancellation)
    {
        try
        {
            var lines = new List<string>(BatchLines);
            var first = 1L;
            while (true)
            {
                var next = terminal.In.ReadLineAsync(cancellation).AsTask();
                if (lines.Count == BatchLines || (lines.Count > 0 && await IsIdleAsync(next, cancellation)))
                {
                    await StartAsync(lines, first);
                    first += lines.Count;
                    lines = new List<string>(BatchLines);
                }

                if (await next is not { } line)
                    break;
                lines.Add(line);
            }

            await StartAsync(lines, first);
            batches.Complete();
        }
        catch (Exception error)
        {
            batches.Complete(error);
        }

        async Task StartAsync(List<string> lines, long first) =>
            await batches.WriteAsync(Task.Run(() => AnswerAsync(lines, first, cancellation), cancellation), cancellation);
    }

    private async ValueTask<bool> IsIdleAsync(Task<string?> next, CancellationToken cancellation) =>
        !next.IsCompleted && await Task.WhenAny(next, Task.Delay(IdleAfter, terminal.Time, cancellation)) != next;

    private async Task<AnsweredBatch> AnswerAsync(List<string> lines, long first, CancellationToken cancellation)
    {
        var asked = new List<SentimentLine>(lines.Count);
        var refusals = new List<string>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            if (SentimentLine.TryParse(lines[i], out var line, out var problem))
                asked.Add(line);
            else
                refusals.Add($"pipeline: line {first + i}: {problem}");
        }

        var analyses = await analyser.AnalyseAsync([.. asked.Select(line => new CommentText(line.Text))], cancellation);
        var output = new StringWriter();
        for (var i = 0; i < asked.Count; i++)
            output.Write($"{SentimentAnswer.Of(asked[i].Id, analyses[i])}\n");
        return new AnsweredBatch(output.ToString(), refusals);
    }

    private async Task<long> WriteAsync(ChannelReader<Task<AnsweredBatch>> batches, CancellationToken cancellation)
    {
        var refused = 0L;
        await foreach (var batch in batches.ReadAllAsync(cancellation))
        {
            var answered = await batch;
            await terminal.Out.WriteAsync(answered.Output.AsMemory(), cancellation);
            foreach (var refusal in answered.Refusals)
                await terminal.Error.WriteLineAsync(refusal.AsMemory(), cancellation);
            refused += answered.Refusals.Count;
        }

        return refused;
    }

    private sealed record AnsweredBatch(string Output, List<string> Refusals);
}
