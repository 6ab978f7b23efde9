using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>What an account counts for tiers, in columns.</summary>
internal sealed class TierDocument
{
    /// <summary>What is counted, and over which time: <c>p/c</c>, <c>s:GBP/a</c>, <c>o/r12</c>.</summary>
    [JsonPropertyName("s")]
    public string Shape { get; set; } = "";

    /// <summary>A day number; 0 where periods do not depend on it.</summary>
    [JsonPropertyName("f")]
    public int FirstDay { get; set; }

    /// <summary>Each from the one before, the first from 0.</summary>
    [JsonPropertyName("k")]
    public int[]? Periods { get; set; }

    [JsonPropertyName("v")]
    public long[]? Totals { get; set; }

    /// <summary>As <see cref="Periods"/>.</summary>
    [JsonPropertyName("pk")]
    public int[]? PeakPeriods { get; set; }

    [JsonPropertyName("pv")]
    public long[]? Peaks { get; set; }
}

internal static class TierMapping
{
    public static TierDocument? Write(TierProgress? progress) => progress is null ? null : new TierDocument
    {
        Shape = Code(progress.Shape),
        FirstDay = progress.FirstDay,
        Periods = Steps(progress.Totals),
        Totals = Amounts(progress.Totals),
        PeakPeriods = Steps(progress.Peaks),
        Peaks = Amounts(progress.Peaks),
    };

    public static TierProgress? Read(TierDocument? stored) => stored is null ? null : TierProgress.Of(
        Shape(stored.Shape), stored.FirstDay, Read(stored.Periods, stored.Totals), Read(stored.PeakPeriods, stored.Peaks));

    private static string Code(TierShape shape)
    {
        var measure = shape.Measure switch
        {
            TierMeasure.EarnedPoints => "p",
            TierMeasure.Orders => "o",
            _ => $"s:{shape.Currency!.Value.Code}",
        };
        return shape.Period switch
        {
            TierPeriod.CalendarYear => $"{measure}/c",
            TierPeriod.Anniversary => $"{measure}/a",
            TierPeriod.Rolling rolling => string.Create(CultureInfo.InvariantCulture, $"{measure}/r{rolling.Months}"),
            _ => throw new InvalidOperationException($"Unknown period {shape.Period.GetType().Name}."),
        };
    }

    private static TierShape Shape(string code)
    {
        if (code.Split('/') is not [var measure, { Length: > 0 } period])
            throw LedgerMapping.Corrupt("tier");
        TierPeriod over = period[0] switch
        {
            'c' => new TierPeriod.CalendarYear(),
            'a' => new TierPeriod.Anniversary(),
            'r' => new TierPeriod.Rolling(int.Parse(period.AsSpan(1), CultureInfo.InvariantCulture)),
            _ => throw LedgerMapping.Corrupt("tier"),
        };
        return measure switch
        {
            "p" => new TierShape(TierMeasure.EarnedPoints, null, over),
            "o" => new TierShape(TierMeasure.Orders, null, over),
            ['s', ':', .. var currency] when Currency.TryParse(currency, out var spent) =>
                new TierShape(TierMeasure.Spend, spent, over),
            _ => throw LedgerMapping.Corrupt("tier"),
        };
    }

    private static int[]? Steps(ImmutableArray<TierTotal> totals)
    {
        if (totals.IsEmpty)
            return null;
        var steps = new int[totals.Length];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = totals[i].Period - (i == 0 ? 0 : totals[i - 1].Period);
        return steps;
    }

    private static long[]? Amounts(ImmutableArray<TierTotal> totals) =>
        totals.IsEmpty ? null : [.. totals.Select(static total => total.Amount)];

    private static ImmutableArray<TierTotal> Read(int[]? steps, long[]? amounts)
    {
        if (steps is null || amounts is null)
            return [];
        var totals = ImmutableArray.CreateBuilder<TierTotal>(steps.Length);
        var period = 0;
        for (var i = 0; i < steps.Length; i++)
            totals.Add(new TierTotal(period += steps[i], amounts[i]));
        return totals.MoveToImmutable();
    }
}
