using System.Collections.Immutable;
using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty.Storage;

internal static class FactMapping
{
    public static Fact Read(string entryId, EntryDocument entry) => entry switch
    {
        { Purchased: { } bought } => Read(entry.Reference ?? throw LedgerMapping.Corrupt("purchase"), bought),
        { Refunded: { } refunded } =>
            new Fact.Refunded(
                new RefundId(Key(entryId)), new PurchaseId(refunded.Purchase), Read(refunded.Scope),
                refunded.Rejection is { } reason ? Enum.Parse<Reason>(reason) : null),
        { Held: { } held } => new Fact.Held(new HoldId(Key(entryId)), held.Points, LedgerMapping.At(held.Until)),
        { Captured: { } captured } => Read(captured),
        { Released: { } hold } => new Fact.Released(new HoldId(hold)),
        { ExpiredAt: { } at } => new Fact.Expired(LedgerMapping.At(at)),
        { Settled: { } refund } => new Fact.Settled(new RefundId(refund)),
        { Granted: { } granted } => new Fact.Granted(
            new GrantId(Key(entryId)), granted.Points, LedgerMapping.At(granted.ActiveAt),
            LedgerMapping.AtOrNever(granted.ExpiresAt),
            granted.Rule is { } rule ? new GrantRule(rule, granted.ProgramVersion) : null),
        { Deducted: { } deducted } =>
            new Fact.Deducted(new AdjustmentId(Key(entryId)), deducted.Points, deducted.ProgramVersion),
        { Restored: { } restored } =>
            new Fact.Restored(new HoldId(restored.Hold), restored.Points, restored.ProgramVersion),
        _ => throw LedgerMapping.Corrupt("entry"),
    };

    public static PurchasedDocument Write(Fact.Purchased bought) => new()
    {
        ProgramVersion = bought.ProgramVersion,
        Points = bought.Points,
        ActiveAt = LedgerMapping.Ms(bought.ActiveAt),
        ExpiresAt = bought.ExpiresAt is { } end ? LedgerMapping.Ms(end) : 0,
        Currency = bought.Terms.Currency.Code,
        Channel = bought.Terms.Channel,
        Discount = bought.Terms.Discount,
        Shipping = bought.Terms.Shipping,
        Tax = bought.Terms.Tax,
        Lines = Array.ConvertAll([.. bought.Lines], Write),
        Awards = [.. bought.Awards.Select(Write)],
        Redeemed = bought.Redeemed is { } paid
            ? new RedeemedDocument { Hold = paid.Hold.Value, Points = paid.Points }
            : null,
        Rejection = bought.Rejection?.ToString(),
    };

    public static RefundedDocument Write(Fact.Refunded refunded) => new()
    {
        Purchase = refunded.Purchase.Value,
        Scope = Write(refunded.Scope),
        Rejection = refunded.Rejection?.ToString(),
    };

    public static CapturedDocument Write(Fact.Captured captured) => new()
    {
        Hold = captured.Hold.Value,
        Points = captured.Points,
        Purchase = captured.Purchase?.Value,
        ProgramVersion = captured.ProgramVersion,
        Burned = LedgerMapping.Columns(captured.Burned),
        Owed = captured.Owed,
        Shortfall = captured.Shortfall,
    };

    public static RestoredDocument Write(Fact.Restored restored) => new()
    {
        Hold = restored.Hold.Value,
        Points = restored.Points,
        ProgramVersion = restored.ProgramVersion,
    };

    public static GrantedDocument Write(Fact.Granted granted) => new()
    {
        Points = granted.Points,
        ActiveAt = LedgerMapping.Ms(granted.ActiveAt),
        ExpiresAt = granted.ExpiresAt is { } end ? LedgerMapping.Ms(end) : 0,
        Rule = granted.Rule?.Name,
        ProgramVersion = granted.Rule?.ProgramVersion ?? 0,
    };

    public static ScopeDocument? Write(RefundScope scope) => scope switch
    {
        RefundScope.Whole => null,
        RefundScope.ByAmount by => new ScopeDocument { Amount = by.Amount },
        RefundScope.ByLines by => new ScopeDocument
        {
            Skus = [.. by.Lines.Select(line => line.Sku)],
            Quantities = [.. by.Lines.Select(line => line.Quantity)],
        },
        _ => throw new InvalidOperationException($"Unknown scope {scope.GetType().Name}."),
    };

