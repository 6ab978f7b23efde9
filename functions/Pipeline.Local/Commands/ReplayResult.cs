using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Commands;

/// <summary>What a trial of a program found, as it is printed.</summary>
/// <param name="Program">The name of the file's program.</param>
/// <param name="ComparedWith">The name of the program in effect now, by which points are worth what they are.</param>
/// <param name="Liability">Minor units.</param>
internal sealed record ReplayResult(
    string Program,
    int Version,
    string ComparedWith,
    int ComparedWithVersion,
    DateOnly? From,
    DateOnly? To,
    DateOnly? AsOf,
    int Customers,
    int CustomersTouched,
    long Purchases,
    long PurchasesChanged,
    ReplayedSum Awarded,
    ReplayedSum Outstanding,
    long Refused,
    decimal NotRedeemed,
    ReplayedLiability[] Liability,
    ReplayedRule[] ByRule,
    ReplayedLevel[] ByTier,
    ReplayedMove[] TierMoves,
    ReplayedTime[] ByMonth,
    ReplayedTime[] ByDay,
    ReplayedCustomer[] Winners,
    ReplayedCustomer[] Losers,
    double Seconds)
{
    public static ReplayResult Of(
        ProgramTrialReport found, LoyaltyProgram program, LoyaltyProgram inEffect, (DateOnly? From, DateOnly? To, DateOnly? AsOf) days,
        double seconds) => new(
        program.Name, program.Version, inEffect.Name, inEffect.Version, days.From, days.To, days.AsOf,
        found.Customers, found.CustomersTouched, found.Purchases, found.PurchasesChanged,
        ReplayedSum.Of(found.Awarded), ReplayedSum.Of(found.Outstanding), found.Refused, found.NotRedeemed,
        [.. found.Liability.Select(static of => new ReplayedLiability(
            of.Key, of.Value.Before, of.Value.After, of.Value.Difference))],
        [.. found.ByRule.Select(static of => new ReplayedRule(of.Key, of.Value.Before, of.Value.After, of.Value.Difference))],
        [.. found.ByTier.Select(static of => new ReplayedLevel(
            of.Level, of.Customers.Before, of.Customers.After, of.Customers.Difference))],
        [.. found.TierMoves.Select(static of => new ReplayedMove(of.From, of.To, of.Customers))],
        [.. found.ByDay.GroupBy(static of => $"{of.Key:yyyy-MM}").Select(static month => ReplayedTime.Of(
            month.Key, month.Select(static of => of.Value)))],
        [.. found.ByDay.Select(static of => ReplayedTime.Of($"{of.Key:yyyy-MM-dd}", [of.Value]))],
        [.. found.Winners.Select(ReplayedCustomer.Of)], [.. found.Losers.Select(ReplayedCustomer.Of)], seconds);

    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine(
            $"{Program} (version {Version}) instead of {ComparedWith} (version {ComparedWithVersion}), on "
            + $"{Words.Count(Purchases, "purchase", "purchases")}{Range()} of {Words.Count(Customers, "customer", "customers")}:");
        writer.WriteLine();
        writer.WriteLine($"  {"",-28}{"as it was",16}{"replayed",16}{"difference",16}");
        Line(writer, "points awarded", Awarded.Before, Awarded.After);
        Line(writer, $"outstanding {AsOf?.ToString("yyyy-MM-dd", null) ?? "now"}", Outstanding.Before, Outstanding.After);
        foreach (var worth in Liability)
            Line(writer, $"worth in {worth.Currency}", Major(worth.Currency, worth.Before), Major(worth.Currency, worth.After), "N2");
        writer.WriteLine();
        writer.WriteLine(
            $"  {CustomersTouched:N0} of {Words.Count(Customers, "customer has", "customers have")} other points, "
            + $"{PurchasesChanged:N0} of {Words.Count(Purchases, "purchase earns", "purchases earn")} otherwise.");
        if (Refused > 0)
            writer.WriteLine(
                $"  {Words.Count(Refused, "hold, capture or refund", "holds, captures and refunds")} would not have been taken; "
                + $"{NotRedeemed:N0} redeemed points could not have been.");
        Section(writer, "Customers by level", ByTier.Select(static tier => (tier.Level, tier.Before, tier.After)));
        WriteMoves(writer);
        Section(writer, "Points by rule", ByRule.Select(static rule => (rule.Rule, rule.Before, rule.After)));
        Section(writer, "Points by month", ByMonth.Select(static month => (month.Time, month.Before, month.After)));
        Section(writer, "Points most gained by", Winners.Select(static of => (of.CustomerId, of.Before, of.After)));
        Section(writer, "Points most lost by", Losers.Select(static of => (of.CustomerId, of.Before, of.After)));
        writer.WriteLine();
        writer.WriteLine($"Nothing was changed. Done in {Seconds:0.0} s.");
    }

    private void WriteMoves(TextWriter writer)
    {
        if (TierMoves.Length == 0)
            return;
        writer.WriteLine();
        writer.WriteLine("  Other levels:");
        foreach (var move in TierMoves)
            writer.WriteLine($"    {move.From ?? "no level"} -> {move.To ?? "no level"}: {Words.Count(move.Customers, "customer", "customers")}");
    }

    private string Range() => (From, To) switch
    {
        (null, null) => "",
        ({ } from, null) => $" from {from:yyyy-MM-dd} on",
        (null, { } to) => $" up to {to:yyyy-MM-dd}",
        ({ } from, { } to) => $" from {from:yyyy-MM-dd} to {to:yyyy-MM-dd}",
    };

    private static void Section(
        TextWriter writer, string title, IEnumerable<(string Name, decimal Before, decimal After)> lines)
    {
        var isFirst = true;
        foreach (var (name, before, after) in lines)
        {
            if (isFirst)
            {
                writer.WriteLine();
                writer.WriteLine($"  {title}:");
            }

            isFirst = false;
            Line(writer, $"  {name}", before, after);
        }
    }

    private static void Line(TextWriter writer, string name, decimal before, decimal after, string form = "N0")
    {
        var difference = (after - before).ToString($"+{Places(form)};-{Places(form)};0", null);
        writer.WriteLine($"  {name,-28}{before.ToString(form, null),16}{after.ToString(form, null),16}{difference,16}");
    }

    private static string Places(string form) => form == "N0" ? "#,##0" : "#,##0.00";

    private static decimal Major(string code, decimal minorUnits) =>
        Currency.TryParse(code, out var currency) ? minorUnits / currency.MinorUnitsPerMajor : minorUnits;
}

