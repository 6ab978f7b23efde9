using Pipeline.Sentiment.Features;

namespace Pipeline.SentimentTrainer;

/// <summary>How a language's model is trained. The values were chosen by leave-one-source-out on the training files.</summary>
/// <param name="Cost">What a mistake on one text costs (C).</param>
/// <param name="Balance">0: every text counts alike; 1: every source does.</param>
/// <param name="Stretch">How strongly the association of a feature with a label widens its room; 0: not at all.</param>
/// <param name="LexiconCost">What a mistake on a word of the lexicon costs, for a valence of 2.</param>
/// <param name="PolarityWeights">How many weights are kept; a weight takes two bytes.</param>
internal sealed record Recipe(
    ModelLanguage Language,
    double Cost,
    double Balance,
    double Stretch,
    double LexiconCost,
    int Epochs,
    int PolarityWeights,
    int NeutralityWeights)
{
    public static Recipe For(ModelLanguage language) => language == ModelLanguage.Chinese
        ? new Recipe(language, Cost: 3, Balance: 0, Stretch: 0.7, LexiconCost: 15, Epochs: 8, 65_000, 30_000)
        : new Recipe(language, Cost: 8, Balance: 0.25, Stretch: 0.5, LexiconCost: 4, Epochs: 8, 105_000, 60_000);
}
