using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// The account, opened for one fold: the only code that moves points. Facts are applied in <see cref="FactOrder"/>;
/// the caller makes sure of it.
/// </summary>
internal sealed class Books
{
    private readonly List<OpenLot> lots = [];
    private readonly List<OpenHold> holds = [];
    private readonly Dictionary<HoldId, List<BurnedPart>> burns = [];
    private long deficit;
    private long latestThrough;
    private long orderedThrough;

    private Books()
    {
    }

    public static Books Empty() => new();

    public static Books Open(Account account)
    {
        var books = new Books
        {
            deficit = account.Deficit,
            latestThrough = account.LatestThrough,
            orderedThrough = account.OrderedThrough,
        };
        foreach (var lot in account.Lots)
            books.lots.Add(new OpenLot(lot.Id, lot.ActiveAt, lot.ExpiresAt) { Points = lot.Points });
        foreach (var hold in account.Holds)
        {
            var open = new OpenHold(hold.Id, hold.Points, hold.At, hold.Until);
            foreach (var part in hold.Lots)
                open.Reserve(books.lots.Find(lot => lot.Id == part.Lot)!, part.Points);
            books.holds.Add(open);
        }

        return books;
    }

    /// <summary>Adds a lot; a deficit is paid from it first.</summary>
    public void Grant(long order, LotId id, long points, DateTimeOffset activeAt, DateTimeOffset? expiresAt)
    {
        var paid = Math.Min(deficit, points);
        deficit -= paid;
        Passed(order, tookPoints: paid > 0);
        if (points > paid)
            AddLot(id, points - paid, activeAt, expiresAt);
    }

    /// <summary>Reserves points in burn order; as far as they go, for what was promised stays promised.</summary>
    public void Place(long order, HoldId id, long points, DateTimeOffset at, DateTimeOffset until)
    {
        Begin(order, at);
        var hold = new OpenHold(id, points, at, until);
        foreach (var lot in lots)
        {
            var part = Math.Min(points, lot.IsSpendableAt(at) ? lot.Free : 0);
            if (part > 0)
                hold.Reserve(lot, part);
            points -= part;
        }

        holds.Add(hold);
    }

    /// <summary>Burns what the hold reserved, or, where it has ended or lost cover, by burn order as far as it goes.</summary>
    public Receipt Capture(long order, HoldId id, long points, DateTimeOffset at, bool mayOwe)
    {
        Begin(order, at);
        var burned = new List<BurnedPart>();
        if (holds.Find(hold => hold.Id == id) is { } held)
        {
            holds.Remove(held);
            foreach (var (lot, reserved) in held.End())
                Burn(lot, reserved, burned);
        }

        long covered = 0;
        foreach (var burn in burned)
            covered += burn.Points;
        var receipt = Take(points - covered, at, own: null, burned, mayOwe);
        burns[id] = burned;
        return receipt;
    }

    public void Release(long order, HoldId id, DateTimeOffset at)
    {
        Begin(order, at);
        if (holds.Find(hold => hold.Id == id) is not { } held)
            return;
        holds.Remove(held);
        held.End();
    }

    /// <summary>
    /// Takes a refund's points: the purchase's own lot first, with what of it has expired (that is gone already, and
    /// is not taken twice), then the others.
    /// </summary>
    public Receipt ClawBack(long order, LotId own, long points, DateTimeOffset at, bool mayOwe)
    {
        Begin(order, at);
        return Take(points, at, lots.Find(lot => lot.Id == own), [], mayOwe);
    }

    /// <summary>
    /// Gives back points that were paid with: last burned first, to their own lots; those whose lot has expired come
    /// back as a lot of their own until <paramref name="graceUntil"/>, or (null) not at all. A deficit is paid first.
    /// </summary>
    public void Return(
        long order, RefundId refund, HoldId capture, long points, DateTimeOffset at, DateTimeOffset? graceUntil)
    {
        Begin(order, at);
        if (!burns.TryGetValue(capture, out var burned))
            return;
        for (var i = burned.Count - 1; i >= 0 && points > 0; i--)
        {
            var burn = burned[i];
            var part = Math.Min(points, burn.Points);
            burned[i] = burn with { Points = burn.Points - part };
            points -= part;
            GiveBack(refund, burn.Lot, part, at, graceUntil);
        }
    }

