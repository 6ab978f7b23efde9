using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using static Pipeline.Runtime.Loyalty.Storage.LedgerMapping;

namespace Pipeline.Runtime.Cases.Storage;

/// <summary>A case lives beside its feedback: with the customer, or in the feedback's own partition.</summary>
internal static class CaseKinds
{
    public const string Case = "case";

    public static DocumentKey KeyOf(string owner, CaseId id) => new(owner, Case, id.Value);
}

/// <summary>A case as it is stored.</summary>
/// <param name="IsPending">What follows from its events (a survey link, the measured times) may not be done yet.</param>
/// <param name="Version">Null: it is new.</param>
internal sealed record StoredCase(CaseFile File, bool IsPending, string? Version)
{
    /// <summary>When the timer has to look at it. Every case that is not resolved has one.</summary>
    public DateTimeOffset? Due { get; init; }
}

/// <summary>The events of a case, which are all that is kept of it: kind <c>case</c>, id the case.</summary>
internal sealed class CaseDocument
{
    [JsonPropertyName("customer")]
    public string? Customer { get; init; }

    [JsonPropertyName("pending")]
    public bool IsPending { get; init; }

    [JsonPropertyName("events")]
    public required CaseEventDocument[] Events { get; init; }
}

/// <summary>One event: <c>type</c> says which fields there are. Instants are Unix milliseconds.</summary>
internal sealed class CaseEventDocument
{
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("at")]
    public long At { get; init; }

    [JsonPropertyName("by")]
    public string? By { get; init; }

    [JsonPropertyName("key")]
    public string? Key { get; init; }

    /// <summary>The owner, the note, the channel, the resolution or the reason.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    [JsonPropertyName("severity")]
    public string? Severity { get; init; }

    [JsonPropertyName("reasons")]
    public string[]? Reasons { get; init; }

    [JsonPropertyName("due")]
    public long DueAt { get; init; }

    [JsonPropertyName("rules")]
    public int RulesVersion { get; init; }

    [JsonPropertyName("level")]
    public int Level { get; init; }

    [JsonPropertyName("points")]
    public long Points { get; init; }

    [JsonPropertyName("grant")]
    public string? Grant { get; init; }

    [JsonPropertyName("link")]
    public string? Link { get; init; }

    [JsonPropertyName("to")]
    public long LinkExpiresAt { get; init; }

    [JsonPropertyName("feedback")]
    public string? Feedback { get; init; }

    [JsonPropertyName("csat")]
    public int? Csat { get; init; }

    [JsonPropertyName("nps")]
    public int? Nps { get; init; }

    [JsonPropertyName("ces")]
    public int? Ces { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CaseDocument))]
internal sealed partial class CaseJsonContext : JsonSerializerContext;

/// <summary>Between what is stored of cases and what is decided on.</summary>
internal static class CaseMapping
{
    /// <summary>Open, and not to be escalated any more: no timer looks at it, but it is found among those that are open.</summary>
    private static readonly DateTimeOffset Someday = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Write Write(StoredCase stored)
    {
        var body = StoredJson.Write(
            new CaseDocument
            {
                Customer = stored.File.Customer?.Value,
                IsPending = stored.IsPending,
                Events = [.. stored.File.Events.Select(Write)],
            },
            CaseJsonContext.Default.CaseDocument);
        return stored.Version is { } version
            ? new Write.Replace(CaseKinds.Case, stored.File.Id.Value, version, body, stored.Due)
            : new Write.Create(CaseKinds.Case, stored.File.Id.Value, body, stored.Due);
    }

