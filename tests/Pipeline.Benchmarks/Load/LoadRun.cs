using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pipeline.Benchmarks.Load;

/// <summary>Sends requests as fast as they are answered (closed loop), or by a timetable (open loop).</summary>
internal sealed partial class LoadRun : IDisposable
{
    private const double RampSeconds = 0.3;
    private const double WaitSecondsMax = 60;
    private const int LatenciesMax = 2_000_000;
    private readonly LoadOptions options;
    private readonly Connection[] connections;
    private readonly ManualResetEventSlim done = new();
    private readonly Lock gate = new();
    private readonly Stack<Connection> idle = new();
    private readonly Queue<(long Number, long At)> due = new();
    private readonly long[] latencies;
    private long nextNumber;
    private long lastNumber;
    private long windowStart;
    private long windowEnd;
    private long answers;
    private long failures;
    private long lastAnswer;
    private int open;
    private string? firstFailure;
    private readonly double cpuSecondsAtStart;

    public LoadRun(LoadOptions options)
    {
        this.options = options;
        var requests = new RequestWriter(options);
        nextNumber = options.FirstNumber;
        lastNumber = options.Requests > 0 ? options.FirstNumber + options.Requests : long.MaxValue;
        Action<Connection> answered = options.RatePerSecond > 0 ? OnOpenAnswer : OnClosedAnswer;
        connections = new Connection[options.Connections];
        for (var i = 0; i < connections.Length; i++)
            connections[i] = new Connection(options.Port, requests, answered);
        cpuSecondsAtStart = CpuSeconds();
        latencies = new long[
            options.RatePerSecond > 0 ? Scheduled : options.Requests > 0 ? options.Requests : LatenciesMax];
    }

    private long Scheduled => (long)(options.RatePerSecond * options.Seconds);

    public LoadResult ClosedLoop()
    {
        windowStart = Stopwatch.GetTimestamp();
        windowEnd = long.MaxValue;
        if (options.Requests == 0)
        {
            windowStart += Ticks(RampSeconds);
            windowEnd = windowStart + Ticks(options.Seconds);
        }

        var numbers = new long[connections.Length];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = nextNumber < lastNumber ? nextNumber++ : -1;
        open = numbers.Count(static number => number >= 0);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] >= 0)
                connections[i].Send(numbers[i], Stopwatch.GetTimestamp());
        }

        Await(options.Seconds + (options.Requests / 200.0));
        return Result(options.Requests > 0 ? Seconds(lastAnswer - windowStart) : options.Seconds);
    }

    /// <summary>A request is due every 1 / rate seconds; its latency counts from then, however late it went.</summary>
    public LoadResult OpenLoop()
    {
        foreach (var connection in connections)
            idle.Push(connection);
        var interval = Stopwatch.Frequency / options.RatePerSecond;
        var ramp = (long)(RampSeconds * options.RatePerSecond);
        var begin = Stopwatch.GetTimestamp();
        var total = ramp + Scheduled;
        windowStart = begin + (long)(ramp * interval);
        windowEnd = begin + (long)(total * interval);
        lastNumber = options.FirstNumber + total;
        open = 1;
        for (var i = 0L; i < total; i++)
        {
            var at = begin + (long)(i * interval);
            WaitUntil(at);
            Dispatch(at);
        }

        if (Interlocked.Decrement(ref open) == 0)
            done.Set();
        Await(0);
        return Result(options.Seconds);
    }

    public void Dispose()
    {
        foreach (var connection in connections)
            connection.Dispose();
        done.Dispose();
    }

    private void Dispatch(long at)
    {
        Connection? connection;
        long number;
        lock (gate)
        {
            number = nextNumber++;
            Interlocked.Increment(ref open);
            if (!idle.TryPop(out connection))
                due.Enqueue((number, at));
        }

        connection?.Send(number, at);
    }

    private void OnClosedAnswer(Connection connection)
    {
        var now = Stopwatch.GetTimestamp();
        Check(connection);
        if (now >= windowStart && now < windowEnd)
            Record(now - connection.DueTicks);
        var number = now < windowEnd ? Interlocked.Increment(ref nextNumber) - 1 : long.MaxValue;
        if (number < lastNumber)
        {
            connection.Send(number, now);
            return;
        }

        Volatile.Write(ref lastAnswer, now);
        if (Interlocked.Decrement(ref open) == 0)
            done.Set();
    }

    private void OnOpenAnswer(Connection connection)
    {
        var now = Stopwatch.GetTimestamp();
        Check(connection);
        if (connection.DueTicks >= windowStart && connection.DueTicks < windowEnd)
            Record(now - connection.DueTicks);
        bool isDue;
        (long Number, long At) next;
        lock (gate)
        {
            isDue = due.TryDequeue(out next);
            if (!isDue)
                idle.Push(connection);
        }

        if (isDue)
            connection.Send(next.Number, next.At);
        if (Interlocked.Decrement(ref open) == 0)
            done.Set();
    }

    private void Check(Connection connection)
    {
        if (connection.Status is >= 200 and < 300 || (options.Kind == LoadKind.Mixed && connection.Status == 404))
            return;
        Interlocked.Increment(ref failures);
        Interlocked.CompareExchange(ref firstFailure, connection.Text, null);
    }

    private void Record(long ticks)
    {
        var at = Interlocked.Increment(ref answers) - 1;
        if (at < latencies.Length)
            latencies[at] = ticks;
    }

    private void Await(double seconds)
    {
        if (!done.Wait(TimeSpan.FromSeconds(seconds + WaitSecondsMax)))
        {
            throw new TimeoutException(
                $"{open} requests were not answered; the last answer was: {connections[0].Text}");
        }
    }

    private LoadResult Result(double seconds)
    {
        var count = (int)Math.Min(answers, latencies.Length);
        Array.Sort(latencies, 0, count);
        return new LoadResult(
            answers, failures, nextNumber - options.FirstNumber, windowStart, seconds,
            Percentile(count, 0.50), Percentile(count, 0.99), Percentile(count, 1),
            CpuSeconds() - cpuSecondsAtStart, firstFailure);
    }

    private static double CpuSeconds()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }

    private double Percentile(int count, double share) =>
        count == 0 ? 0 : Seconds(latencies[Math.Min(count - 1, (int)(count * share))]) * 1_000;

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    /// <summary>Sleeps in steps that are short beside the latencies, and leaves the processor to the server.</summary>
    private static void WaitUntil(long ticks)
    {
        while (Stopwatch.GetTimestamp() is var now && now < ticks)
        {
            var microseconds = (ticks - now) * 1_000_000.0 / Stopwatch.Frequency;
            _ = Sleep((uint)Math.Clamp(microseconds - 50, 1, 10_000));
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
