using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Benchmarks.Load;

internal enum LoadKind
{
    /// <summary>Purchases to <c>POST /empty</c>.</summary>
    Empty,

    /// <summary>Purchases to <c>POST /v1/purchases</c>.</summary>
    Purchases,

    /// <summary>Purchases, quotes and reads of customers.</summary>
    Mixed,

    /// <summary>Feedback to <c>POST /v1/feedback</c>, each by two requests, one after the other.</summary>
    Feedback,
}

/// <summary>What a load generator is to do; handed to its process as JSON.</summary>
internal sealed record LoadOptions
{
    public required int Port { get; init; }

    public required LoadKind Kind { get; init; }

    public string Key { get; init; } = "";

    public int Connections { get; init; } = 64;

    /// <summary>How long; 0: until <see cref="Requests"/> are answered.</summary>
    public double Seconds { get; init; }

    /// <summary>At most so many; 0: as many as fit into <see cref="Seconds"/>.</summary>
    public long Requests { get; init; }

    /// <summary>Above 0: requests are due at a constant rate, whether or not earlier ones are answered.</summary>
    public double RatePerSecond { get; init; }

    /// <summary>The number of the first request; numbers make ids.</summary>
    public long FirstNumber { get; init; }

    public int Customers { get; init; } = 1;

    public bool IsSkewed { get; init; }

    /// <summary>Purchase n occurs n milliseconds after this instant.</summary>
    public DateTimeOffset BaseInstant { get; init; }

    [JsonIgnore]
    public Population Population => new(Customers, IsSkewed);

    public string Write() => JsonSerializer.Serialize(this);

    public static LoadOptions Read(string text) =>
        JsonSerializer.Deserialize<LoadOptions>(text) ?? throw new ArgumentException("The load has no options.");
}

/// <summary>What came of it.</summary>
/// <param name="Answered">Answers of the expected kind within the measured time.</param>
/// <param name="Failed">Answers of another status, at any time.</param>
/// <param name="Numbers">How many numbers were used up, measured or not.</param>
/// <param name="StartTicks">When the first request was sent, on the machine's steady clock.</param>
/// <param name="ClientCpuSeconds">Processor time of the load generator itself.</param>
internal sealed record LoadResult(
    long Answered,
    long Failed,
    long Numbers,
    long StartTicks,
    double Seconds,
    double P50Milliseconds,
    double P99Milliseconds,
    double MaxMilliseconds,
    double ClientCpuSeconds,
    string? FirstFailure)
{
    [JsonIgnore]
    public double PerSecond => Answered / Seconds;
}
