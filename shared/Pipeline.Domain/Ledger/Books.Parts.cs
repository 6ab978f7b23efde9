using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <content>What the books are made of while they are open.</content>
internal sealed partial class Books
{
    /// <summary>What a take or a capture did: the lots it burned and what was not there.</summary>
    public readonly record struct Receipt(ImmutableArray<LotPoints> Burned, long Owed, long Shortfall);

    /// <summary>Until when points live that a refund gives back and that have no living lot of their own.</summary>
    /// <param name="GraceUntil">Those whose lot has expired; null: they do not come back.</param>
    /// <param name="NewUntil">Those that had been owed, and so never lay in a lot: as if earned with the refund.</param>
    public readonly record struct ReturnLives(DateTimeOffset? GraceUntil, DateTimeOffset? NewUntil);

    private readonly record struct AwaitedReturn(string Origin, HoldId Capture, long Points, ReturnLives Lives);

    /// <summary>A null lot stands for points that were owed.</summary>
    private readonly record struct BurnedPart(OpenLot? Lot, long Points);

    private sealed class OpenLot(LotId id, DateTimeOffset activeAt, DateTimeOffset? expiresAt)
    {
        private readonly Lot? opened;

        public OpenLot(Lot lot)
            : this(lot.Id, lot.ActiveAt, lot.ExpiresAt) => (opened, Points) = (lot, lot.Points);

        public LotId Id { get; } = id;

        public DateTimeOffset ActiveAt { get; } = activeAt;

        public DateTimeOffset? ExpiresAt { get; } = expiresAt;

        public long Points { get; set; }

        public long Held { get; set; }

        public long Free => Points - Held;

        /// <summary>Most lots are as they were, and then the same object.</summary>
        public Lot ToLot() =>
            opened is not null && opened.Points == Points ? opened : new Lot(Id, Points, ActiveAt, ExpiresAt);

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
