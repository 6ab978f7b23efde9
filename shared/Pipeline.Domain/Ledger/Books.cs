using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// The account, opened for one fold: the only code that moves points. Facts are applied in <see cref="FactOrder"/>;
/// the caller makes sure of it.
/// </summary>
internal sealed partial class Books
{
    private readonly List<OpenLot> lots = [];
    private readonly List<OpenHold> holds = [];
    private readonly Dictionary<HoldId, List<BurnedPart>> burns = [];
    private readonly List<AwaitedReturn> awaited = [];
    private long deficit;
    private long latestThrough;
    private long orderedThrough;
    private PurchaseRhythm? rhythm = PurchaseRhythm.None;
    private TierProgress? tiers;

    private Books()
    {
    }

    /// <param name="shape">What is counted for tiers; null: nothing.</param>
    public static Books Empty(TierShape? shape) => new() { tiers = shape is null ? null : TierProgress.None(shape) };

    public static Books Open(Account account)
    {
        var books = new Books
        {
            deficit = account.Deficit,
            latestThrough = account.LatestThrough,
            orderedThrough = account.OrderedThrough,
            rhythm = account.Rhythm,
            tiers = account.Tiers,
        };
        foreach (var lot in account.Lots)
            books.lots.Add(new OpenLot(lot));
        foreach (var hold in account.Holds)
        {
            var open = new OpenHold(hold.Id, hold.Points, hold.At, hold.Until);
            foreach (var part in hold.Lots)
                open.Reserve(books.lots.Find(lot => lot.Id == part.Lot)!, part.Points);
            books.holds.Add(open);
        }

        return books;
    }

    /// <summary>Notes a purchase in the rhythm and for tiers; points move by <see cref="Grant"/>.</summary>
    public void Bought(Fact.Purchased bought, DateOnly day)
    {
        rhythm = rhythm?.Bought(bought, day.DayNumber);
        tiers = tiers?.Bought(bought, day);
    }

    /// <summary>Notes returned goods in the rhythm and for tiers; points move by <see cref="ClawBack"/>.</summary>
    public void Returned(Fact.Purchased bought, DateOnly boughtOn, ReturnedShare returned, DateOnly day)
    {
        rhythm = rhythm?.Returned(bought, boughtOn.DayNumber, returned.Amount, day.DayNumber);
        tiers = tiers?.Returned(bought, boughtOn, returned, day);
    }

    /// <summary>Notes in the rhythm that points paid; they move by <see cref="Capture"/>.</summary>
    public void Redeemed(DateOnly day) => rhythm = rhythm?.Redeemed(day.DayNumber);

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
    /// <returns>How many were reserved.</returns>
    public long Place(long order, HoldId id, long points, DateTimeOffset at, DateTimeOffset until)
    {
        Begin(order, at);
        var left = points;
        var hold = new OpenHold(id, points, at, until);
        foreach (var lot in lots)
        {
            var part = Math.Min(left, lot.IsSpendableAt(at) ? lot.Free : 0);
            if (part > 0)
                hold.Reserve(lot, part);
            left -= part;
        }

        holds.Add(hold);
        return points - left;
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
        for (var i = 0; i < awaited.Count; i++)
            if (awaited[i] is { } back && back.Capture == id)
                Return(back.Origin, burned, back.Points, at, back.Lives);
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

    /// <summary>Takes points by burn order, without a purchase of their own.</summary>
    public void Deduct(long order, long points, DateTimeOffset at, bool mayOwe)
    {
        Begin(order, at);
        Take(points, at, own: null, [], mayOwe);
    }

    /// <summary>
    /// Gives back points that were paid with: last burned first, to their own lots; those whose lot has expired come
    /// back as a lot of their own under the grace, or (none) not at all. A deficit is paid first. A purchase may be
    /// dated before the hold that it names: then a refund may come before the capture, and its points come back with it.
    /// </summary>
    /// <param name="origin">Names the lots that are made for it (<see cref="LotId.Reinstated"/>).</param>
    public void Return(long order, string origin, HoldId capture, long points, DateTimeOffset at, ReturnLives lives)
    {
        Begin(order, at);
        if (burns.TryGetValue(capture, out var burned))
            Return(origin, burned, points, at, lives);
        else
            awaited.Add(new AwaitedReturn(origin, capture, points, lives));
    }

    private void Return(string origin, List<BurnedPart> burned, long points, DateTimeOffset at, ReturnLives lives)
    {
        for (var i = burned.Count - 1; i >= 0 && points > 0; i--)
        {
            var burn = burned[i];
            var part = Math.Min(points, burn.Points);
            burned[i] = burn with { Points = burn.Points - part };
            points -= part;
            GiveBack(origin, burn.Lot, part, at, lives);
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

        long total = 0; // adding up proves that no balance passes 64 bits
        var openLots = ImmutableArray.CreateBuilder<Lot>(lots.Count);
        foreach (var lot in lots)
        {
            total += lot.Points;
            if (lot.Points > 0)
                openLots.Add(lot.ToLot());
        }

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
            Rhythm = rhythm,
            Tiers = tiers,
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
    /// The one order in which points are taken: what is free of the own lot; then spendable points in burn order;
    /// then pending ones; then (where a deficit is allowed) what holds have reserved, the own lot before the youngest
    /// hold before the older; then the deficit. So a deficit stands only where no lot has a point that counts, and
    /// every later credit finds it.
    /// </summary>
    private Receipt Take(long points, DateTimeOffset at, OpenLot? own, List<BurnedPart> burned, bool mayOwe)
    {
        if (own is not null)
            points -= Burn(own, Math.Min(points, own.Free), burned);
        foreach (var lot in lots)
            if (points > 0 && lot.IsSpendableAt(at))
                points -= Burn(lot, Math.Min(points, lot.Free), burned);
        foreach (var lot in lots)
            if (points > 0 && at < lot.ActiveAt)
                points -= Burn(lot, Math.Min(points, lot.Free), burned);
        if (!mayOwe)
            return new Receipt(Merged(burned), Owed: 0, Shortfall: points);

        points -= BurnReserved(points, own, burned);
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
    private long BurnReserved(long points, OpenLot? own, List<BurnedPart> burned)
    {
        long taken = 0;
        if (own is not null)
            for (var i = holds.Count - 1; i >= 0 && taken < points; i--)
                taken += Burn(own, holds[i].Yield(own, points - taken), burned);
        for (var i = holds.Count - 1; i >= 0 && taken < points; i--)
            foreach (var lot in lots)
                if (taken < points)
                    taken += Burn(lot, holds[i].Yield(lot, points - taken), burned);
        return taken;
    }

    private void GiveBack(string origin, OpenLot? lot, long points, DateTimeOffset at, ReturnLives lives)
    {
        var isExpired = lot is not null && !lot.IsAliveAt(at);
        if (isExpired && lives.GraceUntil is null)
            return;

        var paid = Math.Min(deficit, points);
        deficit -= paid;
        points -= paid;
        if (points == 0)
            return;
        if (lot is null)
            AddLot(LotId.Unowed(origin), points, at, lives.NewUntil);
        else if (isExpired)
            AddLot(LotId.Reinstated(origin, lot.Id), points, at, lives.GraceUntil);
        else
            lot.Points += points;
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
}
