using System.Globalization;
using System.Text;

namespace Pipeline.Domain.Tests;

/// <summary>A command and the moment at which it is worked.</summary>
internal sealed record Step(DateTimeOffset Clock, LedgerCommand Command);

/// <summary>
/// Random histories from a seed. Ids come from small pools and instants repeat on purpose, so that steps meet.
/// <c>PIPELINE_SEED</c> sets the first seed, <c>PIPELINE_CHAOS</c> multiplies the number of cases.
/// </summary>
internal sealed class Scripts(Random random)
{
    private const int DayMilliseconds = 86_400_000;

    private static readonly string[] Currencies = ["GBP", "GBP", "JPY", "KWD"];
    private static readonly string[] Skus = ["A", "A", "B", "C", "gift"];

    private readonly List<DateTimeOffset> instants = [Shop.Start];
    private DateTimeOffset clock = Shop.Start;

    public static int FirstSeed { get; } = Number("PIPELINE_SEED", 20_260_101);

    public static int Chaos { get; } = Number("PIPELINE_CHAOS", 1);

    public DateTimeOffset Clock => clock;

    public LoyaltyProgram Program(int version = 1) => Commands.Program(
        random.Next(6) switch
        {
            0 => new ExpiryRule.Never(),
            1 => Commands.Days(1),
            2 => Commands.Days(10),
            3 => new ExpiryRule.RollingDays(3, ExpiryAlignment.DayEnd),
            4 => new ExpiryRule.Yearly(1, 15),
            _ => new ExpiryRule.RollingMonths(1, ExpiryAlignment.MonthEnd),
        },
        random.Next(3) switch { 0 => 2, _ => 0 },
        random.Next(4) == 0 ? RefundPolicy.WithinBalance : RefundPolicy.AllowDeficit,
        random.Next(3) switch { 0 => 0, 1 => 3, _ => 30 },
        random.Next(3) switch { 0 => "Europe/London", 1 => "Pacific/Apia", _ => "UTC" },
        version) with
    { Tiers = Tiers() };

    /// <summary>Every measure over every kind of period, and, now and then, none.</summary>
    private TierRules? Tiers() => random.Next(4) == 0 ? null : Ladders.Of(
        (TierMeasure)random.Next(3),
        random.Next(3) switch
        {
            0 => new TierPeriod.CalendarYear(),
            1 => new TierPeriod.Anniversary(),
            _ => new TierPeriod.Rolling(random.Next(1, 14)),
        },
        random.Next(3) switch { 0 => 0, 1 => 31, _ => 366 },
        (TierDowngrade)random.Next(2),
        ("Basic", 0), ("Silver", 2), ("Gold", 120));

    public List<Step> History(int steps)
    {
        var script = new List<Step>(steps);
        for (var i = 0; i < steps; i++)
        {
            Pass();
            var repeats = script.Count > 0 && random.Next(10) == 0;
            script.Add(new Step(clock, repeats ? Asked(script[random.Next(script.Count)].Command, clock) : Any()));
        }

        return script;
    }

    /// <summary>What is answered at once is asked again at another time; a message stays as it was recorded.</summary>
    public static LedgerCommand Asked(LedgerCommand command, DateTimeOffset at) => command switch
    {
        LedgerCommand.PlaceHold c => new LedgerCommand.PlaceHold(c.Id, c.Points, c.LimitSeconds, at, c.Fingerprint),
        LedgerCommand.Capture c => new LedgerCommand.Capture(c.Id, at),
        LedgerCommand.Release c => new LedgerCommand.Release(c.Id, at),
        LedgerCommand.Restore c => new LedgerCommand.Restore(c.Id, at),
        LedgerCommand.Grant c => new LedgerCommand.Grant(c.Id, c.Points, c.Reference, c.Reason, at, c.Fingerprint),
        LedgerCommand.Deduct c => new LedgerCommand.Deduct(c.Id, c.Points, c.Reason, at, c.Fingerprint),
        LedgerCommand.Expire => new LedgerCommand.Expire(at, at),
        _ => command,
    };

    public void Pass() => clock = clock.AddMilliseconds(random.Next(6) switch
    {
        0 => 0,
        1 => 1,
        2 => random.Next(60_000),
        3 => random.Next(DayMilliseconds),
        4 => random.Next(3_600_000),
        _ => random.NextInt64(5L * DayMilliseconds),
    });

    public LedgerCommand Any() => random.Next(15) switch
    {
        < 4 => Purchase($"p{random.Next(8)}", $"h{random.Next(6)}"),
        < 7 => Refund($"r{random.Next(12)}", $"p{random.Next(8)}"),
        < 9 => Hold($"h{random.Next(6)}"),
        9 => new LedgerCommand.Capture(new HoldId($"h{random.Next(6)}"), clock),
        10 => new LedgerCommand.Release(new HoldId($"h{random.Next(6)}"), clock),
        11 => Grant($"g{random.Next(5)}"),
        12 => Deduction($"a{random.Next(5)}"),
        13 => new LedgerCommand.Restore(new HoldId($"h{random.Next(6)}"), clock),
        _ => new LedgerCommand.Expire(clock, clock),
    };

