using System.Collections.Immutable;
using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty.Storage;

internal static class RhythmMapping
{
    private static readonly RhythmDocument NeverBought = new();

    public static RhythmDocument? Write(PurchaseRhythm? rhythm)
    {
        if (rhythm is null || rhythm == PurchaseRhythm.None)
            return rhythm is null ? null : NeverBought;
        var recent = rhythm.Recent;
        var days = new RecentColumns(recent.Length);
        long lines = rhythm.Lines, units = rhythm.Units;
        for (var i = 0; i < recent.Length; i++)
        {
            (lines, units) = unchecked((lines - recent[i].Lines, units - recent[i].Units));
            days.Days[i] = recent[i].Day - (i == 0 ? rhythm.FirstDay : recent[i - 1].Day);
            (days.Nets[i], days.Lines[i], days.Units[i]) = (recent[i].Net, recent[i].Lines, recent[i].Units);
        }

        return new RhythmDocument
        {
            Days = rhythm.Days,
            FirstDay = rhythm.FirstDay,
            RecentDays = recent.IsEmpty ? null : days.Days,
            RecentNets = recent.IsEmpty ? null : days.Nets,
            RecentLines = recent.IsEmpty ? null : days.Lines,
            RecentUnits = recent.IsEmpty ? null : days.Units,
            EarlierLines = lines,
            EarlierUnits = units,
            Currencies = rhythm.Spend.IsEmpty ? null : [.. rhythm.Spend.Select(static total => total.Currency.Code)],
            Spend = rhythm.Spend.IsEmpty
                ? null
                : [.. rhythm.Spend.SelectMany(static total => new[] { total.Purchases, total.Net })],
            Categories = rhythm.Categories.IsEmpty ? null : [.. rhythm.Categories.Select(static one => one.Category)],
            CategoryCounts = rhythm.Categories.IsEmpty ? null : [.. rhythm.Categories.Select(static one => one.Purchases)],
            HasDroppedCategory = rhythm.HasDroppedCategory,
            FirstReturn = rhythm.FirstReturnDay,
            Redemptions = rhythm.Redemptions,
            LastRedemption = rhythm.LastRedemptionDay,
        };
    }

    /// <summary>Null where the account is from before there were rhythms. A new one has no entries and none to miss.</summary>
    public static PurchaseRhythm? Read(RhythmDocument? stored, long entries) =>
        stored is not null ? Read(stored)
        : entries > 0 ? null
        : PurchaseRhythm.None;

    public static PurchaseRhythm Read(RhythmDocument stored)
    {
        var recent = Recent(stored);
        long lines = stored.EarlierLines, units = stored.EarlierUnits;
        foreach (var day in recent)
            (lines, units) = unchecked((lines + day.Lines, units + day.Units));
        return Read(stored, recent) with { Lines = lines, Units = units };
    }

    private static PurchaseRhythm Read(RhythmDocument stored, ImmutableArray<PurchaseDay> recent) => new()
    {
        Days = stored.Days,
        FirstDay = stored.FirstDay,
        Recent = recent,
        Spend = Spend(stored),
        Categories = stored.Categories is not { } names
            ? []
            : [.. names.Zip(stored.CategoryCounts!, static (name, count) => new CategoryCount(name, count))],
        HasDroppedCategory = stored.HasDroppedCategory,
        FirstReturnDay = stored.FirstReturn,
        Redemptions = stored.Redemptions,
        LastRedemptionDay = stored.LastRedemption,
    };

    private static ImmutableArray<PurchaseDay> Recent(RhythmDocument stored)
    {
        if (stored is not { RecentDays: { } days, RecentNets: { } nets, RecentLines: { } lines, RecentUnits: { } units })
            return [];
        var recent = ImmutableArray.CreateBuilder<PurchaseDay>(days.Length);
        var day = stored.FirstDay;
        for (var i = 0; i < days.Length; i++)
        {
            day += days[i];
            recent.Add(new PurchaseDay(day, nets[i], lines[i], units[i]));
        }

        return recent.MoveToImmutable();
    }

    private static ImmutableArray<SpendTotal> Spend(RhythmDocument stored)
    {
        if (stored is not { Currencies: { } codes, Spend: { } sums })
            return [];
        var spend = ImmutableArray.CreateBuilder<SpendTotal>(codes.Length);
        for (var i = 0; i < codes.Length; i++)
            spend.Add(new SpendTotal(
                Currency.TryParse(codes[i], out var currency) ? currency : throw LedgerMapping.Corrupt("currency"),
                (int)sums[2 * i], sums[(2 * i) + 1]));
        return spend.MoveToImmutable();
    }

    private readonly struct RecentColumns(int length)
    {
        public int[] Days { get; } = new int[length];

        public long[] Nets { get; } = new long[length];

        public int[] Lines { get; } = new int[length];

        public long[] Units { get; } = new long[length];
    }
}
