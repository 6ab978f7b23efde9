using System.Diagnostics;

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

/// <summary>Runs where a small file system can be mounted; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(static () =>
    {
        using var folder = new TempFolder();
        try
        {
            using var disk = new SmallDisk(folder.File("probe"), mebibytes: 1);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    });

    public TmpfsFactAttribute()
    {
        if (!CanMount.Value)
            Skip = "Needs the right to mount a tmpfs (root on Linux).";
    }
}

/// <summary>A file system of a few mebibytes.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string path;

    public SmallDisk(string path, int mebibytes)
    {
        this.path = path;
        Directory.CreateDirectory(path);
        if (!Tool.Works("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path))
            throw new InvalidOperationException("A tmpfs cannot be mounted.");
    }

    public void Dispose() => Tool.Works("umount", "-l", path);
}

internal static class Tool
{
    public static bool Works(string name, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
