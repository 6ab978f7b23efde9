using System.Text.Json;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Contracts;

/// <summary>What administrators and staff are told of runs, keys and dead letters.</summary>
internal static class OperationsJson
{
    public static void Run(Utf8JsonWriter json, RunView run)
    {
        json.WriteStartObject();
        json.WriteString("runId", run.RunId);
        json.WriteString("kind", run.Kind);
        json.WriteDate("slot", run.Slot);
        json.WriteString("status", run.Status);
        json.WriteNumber("shardsDone", run.ShardsDone);
        json.WriteNumber("shards", run.Shards);
        json.WriteInstant("plannedAt", run.PlannedAt);
        json.WriteInstant("finishedAt", run.FinishedAt);
        if (run.Report is { } report)
        {
            json.WriteStartObject("report");
            json.WriteInstant("cut", report.Cut);
            json.WriteNumber("customers", report.Customers);
            json.WriteNumber("expiredPoints", report.ExpiredPoints);
            json.WriteNumber("lots", report.Lots);
            json.WriteNumber("failed", report.Failed);
            json.WriteNumber("scored", report.Scored);
            json.WriteNumber("changed", report.Changed);
            json.WriteString("model", report.Model);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("report");
        }

        json.WriteEndObject();
    }

    public static void Runs(Utf8JsonWriter json, IReadOnlyList<RunView> runs) => WriteAll(json, "runs", runs, Run);

    public static void Key(Utf8JsonWriter json, ApiKeyInfo key) => WriteKey(json, key, null);

    public static void NewKey(Utf8JsonWriter json, KeyCreation.Created created) =>
        WriteKey(json, created.Info, created.Key);

    public static void Keys(Utf8JsonWriter json, IReadOnlyList<ApiKeyInfo> keys) => WriteAll(json, "keys", keys, Key);

    /// <summary>Without the message itself: staff replay it, they do not read it.</summary>
    public static void DeadLetter(Utf8JsonWriter json, DeadLetter letter)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", letter.Sequence);
        json.WriteString("messageId", letter.Message.MessageId);
        json.WriteString("session", letter.Message.Session);
        json.WriteInstant("enqueuedAt", letter.EnqueuedAt);
        json.WriteInstant("deadLetteredAt", letter.DeadLetteredAt);
        json.WriteNumber("deliveryCount", letter.DeliveryCount);
        json.WriteString("reason", letter.Reason);
        json.WriteString("description", letter.Description);
        json.WriteEndObject();
    }

    public static void DeadLetters(Utf8JsonWriter json, IReadOnlyList<DeadLetter> letters) =>
        WriteAll(json, "deadLetters", letters, DeadLetter);

    public static void UndeliveredEvents(Utf8JsonWriter json, IReadOnlyList<UndeliveredEvent> events) =>
        WriteAll(json, "events", events, UndeliveredEvent);

    public static void UndeliveredEvent(Utf8JsonWriter json, UndeliveredEvent undelivered)
    {
        json.WriteStartObject();
        json.WriteString("customerId", undelivered.Customer);
        json.WriteString("eventId", undelivered.EventId);
        json.WriteString("sink", undelivered.Sink);
        json.WriteString("entryId", undelivered.EntryId);
        json.WriteString("status", undelivered.NextAttemptAt is null ? "dead" : "waiting");
        json.WriteNumber("attempts", undelivered.Attempts);
        json.WriteString("reason", undelivered.Reason);
        json.WriteInstant("firstFailedAt", undelivered.FirstFailedAt);
        json.WriteInstant("nextAttemptAt", undelivered.NextAttemptAt);
        json.WriteEndObject();
    }

    public static void Problem(Utf8JsonWriter json, ProblemType problem)
    {
        json.WriteStartObject();
        json.WriteString("type", problem.Type);
        json.WriteString("code", problem.Code);
        json.WriteString("title", problem.Title);
        json.WriteNumber("status", problem.Status);
        json.WriteString("detail", problem.Cause);
        json.WriteString("remedy", problem.Remedy);
        json.WriteEndObject();
    }

    public static void Status(Utf8JsonWriter json, string status)
    {
        json.WriteStartObject();
        json.WriteString("status", status);
        json.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter json, ApiKeyInfo key, string? text)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Name);
        json.WriteString("keyId", key.KeyId);
        if (text is not null)
            json.WriteString("key", text);
        json.WriteStartArray("scopes");
        foreach (var scope in ScopeNames.Of(key.Scopes))
            json.WriteStringValue(scope);
        json.WriteEndArray();
        json.WriteInstant("createdAt", key.CreatedAt);
        json.WriteEndObject();
    }

    private static void WriteAll<T>(
        Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
