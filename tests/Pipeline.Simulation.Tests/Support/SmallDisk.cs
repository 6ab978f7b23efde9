using System.Diagnostics;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>Runs where a small file system can be mounted; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(static () =>
    {
        using var folder = new TempFolder();
        try
        {
            using var disk = new SmallDisk(folder.Sub("probe"), mebibytes: 1);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    });

    public SmallDiskFactAttribute()
    {
        if (!CanMount.Value)
            Skip = "Needs the right to mount a tmpfs (root on Linux).";
    }
}

/// <summary>A file system of a few mebibytes, which can grow.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string path, int mebibytes)
    {
        Path = path;
        Directory.CreateDirectory(path);
        if (!Works("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path))
            throw new InvalidOperationException("A tmpfs cannot be mounted.");
    }

    public string Path { get; }

    public void Grow(int mebibytes) =>
        Assert.True(Works("mount", "-o", $"remount,size={mebibytes}m", Path), "The tmpfs cannot be remounted.");

    public void Dispose() => Works("umount", "-l", Path);

    private static bool Works(string name, params string[] arguments)
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