    /// <summary>
    /// Closes the books: what stays is what still counts after <paramref name="expiredThrough"/>.
    /// <paramref name="lapsed"/>, where given, is told of every lot that loses points by it.
    /// </summary>
    public Account Close(Account before, DateTimeOffset expiredThrough, Dictionary<LotId, long>? lapsed = null)
    {
        EndHolds(expiredThrough);
        foreach (var lot in lots)
        {
            if (lot.IsAliveAt(expiredThrough) || lot.Free == 0)
                continue;
            lapsed?.Add(lot.Id, lot.Free);
            lot.Points = lot.Held;
        }

        var openLots = ImmutableArray.CreateBuilder<Lot>(lots.Count);
        foreach (var lot in lots)
            if (lot.Points > 0)
                openLots.Add(new Lot(lot.Id, lot.Points, lot.ActiveAt, lot.ExpiresAt));
        var openHolds = ImmutableArray.CreateBuilder<Hold>(holds.Count);
        foreach (var hold in holds)
            openHolds.Add(hold.ToHold());

        return before with
        {
            Lots = openLots.DrainToImmutable(),
            Holds = openHolds.DrainToImmutable(),
            Deficit = deficit,
            LatestThrough = latestThrough,
            OrderedThrough = orderedThrough,
            ExpiredThrough = expiredThrough,
        };
    }

    private void Begin(long order, DateTimeOffset at)
    {
        Passed(order, tookPoints: true);
        EndHolds(at);
    }

    private void Passed(long order, bool tookPoints)
    {
        latestThrough = Math.Max(latestThrough, order);
        if (tookPoints)
            orderedThrough = Math.Max(orderedThrough, order);
    }

    private void EndHolds(DateTimeOffset at)
    {
        for (var i = holds.Count - 1; i >= 0; i--)
        {
            if (at < holds[i].Until)
                continue;
            holds[i].End();
            holds.RemoveAt(i);
        }
    }

    /// <summary>
    /// The one order in which points are taken: the own lot, free before reserved; then spendable points in burn
    /// order; then pending ones; then (where a deficit is allowed) what holds have reserved; then the deficit. So a
    /// deficit stands only where no lot has a point, and every later credit finds it.
    /// </summary>
    private Receipt Take(long points, DateTimeOffset at, OpenLot? own, List<BurnedPart> burned, bool mayOwe)
    {
        if (own is not null)
        {
            points -= Burn(own, Math.Min(points, own.Free), burned);
            if (mayOwe)
                points -= BurnReserved(own, points, burned);
        }

        foreach (var lot in lots)
            if (points > 0 && lot.IsSpendableAt(at))
                points -= Burn(lot, Math.Min(points, lot.Free), burned);
        foreach (var lot in lots)
            if (points > 0 && at < lot.ActiveAt)
                points -= Burn(lot, Math.Min(points, lot.Free), burned);
        if (!mayOwe)
            return new Receipt(Merged(burned), Owed: 0, Shortfall: points);

        foreach (var lot in lots)
            if (points > 0)
                points -= BurnReserved(lot, points, burned);
        deficit += points;
        if (points > 0)
            burned.Add(new BurnedPart(Lot: null, points));
        return new Receipt(Merged(burned), Owed: points, Shortfall: 0);
    }

    private static long Burn(OpenLot lot, long points, List<BurnedPart> burned)
    {
        if (points <= 0)
            return 0;
        lot.Points -= points;
        burned.Add(new BurnedPart(lot, points));
        return points;
    }

    /// <summary>Takes reserved points, from the youngest hold first: the oldest promise is kept longest.</summary>
    private long BurnReserved(OpenLot lot, long points, List<BurnedPart> burned)
    {
        long taken = 0;
        for (var i = holds.Count - 1; i >= 0 && taken < points; i--)
            taken += holds[i].Yield(lot, points - taken);
        return Burn(lot, taken, burned);
    }

    private void GiveBack(RefundId refund, OpenLot? lot, long points, DateTimeOffset at, DateTimeOffset? graceUntil)
    {
        var isExpired = lot is null || !lot.IsAliveAt(at);
        if (isExpired && graceUntil is null)
            return;

        var paid = Math.Min(deficit, points);
        deficit -= paid;
        points -= paid;
        if (points == 0)
            return;
        if (lot is not null && !isExpired)
            lot.Points += points;
        else
            AddLot(LotId.Reinstated(refund, lot?.Id ?? new LotId("owed")), points, at, graceUntil);
    }

