using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Contracts;

/// <summary>A case as it is told, with what its reader needs beside it.</summary>
/// <param name="Now">Says whether it is overdue.</param>
/// <param name="FollowUps">Token and address of each survey link in it, by the link's id.</param>
internal sealed record ShownCase(
    CaseFile File, DateTimeOffset Now, IReadOnlyDictionary<string, (string Token, string Url)> FollowUps);

/// <summary>What staff are told of cases.</summary>
internal static class CaseJson
{
    public static void Cases(Utf8JsonWriter json, IReadOnlyList<ShownCase> cases)
    {
        json.WriteStartObject();
        json.WriteStartArray("cases");
        foreach (var one in cases)
            Case(json, one);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Case(Utf8JsonWriter json, ShownCase shown)
    {
        var file = shown.File;
        json.WriteStartObject();
        json.WriteString("caseId", file.Id.Value);
        json.WriteString("feedbackId", WarningCases.IsOfWarning(file.Id) ? null : file.Feedback.Value);
        json.WriteString("customerId", file.Customer?.Value);
        json.WriteString("status", Word(file.Status));
        json.WriteString("severity", CaseRulesDocument.Word(file.Severity));
        json.WriteString("owner", file.Owner);
        json.WriteInstant("openedAt", file.OpenedAt);
        json.WriteInstant("dueAt", file.DueAt);
        json.WriteBoolean("overdue", file.IsOverdueAt(shown.Now));
        json.WriteNumber("escalations", file.Escalations);
        json.WriteInstant("firstAnswerAt", file.FirstAnswerAt);
        json.WriteInstant("resolvedAt", file.FirstResolvedAt);
        json.WriteNumber("rulesVersion", file.RulesVersion);
        json.WriteStartArray("reasons");
        foreach (var reason in file.Reasons)
            json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteStartArray("events");
        foreach (var happened in file.Events)
            WriteEvent(json, happened, shown);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string Word(CaseStatus status) => status switch
    {
        CaseStatus.Open => "open",
        CaseStatus.Assigned => "assigned",
        CaseStatus.Resolved => "resolved",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };

    private static void WriteEvent(Utf8JsonWriter json, CaseEvent happened, ShownCase shown)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeOf(happened));
        json.WriteInstant("at", happened.At);
        json.WriteString("by", happened.By);
        switch (happened)
        {
            case CaseEvent.Opened e:
                json.WriteString("severity", CaseRulesDocument.Word(e.Severity));
                json.WriteInstant("dueAt", e.DueAt);
                break;
            case CaseEvent.Assigned e:
                json.WriteString("owner", e.Owner);
                break;
            case CaseEvent.Noted e:
                json.WriteString("text", e.Text);
                break;
            case CaseEvent.Contacted e:
                json.WriteString("channel", e.Channel);
                break;
            case CaseEvent.Resolved e:
                json.WriteString("resolution", e.Resolution);
                json.WritePropertyName("followUp");
                WriteFollowUp(json, e.FollowUp, shown);
                break;
            case CaseEvent.Reopened e:
                json.WriteString("reason", e.Reason);
                json.WriteInstant("dueAt", e.DueAt);
                if (e.Severity is { } severity)
                    json.WriteString("severity", CaseRulesDocument.Word(severity));
                break;
            case CaseEvent.GoodwillGiven e:
                json.WriteNumber("points", e.Points);
                json.WriteString("reason", e.Reason);
                json.WriteString("entryId", EntryIds.Grant(e.Grant));
                break;
            case CaseEvent.Escalated e:
                json.WriteNumber("level", e.Level);
                json.WriteString("severity", CaseRulesDocument.Word(e.Severity));
                break;
            case CaseEvent.FollowUpAnswered e:
                json.WriteString("feedbackId", e.Feedback.Value);
                FeedbackJson.WriteAnswers(json, e.Answers);
                break;
            default:
                throw new InvalidOperationException($"Unknown event {happened.GetType().Name}.");
        }

        json.WriteEndObject();
    }

    private static void WriteFollowUp(Utf8JsonWriter json, FollowUpLink? link, ShownCase shown)
    {
        if (link is not { } sent)
        {
            json.WriteNullValue();
            return;
        }

        var (token, url) = shown.FollowUps[sent.LinkId];
        json.WriteStartObject();
        json.WriteString("token", token);
        json.WriteString("url", url);
        json.WriteInstant("expiresAt", sent.ExpiresAt);
        json.WriteEndObject();
    }

    private static string TypeOf(CaseEvent happened) => happened switch
    {
        CaseEvent.Opened => "opened",
        CaseEvent.Assigned => "assign",
        CaseEvent.Noted => "note",
        CaseEvent.Contacted => "contact",
        CaseEvent.Resolved => "resolve",
        CaseEvent.Reopened => "reopen",
        CaseEvent.GoodwillGiven => "goodwill",
        CaseEvent.Escalated => "escalated",
        CaseEvent.FollowUpAnswered => "followUpAnswered",
        _ => throw new InvalidOperationException($"Unknown event {happened.GetType().Name}."),
    };
}
