namespace Pipeline.Local.Tests;

/// <summary>A folder of its own for one test, gone after it.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("pipeline-local-").FullName;

    public string Path { get; }

    /// <summary>A data folder in it, which does not exist yet.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    public string File(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
