using System.Text.Json;

namespace Pipeline.Runtime.Http;

/// <summary>Makes answers of problems.</summary>
internal static class ProblemAnswers
{
    public static ApiAnswer Answer(
        this ProblemType problem,
        string? detail = null,
        InputErrors? errors = null,
        int retryAfterSeconds = 0,
        string? requestId = null,
        string? allow = null,
        bool endsConnection = false) => new()
        {
            Status = problem.Status,
            ContentType = ApiAnswer.ProblemJson,
            Body = JsonAnswer.Bytes(
                (problem, detail, errors, requestId),
                static (json, it) => Write(json, it.problem, it.detail, it.errors, it.requestId)),
            RetryAfterSeconds = retryAfterSeconds,
            IsChallenge = problem.Status == Problems.Unauthorized.Status,
            Allow = allow,
            EndsConnection = endsConnection,
        };

    /// <summary>The problem object of RFC 9457, for an answer of its own or within another.</summary>
    public static void Write(
        Utf8JsonWriter json, ProblemType problem, string? detail = null, InputErrors? errors = null,
        string? requestId = null)
    {
        json.WriteStartObject();
        json.WriteString("type", problem.Type);
        json.WriteString("title", problem.Title);
        json.WriteNumber("status", problem.Status);
        json.WriteString("detail", detail ?? problem.Cause);
        json.WriteString("code", problem.Code);
        if (requestId is not null)
            json.WriteString("requestId", requestId);
        if (errors is not null)
        {
            json.WriteStartObject("errors");
            foreach (var (pointer, message) in errors.ByPointer)
                json.WriteString(pointer, message);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
