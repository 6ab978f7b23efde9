using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A program and from when on it holds; <see cref="DateTimeOffset.MinValue"/> is since ever.</summary>
public sealed record ProgramVersion(LoyaltyProgram Program, DateTimeOffset EffectiveFrom);

/// <summary>
/// Every version of the program that was ever stored. At an instant the latest version holds whose time has come; one
/// that a later version has overtaken by then is never in effect again.
/// </summary>
public sealed class ProgramHistory
{
    private readonly ImmutableArray<ProgramVersion> versions;
    private readonly LoyaltyProgram? trial;
    private readonly LoyaltyProgram? holding;
    private int? campaignsThatCountCustomers;

    /// <summary>Versions that hold since ever, so that the latest one alone is in effect.</summary>
    /// <exception cref="ArgumentException">No program, or one version twice.</exception>
    public ProgramHistory(IEnumerable<LoyaltyProgram> programs)
        : this(programs.Select(static program => new ProgramVersion(program, DateTimeOffset.MinValue)))
    {
    }

    /// <exception cref="ArgumentException">No program, or one version twice.</exception>
    public ProgramHistory(IEnumerable<ProgramVersion> programs)
    {
        versions = [.. programs.OrderBy(static version => version.Program.Version)];
        if (versions.IsEmpty || versions.Select(static version => version.Program.Version).Distinct().Count() != versions.Length)
            throw new ArgumentException("A program history has at least one version, and each once.", nameof(programs));
        // Something holds at every instant: what was awarded before anything was dated had its rules too.
        versions = versions.SetItem(0, versions[0] with { EffectiveFrom = DateTimeOffset.MinValue });
    }

    private ProgramHistory(ImmutableArray<ProgramVersion> versions, LoyaltyProgram trial, LoyaltyProgram holding) =>
        (this.versions, this.trial, this.holding) = (versions, trial, holding);

    /// <summary>By number; the last is the latest.</summary>
    public ImmutableArray<ProgramVersion> Versions => versions;

    public ProgramVersion Latest => versions[^1];

    /// <summary>The most campaigns with a cap for each customer that a version has.</summary>
    public int CampaignsThatCountCustomersMax =>
        campaignsThatCountCustomers ??= versions.Max(static version => version.Program.CampaignsThatCountCustomers);

    /// <summary>Null where the version is not known here, as where another instance has just been given it.</summary>
    public LoyaltyProgram? Find(int version)
    {
        foreach (var known in versions)
            if (known.Program.Version == version)
                return known.Program;
        return null;
    }

    /// <exception cref="KeyNotFoundException">An entry names a version that was never stored.</exception>
    public LoyaltyProgram this[int version]
    {
        get
        {
            if (trial is not null && trial.Version == version)
                return trial;
            for (var i = versions.Length - 1; i >= 0; i--)
                if (versions[i].Program.Version == version)
                    return versions[i].Program;
            throw new KeyNotFoundException($"Version {version} of the loyalty program is not stored.");
        }
    }

    /// <summary>The program that holds at an instant.</summary>
    public LoyaltyProgram InEffectAt(DateTimeOffset instant)
    {
        if (holding is not null)
            return holding;
        var i = versions.Length - 1;
        while (i > 0 && instant < versions[i].EffectiveFrom)
            i--;
        return versions[i].Program;
    }

    /// <summary>Until when a version holds; null: nothing follows it. Not after it begins: it never holds.</summary>
    public DateTimeOffset? EffectiveUntil(ProgramVersion version)
    {
        DateTimeOffset? until = null;
        foreach (var later in versions)
            if (later.Program.Version > version.Program.Version && (until is null || later.EffectiveFrom < until))
                until = later.EffectiveFrom;
        return until;
    }

    /// <summary>The same versions, but a program that is tried holds at every instant. Its number is its own, or that of the same rules.</summary>
    internal ProgramHistory OnTrial(LoyaltyProgram program) => new(versions, program, program);

    /// <summary>The same versions and the tried one, but another of them holds at every instant.</summary>
    internal ProgramHistory Holding(LoyaltyProgram version) => new(versions, trial ?? version, version);
}
