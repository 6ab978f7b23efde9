using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>Who else may add a version of the program to the same store.</summary>
/// <param name="Lead">
/// So long before it takes effect, at least, a new version is given to the store. Zero: this host alone writes the store, and a
/// version can hold at once.
/// </param>
public sealed record ProgramTerms(TimeSpan Lead)
{
    public static readonly ProgramTerms Alone = new(TimeSpan.Zero);

    public static readonly ProgramTerms Shared = new(TimeSpan.FromSeconds(90));

    /// <summary>For the store to take a version, and for clocks that differ.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>So often a host that shares its store reads the versions again: half of what it knows ahead, so that one failure costs nothing.</summary>
    public static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(30);

    /// <summary>Up to when whoever read the versions at an instant knows them all; no instant ends it where nobody else adds one.</summary>
    public DateTimeOffset KnownThrough(DateTimeOffset readAt) =>
        Lead == TimeSpan.Zero ? DateTimeOffset.MaxValue : readAt + Lead - Margin;
}

/// <summary>What became of a new version of the program.</summary>
public abstract record ProgramAnswer
{
    private ProgramAnswer()
    {
    }

    /// <param name="Instead">What would be in effect at its time without it.</param>
    public sealed record Accepted(ProgramVersion Version, LoyaltyProgram Instead) : ProgramAnswer;

    /// <summary>The version is stored already, with the same rules.</summary>
    public sealed record Repeated(ProgramVersion Version) : ProgramAnswer;

    /// <summary>Another version is due.</summary>
    public sealed record Conflict(string Detail) : ProgramAnswer;

    /// <summary>It cannot take effect then.</summary>
    public sealed record TooEarly(DateTimeOffset Earliest) : ProgramAnswer;
}

/// <summary>
/// The versions of the program in the store. A host knows for sure what is in effect up to some instant; whoever asks beyond it
/// waits until the versions are read again, so that no award is made by a program that another host has replaced.
/// </summary>
public sealed class StoredPrograms(IDocumentStore store, TimeProvider clock, ProgramTerms terms) : IProgramSource, IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private volatile Knowledge? known;

    /// <exception cref="StoreUnavailableException">They are not loaded yet: whoever asks should come again.</exception>
    public ProgramHistory Programs =>
        known?.Programs ?? throw new StoreUnavailableException("The loyalty program is not loaded yet.");

    public LoyaltyProgram Current => Programs.InEffectAt(clock.GetUtcNow());

    public ValueTask<ProgramHistory> KnowingAsync(DateTimeOffset instant, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var needed = instant > now ? instant : now;
        return known is { } enough && needed <= enough.Through ? new(enough.Programs) : ReadAgainAsync(needed, cancellation);
    }

    /// <param name="configured">A program of the host's own settings; null: the stored ones hold.</param>
    /// <exception cref="ProgramConflictException">It may not follow what the store has.</exception>
    public Task LoadAsync(LoyaltyProgram? configured, CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            var readAt = clock.GetUtcNow();
            known = Knows(await ProgramStore.LoadAsync(store, configured, Earliest(readAt), cancellation), readAt);
        },
        cancellation);

    /// <summary>Takes in what another host has added.</summary>
    public Task RefreshAsync(CancellationToken cancellation) => AloneAsync(() => ReadAsync(cancellation), cancellation);

    /// <summary>Adds the next version, or only says what that would do.</summary>
    /// <param name="effectiveFrom">Null: as soon as can be.</param>
    public async ValueTask<ProgramAnswer> PutAsync(
        LoyaltyProgram program, DateTimeOffset? effectiveFrom, bool isDryRun, CancellationToken cancellation)
    {
        ProgramAnswer? answer = null;
        await AloneAsync(async () => answer = await PutAloneAsync(program, effectiveFrom, isDryRun, cancellation), cancellation);
        return answer!;
    }

    public void Dispose() => gate.Dispose();

    private async ValueTask<ProgramAnswer> PutAloneAsync(
        LoyaltyProgram program, DateTimeOffset? effectiveFrom, bool isDryRun, CancellationToken cancellation)
    {
        var stored = await ReadAsync(cancellation);
        if (Find(stored, program.Version) is { } same)
            return Known(same, program, effectiveFrom, stored.Latest.Program.Version);
        if (program.Version != stored.Latest.Program.Version + 1)
            return new ProgramAnswer.Conflict(
                $"The latest version of the program is {stored.Latest.Program.Version}, so that the next is "
                + $"{stored.Latest.Program.Version + 1} and not {program.Version}.");
        var earliest = Earliest(clock.GetUtcNow());
        if (effectiveFrom < earliest)
            return new ProgramAnswer.TooEarly(earliest);
        var next = new ProgramVersion(program, effectiveFrom is { } at ? Instants.WholeMilliseconds(at) : earliest);
        var accepted = new ProgramAnswer.Accepted(next, stored.InEffectAt(next.EffectiveFrom));
        if (isDryRun)
            return accepted;

        // From here on nobody is told what is in effect from then on, until it is known whether the version is stored.
        known = new Knowledge(stored, Sooner(known!.Through, next.EffectiveFrom.AddMilliseconds(-1)));
        var isAdded = await ProgramStore.TryAddAsync(store, next, cancellation);
        var after = await ReadAsync(cancellation);
        return isAdded ? accepted : Known(Find(after, program.Version)!, program, effectiveFrom, after.Latest.Program.Version);
    }

    private static ProgramAnswer Known(
        ProgramVersion stored, LoyaltyProgram program, DateTimeOffset? effectiveFrom, int latest) =>
        !stored.Program.Equals(program)
            ? new ProgramAnswer.Conflict(
                $"Version {program.Version} of the program is stored with other rules: give the new rules version {latest + 1}.")
        : effectiveFrom is { } at && Instants.WholeMilliseconds(at) != stored.EffectiveFrom
            ? new ProgramAnswer.Conflict(
                $"Version {program.Version} of the program is stored with another date, which stays: store the rules as version "
                + $"{latest + 1} to give them a new one.")
        : new ProgramAnswer.Repeated(stored);

    private static ProgramVersion? Find(ProgramHistory stored, int version) =>
        stored.Versions.FirstOrDefault(known => known.Program.Version == version);

    /// <summary>A later millisecond than any command has that a host with the versions of before may be deciding now.</summary>
    private DateTimeOffset Earliest(DateTimeOffset now) => Instants.WholeMilliseconds(now).AddMilliseconds(1) + terms.Lead;

    private async ValueTask<ProgramHistory> ReadAgainAsync(DateTimeOffset needed, CancellationToken cancellation)
    {
        await AloneAsync(
            async () =>
            {
                if (known is null || needed > known.Through)
                    await ReadAsync(cancellation);
            },
            cancellation);
        return known is { } enough && needed <= enough.Through
            ? enough.Programs
            : throw new StoreUnavailableException($"It is not known yet which program is in effect at {needed:O}.");
    }

    private async Task<ProgramHistory> ReadAsync(CancellationToken cancellation)
    {
        var readAt = clock.GetUtcNow();
        known = Knows(await ProgramStore.ReadOnlyAsync(store, cancellation), readAt);
        return known.Programs;
    }

    private Knowledge Knows(ProgramHistory programs, DateTimeOffset readAt) =>
        new(programs, terms.KnownThrough(readAt));

    private async Task AloneAsync(Func<Task> work, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            await work();
        }
        finally
        {
            gate.Release();
        }
    }

    private static DateTimeOffset Sooner(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <param name="Through">No version is missing that takes effect at or before it.</param>
    private sealed record Knowledge(ProgramHistory Programs, DateTimeOffset Through);
}
