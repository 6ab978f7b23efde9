namespace Pipeline.Sentiment.Features;

/// <summary>The languages that have a model of their own.</summary>
public enum ModelLanguage
{
    English,
    Chinese,
}

/// <summary>Reads texts into features, one after another; not for two threads at once.</summary>
public sealed class FeatureReader
{
    private readonly CharBuffer normal = new();
    private readonly FeatureSet features = new();

    /// <summary>What <paramref name="text"/> has; valid until the next call.</summary>
    public FeatureSet Read(ReadOnlySpan<char> text, ModelLanguage language)
    {
        if (language == ModelLanguage.Chinese)
            ChineseFeatures.Read(text, normal, features);
        else
            EnglishFeatures.Read(text, normal, features);
        return features;
    }
}
