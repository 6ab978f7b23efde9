using System.Text.Json;

namespace Pipeline.Local.Sentiment;

/// <param name="Id">A string or a number, given back as it came.</param>
internal readonly record struct SentimentLine(JsonElement Id, string Text)
{
    public static bool TryParse(string json, out SentimentLine line, out string problem)
    {
        line = default;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            problem = Problem(root);
            if (problem.Length > 0)
                return false;
            line = new SentimentLine(root.GetProperty("id").Clone(), root.GetProperty("text").GetString()!);
            return true;
        }
        catch (JsonException error)
        {
            problem = $"not JSON, at byte {error.BytePositionInLine}.";
            return false;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped.
            problem = "\"text\" is not valid Unicode.";
            return false;
        }
    }

    private static string Problem(JsonElement root) =>
        root.ValueKind != JsonValueKind.Object ? "not a JSON object."
        : !root.TryGetProperty("id", out var id) || id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)
            ? "\"id\" must be a string or a number."
        : !root.TryGetProperty("text", out var text) || text.ValueKind != JsonValueKind.String
            ? "\"text\" must be a string."
        : "";
}