    public static StoredCase Read(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, CaseJsonContext.Default.CaseDocument)
            ?? throw Corrupt("case");
        var file = CaseFile.Rebuild(
            new FeedbackId(document.Key.Id),
            stored.Customer is { } customer ? new CustomerId(customer) : null,
            stored.Events.Select(Read));
        return new StoredCase(file, stored.IsPending, document.Version) { Due = document.DueAt };
    }

    public static DateTimeOffset? DueOf(CaseFile file, bool isPending, CaseRules rules) =>
        isPending ? file.OpenedAt
        : file.Status == CaseStatus.Resolved ? null
        : CaseDecider.EscalatesAt(file, rules) ?? Someday;

    private static CaseEventDocument Write(CaseEvent happened)
    {
        var (at, by, key) = (Ms(happened.At), happened.By == CaseEvent.System ? null : happened.By, happened.Key);
        return happened switch
        {
            CaseEvent.Opened e => new CaseEventDocument
            {
                Type = "opened",
                At = at,
                Severity = CaseRulesDocument.Word(e.Severity),
                Reasons = [.. e.Reasons],
                DueAt = Ms(e.DueAt),
                RulesVersion = e.RulesVersion,
            },
            CaseEvent.Assigned e => new CaseEventDocument { Type = "assign", At = at, By = by, Key = key, Text = e.Owner },
            CaseEvent.Noted e => new CaseEventDocument { Type = "note", At = at, By = by, Key = key, Text = e.Text },
            CaseEvent.Contacted e =>
                new CaseEventDocument { Type = "contact", At = at, By = by, Key = key, Text = e.Channel },
            CaseEvent.Resolved e => new CaseEventDocument
            {
                Type = "resolve",
                At = at,
                By = by,
                Key = key,
                Text = e.Resolution,
                Link = e.FollowUp?.LinkId,
                LinkExpiresAt = e.FollowUp is { } link ? Ms(link.ExpiresAt) : 0,
            },
            CaseEvent.Reopened e => new CaseEventDocument
            {
                Type = "reopen",
                At = at,
                By = by,
                Key = key,
                Text = e.Reason,
                DueAt = Ms(e.DueAt),
                Severity = e.Severity is { } severity ? CaseRulesDocument.Word(severity) : null,
            },
            CaseEvent.GoodwillGiven e => new CaseEventDocument
            {
                Type = "goodwill",
                At = at,
                By = by,
                Key = key,
                Text = e.Reason,
                Points = e.Points,
                Grant = e.Grant.Value,
            },
            CaseEvent.Escalated e => new CaseEventDocument
            {
                Type = "escalated",
                At = at,
                Level = e.Level,
                Severity = CaseRulesDocument.Word(e.Severity),
            },
            CaseEvent.FollowUpAnswered e => new CaseEventDocument
            {
                Type = "followUpAnswered",
                At = at,
                Feedback = e.Feedback.Value,
                Csat = e.Answers.Csat,
                Nps = e.Answers.Nps,
                Ces = e.Answers.Ces,
            },
            _ => throw new InvalidOperationException($"Unknown event {happened.GetType().Name}."),
        };
    }

    private static CaseEvent Read(CaseEventDocument stored)
    {
        var (at, by, key, text) = (At(stored.At), stored.By ?? CaseEvent.System, stored.Key, stored.Text ?? "");
        return stored.Type switch
        {
            "opened" => new CaseEvent.Opened(
                at, SeverityOf(stored), [.. stored.Reasons ?? []], At(stored.DueAt), stored.RulesVersion),
            "assign" => new CaseEvent.Assigned(at, by, key, text),
            "note" => new CaseEvent.Noted(at, by, key, text),
            "contact" => new CaseEvent.Contacted(at, by, key, text),
            "resolve" => new CaseEvent.Resolved(
                at, by, key, text,
                stored.Link is { } link ? new FollowUpLink(link, At(stored.LinkExpiresAt)) : null),
            "reopen" => new CaseEvent.Reopened(
                at, by, key, text, At(stored.DueAt), stored.Severity is null ? null : SeverityOf(stored)),
            "goodwill" => new CaseEvent.GoodwillGiven(
                at, by, key, stored.Points, text, new GrantId(stored.Grant ?? throw Corrupt("case"))),
            "escalated" => new CaseEvent.Escalated(at, stored.Level, SeverityOf(stored)),
            "followUpAnswered" => new CaseEvent.FollowUpAnswered(
                at, new FeedbackId(stored.Feedback ?? throw Corrupt("case")),
                new Answers(stored.Csat, stored.Nps, stored.Ces)),
            _ => throw Corrupt("case"),
        };
    }

    private static Severity SeverityOf(CaseEventDocument stored)
    {
        foreach (var severity in Enum.GetValues<Severity>())
            if (CaseRulesDocument.Word(severity) == stored.Severity)
                return severity;
        throw Corrupt("case");
    }
}