    public LedgerCommand Grant(string id)
    {
        var points = random.Next(1, 200);
        return new LedgerCommand.Grant(new GrantId(id), points, "case", "Sorry", clock, $"{points}");
    }

    public LedgerCommand Deduction(string id)
    {
        var points = random.Next(1, 200);
        return new LedgerCommand.Deduct(new AdjustmentId(id), points, "Booked twice", clock, $"-{points}");
    }

    public LedgerCommand Purchase(string id, string? hold)
    {
        var lines = new (string, long, long)[random.Next(1, 4)];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = (Skus[random.Next(Skus.Length)], random.Next(1, 4), random.Next(5) == 0 ? 0 : random.Next(12_000));
        var goods = lines.Sum(line => line.Item2 * line.Item3);
        var discount = random.Next(8) switch { 0 => goods, 1 or 2 => random.NextInt64(goods + 1), _ => 0 };
        var basket = Commands.Basket(Currencies[random.Next(Currencies.Length)], discount, lines);
        var named = hold is not null && random.Next(3) == 0 ? new HoldId(hold) : (HoldId?)null;
        return new LedgerCommand.Purchase(new PurchaseId(id), basket, named, Instant(), clock, $"{id}/{basket.Net}");
    }

    public LedgerCommand Refund(string id, string purchase)
    {
        RefundScope scope = random.Next(5) switch
        {
            0 => Commands.Whole,
            1 or 2 => Commands.Amount(random.Next(1, random.Next(2) == 0 ? 2_000 : 40_000)),
            3 => Commands.Goods((Skus[random.Next(Skus.Length)], random.Next(1, 5))),
            _ => Commands.Goods(("A", random.Next(1, 3)), ("B", random.Next(1, 3))),
        };
        return new LedgerCommand.Refund(
            new RefundId(id), new PurchaseId(purchase), scope, Instant(), clock, $"{id}/{purchase}/{scope}");
    }

    public LedgerCommand Hold(string id)
    {
        var (points, seconds) = (random.Next(1, 150), random.Next(4) switch { 0 => 1, 1 => 86_400, _ => random.Next(1, 86_400) });
        return new LedgerCommand.PlaceHold(new HoldId(id), points, seconds, clock, $"{points}/{seconds}");
    }

    /// <summary>Now, the past, less than a day ahead, or an instant at which something else happened.</summary>
    private DateTimeOffset Instant()
    {
        var at = random.Next(8) switch
        {
            0 or 1 => clock,
            2 => instants[random.Next(instants.Count)],
            3 => clock.AddMilliseconds(random.Next(DayMilliseconds)),
            4 => clock.AddDays(-random.Next(400)),
            _ => clock.AddMilliseconds(-random.NextInt64(6L * DayMilliseconds)),
        };
        instants.Add(at);
        return at;
    }

    /// <summary>Runs a script and, where it fails, runs ever smaller parts of it to show the smallest that still fails.</summary>
    public static void Prove(int seed, IReadOnlyList<Step> script, Action<IReadOnlyList<Step>> run)
    {
        if (Fails(script, run) is not { } first)
            return;
        var (smallest, failure) = (script, first);
        for (var size = script.Count / 2; size > 0; size = size > 1 ? (size + 1) / 2 : 0)
        {
            for (var at = 0; at < smallest.Count;)
            {
                var without = smallest.Where((_, i) => i < at || i >= at + size).ToList();
                if (Fails(without, run) is { } still)
                    (smallest, failure) = (without, still);
                else
                    at += size;
            }
        }

        Assert.Fail($"PIPELINE_SEED={seed}: {failure.Message}{Environment.NewLine}{Describe(smallest)}{failure.StackTrace}");
    }

    public static string Describe(IEnumerable<Step> script)
    {
        var text = new StringBuilder();
        foreach (var (at, command) in script)
        {
            text.Append($"  {at:yyyy-MM-dd HH:mm:ss.fff} ").AppendLine(command switch
            {
                LedgerCommand.Purchase c => $"purchase {c.Id} of {c.At:O} recorded {c.RecordedAt:O} {c.Basket.Basket.Currency} "
                    + $"net {c.Basket.Net} ({string.Join(", ", c.Basket.Basket.Lines.Select(l => $"{l.Quantity} {l.Sku} {l.UnitPrice}"))}) hold {c.Hold}",
                LedgerCommand.Refund { Scope: RefundScope.ByLines by } c =>
                    $"refund {c.Id} of {c.Of} at {c.At:O} recorded {c.RecordedAt:O} {string.Join(", ", by.Lines)}",
                LedgerCommand.Refund c => $"refund {c.Id} of {c.Of} at {c.At:O} recorded {c.RecordedAt:O} {c.Scope}",
                _ => command.ToString(),
            });
        }

        return text.ToString();
    }

    private static Exception? Fails(IReadOnlyList<Step> script, Action<IReadOnlyList<Step>> run)
    {
#pragma warning disable CA1031 // whatever a step throws is what the smallest script must show
        try
        {
            run(script);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
#pragma warning restore CA1031
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n
            : otherwise;
}
