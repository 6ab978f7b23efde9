using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>Every version of the program that ever made an award; the newest awards.</summary>
public sealed class ProgramHistory
{
    private readonly ImmutableArray<LoyaltyProgram> versions;

    /// <exception cref="ArgumentException">No program, or one version twice.</exception>
    public ProgramHistory(IEnumerable<LoyaltyProgram> programs)
    {
        versions = [.. programs.OrderBy(program => program.Version)];
        if (versions.IsEmpty || versions.Select(program => program.Version).Distinct().Count() != versions.Length)
            throw new ArgumentException("A program history has at least one version, and each once.", nameof(programs));
    }

    public LoyaltyProgram Current => versions[^1];

    /// <summary>Null where the version is not known here, as where another instance has just been given it.</summary>
    public LoyaltyProgram? Find(int version)
    {
        foreach (var program in versions)
            if (program.Version == version)
                return program;
        return null;
    }

    /// <exception cref="KeyNotFoundException">An entry names a version that was never stored.</exception>
    public LoyaltyProgram this[int version]
    {
        get
        {
            for (var i = versions.Length - 1; i >= 0; i--)
                if (versions[i].Version == version)
                    return versions[i];
            throw new KeyNotFoundException($"Version {version} of the loyalty program is not stored.");
        }
    }
}
