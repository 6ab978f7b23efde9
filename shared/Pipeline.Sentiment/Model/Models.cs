using Pipeline.Sentiment.Features;

namespace Pipeline.Sentiment.Model;

/// <summary>The models of both languages: those in this assembly, or a user's own.</summary>
public sealed record Models(SentimentModel English, SentimentModel Chinese)
{
    public SentimentModel this[ModelLanguage language] => language == ModelLanguage.Chinese ? Chinese : English;

    /// <exception cref="InvalidDataException">A file is no model.</exception>
    public static Models Load(SentimentOptions options) => new(
        Load(options.EnglishModelFile, "en.bin"), Load(options.ChineseModelFile, "zh.bin"));

    private static SentimentModel Load(string? file, string resource)
    {
        using var stream = file is null
            ? typeof(Models).Assembly.GetManifestResourceStream(resource)!
            : File.OpenRead(file);
        return ModelContent.Load(stream);
    }
}
