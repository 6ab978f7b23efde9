namespace Pipeline.SentimentTrainer.Tests;

/// <summary>A folder with a corpus made of a few words, which a linear model can learn by heart.</summary>
internal sealed class SmallCorpus : IDisposable
{
    private static readonly string[] Things = ["cup", "lamp", "chair", "bag", "clock", "shirt", "table"];

    private static readonly (string Label, string[] Words)[] Sides =
    [
        ("positive", ["lovely", "excellent", "wonderful"]),
        ("neutral", ["wooden", "second", "usual"]),
        ("negative", ["awful", "broken", "useless"]),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("sentiment-trainer-").FullName;

    public SmallCorpus() => File.WriteAllLines(
        Train,
        from source in new[] { "letters", "forms", "calls" }
        from thing in Things
        from side in Sides
        from word in side.Words
        select $"{side.Label}\ten\t{source}\tIn {source}: the {thing} is {word}");

    public string Train => Path.Combine(folder, "train.tsv");

    public string Model(string name) => Path.Combine(folder, name);

    public string Write(string name, params string[] lines)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllLines(file, lines);
        return file;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
