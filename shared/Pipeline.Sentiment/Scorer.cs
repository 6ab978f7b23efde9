using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Features;
using Pipeline.Sentiment.Model;

namespace Pipeline.Sentiment;

/// <summary>Calibrated scores for a text or a part of one. It allocates nothing.</summary>
internal readonly struct Scorer(SentimentModel model, ModelLanguage language, FeatureReader reader)
{
    public ModelLanguage Language => language;

    public SentimentScores Scores(ReadOnlySpan<char> text) =>
        model.Calibration.Scores(model.Score(reader.Read(text, language)));
}
