using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Sentiment;

/// <summary>One line of the output; probabilities to four digits.</summary>
internal sealed record SentimentAnswer(
    JsonElement Id, string Label, double Confidence, ScoresAnswer Scores, string Language)
{
    private const int Digits = 4;

    public static string Of(JsonElement id, TextAnalysis analysis)
    {
        var scores = analysis.Scores;
        var answer = new SentimentAnswer(
            id, Name(analysis.Label), Rounded(analysis.Confidence),
            new ScoresAnswer(Rounded(scores.Positive), Rounded(scores.Neutral), Rounded(scores.Negative)),
            analysis.Language);
        return JsonSerializer.Serialize(answer, SentimentJson.Default.SentimentAnswer);
    }

    private static string Name(SentimentLabel label) => label switch
    {
        SentimentLabel.Positive => "positive",
        SentimentLabel.Neutral => "neutral",
        SentimentLabel.Negative => "negative",
        SentimentLabel.Mixed => "mixed",
        _ => throw new ArgumentOutOfRangeException(nameof(label), label, null),
    };

    private static double Rounded(double probability) => Math.Round(probability, Digits);
}

internal sealed record ScoresAnswer(double Positive, double Neutral, double Negative);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SentimentAnswer))]
internal sealed partial class SentimentJson : JsonSerializerContext;
