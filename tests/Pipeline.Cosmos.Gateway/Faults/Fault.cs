namespace Pipeline.Cosmos.Gateway.Faults;

/// <summary>How a request fails.</summary>
public enum Fault
{
    /// <summary>429 with a delay; nothing happened.</summary>
    Throttled,

    /// <summary>503; nothing happened.</summary>
    Unavailable,

    /// <summary>408 from the service; nothing happened.</summary>
    TimedOut,

    /// <summary>The connection breaks before the request arrives.</summary>
    Unreachable,

    /// <summary>No answer, ever; nothing happened.</summary>
    Silent,

    /// <summary>It happened, and the connection breaks before the answer.</summary>
    LostAnswer,

    /// <summary>It happened, and there is no answer, ever.</summary>
    SilentAfter,
}
