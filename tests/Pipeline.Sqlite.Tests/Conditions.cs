using Pipeline.Contracts;

namespace Pipeline.Sqlite.Tests;

/// <summary>Runs where the <c>flock</c> tool is; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FlockFactAttribute : FactAttribute
{
    public FlockFactAttribute()
    {
        if (!Tool.Works("flock", "--version"))
            Skip = "Needs the flock tool.";
    }
}

/// <summary>Runs where files have an owner and modes; on Windows it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Needs the file modes of Unix.";
    }
}