internal sealed record ReplayedSum(decimal Before, decimal After, decimal Difference)
{
    public static ReplayedSum Of(BeforeAfter sum) => new(sum.Before, sum.After, sum.Difference);
}

internal sealed record ReplayedLiability(string Currency, decimal Before, decimal After, decimal Difference);

internal sealed record ReplayedRule(string Rule, decimal Before, decimal After, decimal Difference);

/// <summary>Customers in a level.</summary>
internal sealed record ReplayedLevel(string Level, decimal Before, decimal After, decimal Difference);

/// <param name="From">Null: the program of the time has no tiers.</param>
/// <param name="To">Null: the tried program has no tiers.</param>
internal sealed record ReplayedMove(string? From, string? To, int Customers);

/// <param name="Time">A month or a day, in the tried program's zone.</param>
internal sealed record ReplayedTime(string Time, decimal Before, decimal After, decimal Difference)
{
    public static ReplayedTime Of(string time, IEnumerable<BeforeAfter> days)
    {
        var sum = default(BeforeAfter);
        foreach (var day in days)
            sum = sum.Plus(day.Before, day.After);
        return new ReplayedTime(time, sum.Before, sum.After, sum.Difference);
    }
}

internal sealed record ReplayedCustomer(string CustomerId, decimal Before, decimal After, decimal Difference)
{
    public static ReplayedCustomer Of(CustomerDifference of) => new(of.Customer, of.Before, of.After, of.Difference);
}
