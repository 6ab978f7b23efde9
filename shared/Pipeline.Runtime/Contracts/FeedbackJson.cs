using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Contracts;

/// <summary>What is told of feedback, survey links and a customer's satisfaction.</summary>
internal static class FeedbackJson
{
    /// <summary>More says nothing, and reads badly.</summary>
    private const int ProbabilityDecimals = 4;

    public static void Link(Utf8JsonWriter json, (SurveyLink Link, string Url) it)
    {
        json.WriteStartObject();
        json.WriteString("token", it.Link.Token);
        json.WriteString("url", it.Url);
        json.WriteInstant("expiresAt", it.Link.ExpiresAt);
        json.WriteEndObject();
    }

    public static void Feedback(Utf8JsonWriter json, StoredFeedback stored)
    {
        var feedback = stored.Feedback;
        json.WriteStartObject();
        json.WriteString("feedbackId", feedback.Id.Value);
        json.WriteString("customerId", feedback.Customer?.Value);
        json.WriteString("purchaseId", feedback.Purchase?.Value);
        json.WriteInstant("submittedAt", feedback.SubmittedAt);
        json.WriteInstant("receivedAt", feedback.ReceivedAt);
        json.WriteString("channel", feedback.Channel);
        json.WriteString("locale", feedback.Locale);
        WriteAnswers(json, feedback.Answers);
        json.WriteString("comment", feedback.Comment);
        json.WritePropertyName("sentiment");
        WriteSentiment(json, stored.Analysis);
        json.WriteStartArray("aspects");
        foreach (var mention in stored.Analysis?.Aspects ?? [])
        {
            json.WriteStartObject();
            json.WriteString("aspect", mention.Aspect);
            json.WriteString("label", FeedbackMapping.Word(mention.Label));
            json.WriteString("text", mention.Text);
            json.WriteNumber("offset", mention.Offset);
            json.WriteNumber("length", mention.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("caseId", stored.Case?.Value);
        json.WriteString("followsUp", feedback.FollowsUp?.Value);
        json.WriteEndObject();
    }

    public static void WriteAnswers(Utf8JsonWriter json, Answers answers)
    {
        json.WriteStartObject("answers");
        WriteNumber(json, "csat", answers.Csat);
        WriteNumber(json, "nps", answers.Nps);
        WriteNumber(json, "ces", answers.Ces);
        json.WriteEndObject();
    }

    /// <summary>Null before the first feedback.</summary>
    public static void Summary(Utf8JsonWriter json, CustomerSatisfaction? summary)
    {
        if (summary is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("responses", summary.Responses);
        WriteRating(json, "csat", summary.Csat);
        WriteRating(json, "nps", summary.Nps);
        WriteRating(json, "ces", summary.Ces);
        json.WriteStartObject("sentiment");
        json.WriteNumber("positive", summary.Positive);
        json.WriteNumber("neutral", summary.Neutral);
        json.WriteNumber("negative", summary.Negative);
        json.WriteNumber("mixed", summary.Mixed);
        json.WriteEndObject();
        json.WriteInstant("lastAt", summary.Last?.At);
        json.WriteString("lastFeedbackId", summary.Last?.Id.Value);
        json.WriteEndObject();
    }

    private static void WriteRating(Utf8JsonWriter json, string name, RatingSummary? rating)
    {
        if (rating is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("n", rating.N);
        json.WriteNumber("mean", rating.Mean);
        json.WriteNumber("last", rating.Last);
        json.WriteInstant("lastAt", rating.At);
        json.WriteEndObject();
    }

    private static void WriteSentiment(Utf8JsonWriter json, TextAnalysis? analysis)
    {
        if (analysis is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("label", FeedbackMapping.Word(analysis.Label));
        json.WriteNumber("confidence", Rounded(analysis.Confidence));
        WriteScores(json, analysis.Scores);
        json.WriteBoolean("abstained", analysis.IsAbstention);
        json.WriteString("language", analysis.Language);
        json.WriteString("analyser", analysis.Analyser);
        json.WriteString("fallback", analysis.Fallback is { } reason ? FeedbackMapping.Word(reason) : null);
        json.WriteStartArray("sentences");
        foreach (var sentence in analysis.Sentences)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", sentence.Offset);
            json.WriteNumber("length", sentence.Length);
            json.WriteString("label", FeedbackMapping.Word(sentence.Label));
            json.WriteNumber("confidence", Rounded(sentence.Confidence));
            WriteScores(json, sentence.Scores);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteScores(Utf8JsonWriter json, SentimentScores scores)
    {
        json.WriteStartObject("scores");
        json.WriteNumber("positive", Rounded(scores.Positive));
        json.WriteNumber("neutral", Rounded(scores.Neutral));
        json.WriteNumber("negative", Rounded(scores.Negative));
        json.WriteEndObject();
    }

    private static double Rounded(double probability) => Math.Round(probability, ProbabilityDecimals);

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
