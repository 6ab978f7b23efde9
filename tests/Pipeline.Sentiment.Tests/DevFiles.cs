using System.IO.Compression;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment.Tests;

internal sealed record Gold(SentimentLabel Label, string Source, string Text);

/// <summary>The labelled texts that are not ours to copy; beside the repository, or where PIPELINE_SENTIMENT_DATA says.</summary>
internal static class DevFiles
{
    private static readonly string? Folder = Find();

    public static bool Exist => Folder is not null;

    public static List<Gold> Read(string language)
    {
        using var file = File.OpenRead(Path.Combine(Folder!, $"{language}.dev.tsv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var golds = new List<Gold>();
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split('\t', 4);
            golds.Add(new Gold(Enum.Parse<SentimentLabel>(parts[0], ignoreCase: true), parts[2], parts[3]));
        }

        return golds;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PIPELINE_SENTIMENT_DATA") is { Length: > 0 } named)
            return named;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            folder = folder.Parent;
        var data = folder?.Parent is null ? null : Path.Combine(folder.Parent.FullName, "shared", "data", "sentiment");
        return data is not null && File.Exists(Path.Combine(data, "en.dev.tsv.gz")) ? data : null;
    }
}

/// <summary>Runs where the labelled texts are; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DevFilesTheoryAttribute : TheoryAttribute
{
    public DevFilesTheoryAttribute()
    {
        if (!DevFiles.Exist)
            Skip = "Needs the labelled texts: set PIPELINE_SENTIMENT_DATA to their folder.";
    }
}
