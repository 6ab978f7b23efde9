using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Messaging.ServiceBus;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.ServiceBus;

/// <summary>
/// Between the port's messages and those of Service Bus. What has to be exact (the natural key, the session) travels as
/// a property: Service Bus takes 128 characters and does not tell capitals from small letters in its own fields.
/// </summary>
internal static class WorkMessages
{
    public const string NaturalKey = "NaturalKey";
    public const string Session = "Session";
    public const string Fingerprint = "Fingerprint";
    public const string Resends = "Resends";
    public const string FirstEnqueuedAt = "FirstEnqueuedAt";
    public const string DeadLetteredAt = "DeadLetteredAt";
    public const string TraceParent = "traceparent";

    /// <summary>The older name of the same, which the SDK and the Functions host look for.</summary>
    public const string DiagnosticId = "Diagnostic-Id";

    private const int KeyCharactersMax = 128;
    private const int HashBytes = 16;
    private const int ContentMarkBytes = 8;

    public static ServiceBusMessage Write(QueueMessage message)
    {
        var written = new ServiceBusMessage(message.Body)
        {
            MessageId = IdOf(message.MessageId, message.Fingerprint),
            SessionId = SessionOf(message.Session),
            ContentType = "application/json",
        };
        if (message.NotBefore is { } notBefore)
            written.ScheduledEnqueueTime = notBefore;
        var properties = written.ApplicationProperties;
        properties[NaturalKey] = message.MessageId;
        properties[Session] = message.Session;
        properties[Fingerprint] = message.Fingerprint;
        if (message.TraceParent is { } trace)
            (properties[TraceParent], properties[DiagnosticId]) = (trace, trace);
        return written;
    }

    /// <summary>The same message for later, with its age.</summary>
    public static ServiceBusMessage Later(ServiceBusReceivedMessage received, int resends)
    {
        var copy = Again(received, "", resends);
        copy.ApplicationProperties[FirstEnqueuedAt] =
            FirstEnqueuedAtOf(received).ToString("O", CultureInfo.InvariantCulture);
        return copy;
    }

    /// <summary>The same message with a new life: its waits and its age begin again.</summary>
    public static ServiceBusMessage Replay(ServiceBusReceivedMessage letter)
    {
        var copy = Again(letter, "replay-", resends: 0);
        copy.ApplicationProperties.Remove(FirstEnqueuedAt);
        return copy;
    }

    /// <summary>
    /// Under another id: under its own it would be taken for a repetition, and dropped, as long as the service remembers it.
    /// The sequence number is the received message's alone: made twice from one, it is one message, and no later copy of a
    /// copy, nor one after a replay, is taken for it.
    /// </summary>
    private static ServiceBusMessage Again(ServiceBusReceivedMessage received, string mark, int resends)
    {
        var id = Text(received, NaturalKey) is { } key
            ? $"{key}~{ContentMark(Text(received, Fingerprint) ?? "")}"
            : received.MessageId;
        var copy = new ServiceBusMessage(received)
        {
            MessageId = IdOf(string.Create(CultureInfo.InvariantCulture, $"{id}~{mark}{received.SequenceNumber}")),
        };
        copy.ApplicationProperties[Resends] = resends;
        copy.ApplicationProperties.Remove(DeadLetteredAt);
        return copy;
    }

    /// <summary>Null, and why, where it is none of ours.</summary>
    public static DeliveredMessage? Read(ServiceBusReceivedMessage received, out string problem)
    {
        problem = "";
        foreach (var name in (ReadOnlySpan<string>)[NaturalKey, Session, Fingerprint])
        {
            if (Text(received, name) is not null)
                continue;
            problem = $"It lacks the property {name}.";
            return null;
        }

        return new DeliveredMessage(received.SequenceNumber, Message(received), received.EnqueuedTime, received.DeliveryCount);
    }

    /// <summary>As far as it can be read, for those who look at dead letters.</summary>
    public static QueueMessage Message(ServiceBusReceivedMessage received) => new(
        Text(received, NaturalKey) ?? received.MessageId ?? "",
        Text(received, Session) ?? received.SessionId ?? "",
        received.Body.ToMemory(),
        Text(received, Fingerprint) ?? "",
        Text(received, TraceParent) ?? Text(received, DiagnosticId));

    public static int ResendsOf(ServiceBusReceivedMessage received) =>
        received.ApplicationProperties.TryGetValue(Resends, out var value) && value is int resends ? resends : 0;

    /// <summary>When the first of its copies was queued: the work is as late as that.</summary>
    public static DateTimeOffset FirstEnqueuedAtOf(ServiceBusReceivedMessage received) => Instant(received, FirstEnqueuedAt);

    /// <remarks>Where the service set it aside itself, it does not say when.</remarks>
    public static DateTimeOffset DeadLetteredAtOf(ServiceBusReceivedMessage received) => Instant(received, DeadLetteredAt);

    /// <summary>The natural key and a mark of the content: other content under a known key is no repetition.</summary>
    internal static string IdOf(string key, string fingerprint) => IdOf($"{key}~{ContentMark(fingerprint)}");

    /// <summary>The key itself where it stays different from every other in any case of letters, else with its hash.</summary>
    internal static string IdOf(string key) =>
        key.Length <= KeyCharactersMax && !key.AsSpan().ContainsAnyInRange('A', 'Z') ? key : Hashed(key);

    /// <summary>Customers who differ only in case share a session, which costs them nothing but a little waiting.</summary>
    private static string SessionOf(string session) => session.Length <= KeyCharactersMax ? session : Hashed(session);

    private static string ContentMark(string fingerprint) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)).AsSpan(0, ContentMarkBytes));

    private static string Hashed(string key)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, HashBytes));
        // No id has a tilde, so nobody can make a key that looks like another's hash.
        return $"{key.AsSpan(0, Math.Min(key.Length, KeyCharactersMax - hash.Length - 1))}~{hash}";
    }

    private static DateTimeOffset Instant(ServiceBusReceivedMessage received, string name) =>
        DateTimeOffset.TryParse(Text(received, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : received.EnqueuedTime;

    private static string? Text(ServiceBusReceivedMessage received, string name) =>
        received.ApplicationProperties.TryGetValue(name, out var value) ? value as string : null;
}