    private void AddLot(LotId id, long points, DateTimeOffset activeAt, DateTimeOffset? expiresAt)
    {
        var added = new OpenLot(id, activeAt, expiresAt) { Points = points };
        var at = lots.Count;
        while (at > 0 && OpenLot.CompareBurnOrder(added, lots[at - 1]) < 0)
            at--;
        if (at > 0 && lots[at - 1].Id == id)
            lots[at - 1].Points += points; // the same grace, twice in one refund
        else
            lots.Insert(at, added);
    }

    private static ImmutableArray<LotPoints> Merged(List<BurnedPart> burned)
    {
        var merged = ImmutableArray.CreateBuilder<LotPoints>(burned.Count);
        foreach (var (lot, points) in burned)
        {
            if (lot is null)
                continue;
            var at = -1;
            for (var i = 0; i < merged.Count && at < 0; i++)
                if (merged[i].Lot == lot.Id)
                    at = i;
            if (at < 0)
                merged.Add(new LotPoints(lot.Id, points));
            else
                merged[at] = new LotPoints(lot.Id, merged[at].Points + points);
        }

        return merged.DrainToImmutable();
    }

    /// <summary>What a take or a capture did: the lots it burned and what was not there.</summary>
    public readonly record struct Receipt(ImmutableArray<LotPoints> Burned, long Owed, long Shortfall);

    /// <summary>A null lot stands for points that were owed.</summary>
    private readonly record struct BurnedPart(OpenLot? Lot, long Points);

    private sealed class OpenLot(LotId id, DateTimeOffset activeAt, DateTimeOffset? expiresAt)
    {
        public LotId Id { get; } = id;

        public DateTimeOffset ActiveAt { get; } = activeAt;

        public DateTimeOffset? ExpiresAt { get; } = expiresAt;

        public long Points { get; set; }

        public long Held { get; set; }

        public long Free => Points - Held;

        public bool IsAliveAt(DateTimeOffset at) => ExpiresAt is not { } end || at < end;

        public bool IsSpendableAt(DateTimeOffset at) => ActiveAt <= at && IsAliveAt(at);

        public static int CompareBurnOrder(OpenLot a, OpenLot b)
        {
            var byEnd = (a.ExpiresAt ?? DateTimeOffset.MaxValue).CompareTo(b.ExpiresAt ?? DateTimeOffset.MaxValue);
            if (byEnd != 0)
                return byEnd;
            var byAge = a.ActiveAt.CompareTo(b.ActiveAt);
            return byAge != 0 ? byAge : string.CompareOrdinal(a.Id.Value, b.Id.Value);
        }
    }

    private sealed class OpenHold(HoldId id, long points, DateTimeOffset at, DateTimeOffset until)
    {
        private readonly List<(OpenLot Lot, long Points)> parts = [];

        public HoldId Id { get; } = id;

        public DateTimeOffset Until { get; } = until;

        public void Reserve(OpenLot lot, long reserved)
        {
            lot.Held += reserved;
            parts.Add((lot, reserved));
        }

        /// <summary>Gives up at most so many points of a lot, and says how many.</summary>
        public long Yield(OpenLot lot, long atMost)
        {
            var i = parts.FindIndex(part => part.Lot == lot);
            if (i < 0)
                return 0;
            var given = Math.Min(atMost, parts[i].Points);
            lot.Held -= given;
            if (given == parts[i].Points)
                parts.RemoveAt(i);
            else
                parts[i] = (lot, parts[i].Points - given);
            return given;
        }

        /// <summary>Frees what is reserved, and says what it was.</summary>
        public List<(OpenLot Lot, long Points)> End()
        {
            foreach (var (lot, reserved) in parts)
                lot.Held -= reserved;
            return parts;
        }

        public Hold ToHold()
        {
            var reserved = ImmutableArray.CreateBuilder<LotPoints>(parts.Count);
            foreach (var (lot, part) in parts)
                reserved.Add(new LotPoints(lot.Id, part));
            return new Hold(Id, points, at, Until, reserved.DrainToImmutable());
        }
    }
}