    public static RefundScope Read(ScopeDocument? scope) => scope switch
    {
        null => new RefundScope.Whole(),
        { Amount: { } amount } => new RefundScope.ByAmount(amount),
        { Skus: { } skus, Quantities: { } quantities } => new RefundScope.ByLines(
            [.. skus.Zip(quantities, (sku, quantity) => new ReturnedLine(sku, quantity))]),
        _ => throw LedgerMapping.Corrupt("refund"),
    };

    private static Fact.Purchased Read(string purchase, PurchasedDocument stored) => new(
        new PurchaseId(purchase),
        stored.ProgramVersion,
        stored.Points,
        LedgerMapping.At(stored.ActiveAt),
        LedgerMapping.AtOrNever(stored.ExpiresAt),
        new PurchaseTerms(
            Currency.TryParse(stored.Currency, out var currency) ? currency : throw LedgerMapping.Corrupt("currency"),
            stored.Channel, stored.Discount, stored.Shipping, stored.Tax),
        [.. (stored.Lines ?? []).Select(Read)],
        [.. (stored.Awards ?? []).Select(Read)],
        stored.Redeemed is { } paid ? new Redeemed(new HoldId(paid.Hold), paid.Points) : null,
        stored.Rejection is { } reason ? Enum.Parse<Reason>(reason) : null);

    private static AwardDocument Write(AwardPart award) => new()
    {
        Rule = award.Rule,
        Basis = award.Basis,
        Points = award.Points,
        Reason = award.Reason,
        Multiplier = award.Multiplier?.Millionths,
        Cap = award.Cap is { } cap ? new CapDocument { By = cap.By.ToString(), From = cap.From, To = cap.To } : null,
        Remainder = award.Remainder,
    };

    private static AwardPart Read(AwardDocument award) => new(award.Rule, award.Basis, award.Points, award.Reason)
    {
        Multiplier = award.Multiplier is { } millionths ? ExactRate.OfMillionths(millionths) : null,
        Cap = award.Cap is { } cap ? new AwardCap(Enum.Parse<CapKind>(cap.By), cap.From, cap.To) : null,
        Remainder = award.Remainder,
    };

    /// <summary>A line on the queue, which has no price yet.</summary>
    public static LineDocument Write(BasketLine line) =>
        Line(line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice, null, null);

    private static LineDocument Write(PurchaseLine line) => Line(
        line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice,
        line.Net == line.Quantity * line.UnitPrice ? null : line.Net,
        line.Weight == line.Net ? null : line.Weight);

    private static LineDocument Line(
        string sku, string? name, string? category, long quantity, long unitPrice, long? net, long? weight) => new()
        {
            Sku = sku,
            Name = name,
            Category = category,
            Quantity = quantity,
            UnitPrice = unitPrice,
            Net = net,
            Weight = weight,
        };

    private static PurchaseLine Read(LineDocument line)
    {
        var net = line.Net ?? line.Quantity * line.UnitPrice;
        return new PurchaseLine(
            line.Sku, line.Name, line.Category, line.Quantity, line.UnitPrice, net, line.Weight ?? net);
    }

    private static Fact.Captured Read(CapturedDocument captured) => new(
        new HoldId(captured.Hold),
        captured.Points,
        captured.Purchase is { } purchase ? new PurchaseId(purchase) : null,
        captured.ProgramVersion,
        LedgerMapping.Points(captured.Burned),
        captured.Owed,
        captured.Shortfall);

    /// <summary>The natural key behind the entry id's prefix.</summary>
    private static string Key(string entryId) => entryId[(entryId.IndexOf(':', StringComparison.Ordinal) + 1)..];
}

internal static class ProfileMapping
{
    public static ProfileDocument? Write(Profile? profile) => profile is null ? null : new ProfileDocument
    {
        Name = profile.Name,
        Email = profile.Email,
        Phone = profile.Phone,
        Birthday = profile.Birthday?.ToString("O"),
        Locale = profile.Locale,
        Country = profile.Country,
        Attributes = profile.Attributes.IsEmpty ? null : new Dictionary<string, string>(profile.Attributes),
    };

    public static Profile? Read(ProfileDocument? stored) => stored is null ? null : new Profile(
        stored.Name,
        stored.Email,
        stored.Phone,
        stored.Birthday is { } day ? DateOnly.ParseExact(day, "O") : null,
        stored.Locale,
        stored.Country,
        (stored.Attributes ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal));
}
