using System.Globalization;
using System.IO.Compression;

namespace Pipeline.SentimentTrainer;

/// <param name="Valence">-4 to 4.</param>
internal sealed record LexiconWord(string Word, double Valence);

/// <summary>Reads <c>word TAB valence</c>, plain or gzip.</summary>
internal static class Lexicon
{
    public static List<LexiconWord> Read(string path)
    {
        using var reader = new StreamReader(Files.OpenText(path), System.Text.Encoding.UTF8);
        var words = new List<LexiconWord>();
        while (reader.ReadLine() is { } line)
            if (line.Split('\t') is [var word, var valence, ..])
                words.Add(new LexiconWord(word, double.Parse(valence, CultureInfo.InvariantCulture)));
        return words;
    }
}

internal static class Files
{
    public static Stream OpenText(string path)
    {
        var file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
