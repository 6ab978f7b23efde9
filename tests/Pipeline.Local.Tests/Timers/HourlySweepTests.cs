using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Domain;
using Pipeline.Local.Timers;
using Pipeline.Runtime;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Http.Idempotency;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Tests.Timers;

public sealed class HourlySweepTests
{
    private const string Cases = "case";
    private const string Answers = "idempotency";
    private const int RoundsMin = 3;

    [Theory]
    [InlineData(Cases, Answers)]
    [InlineData(Answers, Cases)]
    public async Task A_sweep_that_fails_keeps_the_other_from_nothing_and_both_are_tried_again(string failing, string other)
    {
        var store = new ScannedStore(failing);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IDocumentStore>(store)
            .AddSingleton<TimeProvider>(new HastyTime())
            .AddSingleton<IProgramSource>(new DefaultProgram())
            .AddSingleton<ICaseRulesSource>(new DefaultRules())
            .AddPipelineRuntime()
            .AddSingleton<IdempotencySweep>()
            .BuildServiceProvider();
        var log = new ErrorLog();
        using var sweep = ActivatorUtilities.CreateInstance<HourlySweep>(services, log);

        await sweep.StartAsync(default);
        for (var wait = 0; store.Scans(failing) < RoundsMin || store.Scans(other) < RoundsMin; wait++)
        {
            Assert.True(wait < 2_000, "The sweeps are not tried again.");
            await Task.Delay(10);
        }

        await sweep.StopAsync(default);
        Assert.InRange(log.Errors, RoundsMin, store.Scans(failing));
    }

    /// <summary>An hour passes in a millisecond.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(
                callback, state, dueTime >= TimeSpan.FromHours(1) ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }

    /// <summary>An empty store in which nobody can look for documents of one kind.</summary>
    private sealed class ScannedStore(string failing) : IDocumentStore
    {
        private readonly ConcurrentDictionary<string, int> scans = new();

        public int ShardCount => 1;

        public int Scans(string kind) => scans.GetValueOrDefault(kind);

        public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation)
        {
            scans.AddOrUpdate(query.Kind, 1, static (_, count) => count + 1);
            return query.Kind == failing
                ? throw new StoreUnavailableException("The disk is full.")
                : new(new DocumentPage([], null));
        }

        public ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation) => new((Document?)null);

        public ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation) =>
            new(new DocumentPage([], null));

        public ValueTask<CommitResult> CommitAsync(
            string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
            throw new InvalidOperationException("There is nothing to write.");

        public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation) =>
            new(new DocumentPage([], query.After));
    }

    private sealed class DefaultProgram : IProgramSource
    {
        public ProgramHistory Programs { get; } = new([LoyaltyProgram.Default]);

        public LoyaltyProgram Current => LoyaltyProgram.Default;
    }

    private sealed class DefaultRules : ICaseRulesSource
    {
        public CaseRules Current => CaseRules.Default;
    }

    private sealed class ErrorLog : ILogger<HourlySweep>
    {
        private int errors;

        public int Errors => Volatile.Read(ref errors);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error)
                Interlocked.Increment(ref errors);
        }
    }
}
