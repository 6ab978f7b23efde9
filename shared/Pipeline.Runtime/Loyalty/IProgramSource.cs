using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty;

/// <summary>The loyalty program and its earlier versions, as a host loaded them.</summary>
public interface IProgramSource
{
    ProgramHistory Programs { get; }
}

/// <summary>A program that stays what it was when the host started.</summary>
public sealed class FixedPrograms(ProgramHistory programs) : IProgramSource
{
    public ProgramHistory Programs { get; } = programs;
}
