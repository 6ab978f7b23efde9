using System.Text;
using Pipeline.Runtime.Ports;

namespace Pipeline.SentimentTrainer;

/// <param name="Source">Where it was collected: what a shop's own feedback never is.</param>
internal sealed record LabelledText(SentimentLabel Label, string Source, string Text);

/// <summary>Reads <c>label TAB language TAB source TAB text</c>, UTF-8, plain or gzip, without a header.</summary>
internal static class Corpus
{
    public static List<LabelledText> Read(string path)
    {
        using var reader = new StreamReader(Files.OpenText(path), Encoding.UTF8);
        var texts = new List<LabelledText>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Split('\t', 4) is not [var label, _, var source, var text]
                || !Enum.TryParse<SentimentLabel>(label, ignoreCase: true, out var parsed))
                throw new InvalidDataException($"{path}, line {number}: not label, language, source and text.");
            texts.Add(new LabelledText(parsed, source, text));
        }

        return texts;
    }
}
