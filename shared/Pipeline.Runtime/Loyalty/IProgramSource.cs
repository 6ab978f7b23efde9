using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty;

/// <summary>The loyalty program and its other versions, as far as this host knows them.</summary>
public interface IProgramSource
{
    ProgramHistory Programs { get; }

    /// <summary>The program in effect now: its zone is that of reports and nights.</summary>
    LoyaltyProgram Current { get; }

    /// <summary>
    /// The versions, with surely every one among them that is in effect at the instant or now, whichever host stored it. What awards
    /// points asks for it before each decision; it waits only where this host may have missed one.
    /// </summary>
    /// <exception cref="Ports.StoreUnavailableException">It cannot be known now.</exception>
    ValueTask<ProgramHistory> KnowingAsync(DateTimeOffset instant, CancellationToken cancellation) => new(Programs);
}

/// <summary>Programs to which none is added while the host runs.</summary>
/// <param name="clock">Tells which is in effect; without one it is the latest.</param>
public sealed class FixedPrograms(ProgramHistory programs, TimeProvider? clock = null) : IProgramSource
{
    public ProgramHistory Programs { get; } = programs;

    public LoyaltyProgram Current => Programs.InEffectAt(clock?.GetUtcNow() ?? DateTimeOffset.MaxValue);
}
