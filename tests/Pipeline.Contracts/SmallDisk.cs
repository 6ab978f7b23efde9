using System.Diagnostics;

namespace Pipeline.Contracts;

/// <summary>Runs where a small file system can be mounted; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(static () =>
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-probe-");
        try
        {
            using var disk = new SmallDisk(Path.Combine(folder.FullName, "probe"), mebibytes: 1);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    });

    public SmallDiskFactAttribute()
    {
        if (!CanMount.Value)
            Skip = "Needs the right to mount a tmpfs (root on Linux).";
    }
}

/// <summary>A file system of a few mebibytes, which can grow.</summary>
public sealed class SmallDisk : IDisposable
{
    public SmallDisk(string path, int mebibytes)
    {
        Path = path;
        Directory.CreateDirectory(path);
        if (!Tool.Works("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path))
            throw new InvalidOperationException("A tmpfs cannot be mounted.");
    }

    public string Path { get; }

    public void Grow(int mebibytes) =>
        Assert.True(Tool.Works("mount", "-o", $"remount,size={mebibytes}m", Path), "The tmpfs cannot be remounted.");

    public void MakeReadOnly() =>
        Assert.True(Tool.Works("mount", "-o", "remount,ro", Path), "The tmpfs cannot be remounted.");

    public void Dispose() => Tool.Works("umount", "-l", Path);
}

/// <summary>A program of the system, which may not be there.</summary>
public static class Tool
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
