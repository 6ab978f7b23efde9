namespace Pipeline.Domain;

/// <summary>What a purchase earns. Zero points are an award too: it says why.</summary>
/// <param name="LinePoints">
/// The points of each line; they add up to <paramref name="Points"/> (there are none for a basket without
/// lines). They follow the lines' earning basis by largest remainder, and the lines' nets where no line
/// earns.
/// </param>
public sealed record Award(
    long Points, int ProgramVersion, IReadOnlyList<AwardPart> Parts, IReadOnlyList<long> LinePoints)
{
    /// <summary>
    /// What each line weighs when points are shared out over the lines: its earning basis, in minor units.
    /// </summary>
    public IReadOnlyList<long> LineWeights { get; init; } = [];
}

/// <summary>Computes what purchases earn, in integers.</summary>
public static partial class Earning
{
    /// <summary>The name of the rule that pays the program's points a major unit.</summary>
    public const string BaseRule = "base";

    /// <summary>Whether the program has a rate for a currency.</summary>
    public static bool Accepts(LoyaltyProgram program, Currency currency) =>
        program.Earning.Rates.For(currency) is not null;

    /// <summary>
    /// The award of a basket: the basis is the nets of the lines that are not excluded, with shipping and tax
    /// where they earn; points = basis / minor units a major unit x rate, rounded once.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The currency is not accepted: ask <see cref="Accepts"/> at the edge.
    /// </exception>
    /// <exception cref="OverflowException">
    /// The points pass 64 bits. This needs a rate above one point a minor unit and an amount near 2^63 minor
    /// units; nothing smaller than an exception would be honest, since no award is right.
    /// <see cref="TryAward(LoyaltyProgram, PricedBasket)"/> lets the edge refuse it.
    /// </exception>
    public static Award Award(LoyaltyProgram program, PricedBasket basket) =>
        TryAward(program, basket)
        ?? throw new OverflowException("The points of this purchase pass 64 bits.");

    /// <summary>
    /// The award of a basket to a customer: base rules, the level's factor and campaigns, all kept exact and rounded once as the
    /// program says. Every part is shown rounded down; the whole points that the parts' fractions make together stand in the
    /// first base part.
    /// </summary>
    /// <exception cref="ArgumentException">The currency is not accepted.</exception>
    /// <exception cref="OverflowException">The points pass 64 bits.</exception>
    public static Award Award(LoyaltyProgram program, PricedBasket basket, EarningContext context) =>
        TryAward(program, basket, context)
        ?? throw new OverflowException("The points of this purchase pass 64 bits.");

    /// <summary>The same, or null where its points pass 64 bits.</summary>
    /// <exception cref="ArgumentException">The currency is not accepted.</exception>
    public static Award? TryAward(LoyaltyProgram program, PricedBasket basket, EarningContext context) =>
        IsPlain(program, context) ? TryAward(program, basket) : new EarningSheet(program, basket, context).TryAward();

    /// <summary>What is still to be looked up before the award can be made; null: nothing.</summary>
    /// <exception cref="ArgumentException">The currency is not accepted.</exception>
    public static Unknowns? UnknownOf(LoyaltyProgram program, PricedBasket basket, EarningContext context) =>
        program.Campaigns.IsEmpty ? null : new EarningSheet(program, basket, context).Unknown();

    /// <summary>
    /// A part with its rate and its remainder. Entries of programs with one rate and nothing else do not store them, because
    /// they follow from the rest.
    /// </summary>
    public static AwardPart Explained(LoyaltyProgram program, Currency currency, AwardPart part)
    {
        if (part.Rule != BaseRule || part.Multiplier is not null || program.Earning.Rates.For(currency) is not { } rate)
            return part;
        var exact = ExactPoints.Of(part.Basis, currency, rate);
        return part with { Multiplier = rate, Remainder = (exact - ExactPoints.Of(part.Points)).ToDecimal() };
    }

    private static bool IsPlain(LoyaltyProgram program, EarningContext context) =>
        program.Campaigns.IsEmpty && program.Earning.Own.IsEmpty
        && (context.Tier is not { } tier || tier.Benefits.Multiplier.Millionths == ExactRate.One);

    /// <summary>The award of a basket by the program's rate alone, or null where its points pass 64 bits.</summary>
    /// <exception cref="ArgumentException">The currency is not accepted.</exception>
    public static Award? TryAward(LoyaltyProgram program, PricedBasket basket)
    {
        var rules = program.Earning;
        var currency = basket.Basket.Currency;
        var rate = rules.Rates.For(currency)
            ?? throw new ArgumentException($"The program does not accept {currency}.", nameof(basket));

        var (lineBases, goods, excluded) = LineBases(rules, basket);
        var basis = goods
            + (rules.ShippingEarns ? basket.Basket.Shipping : 0)
            + (rules.TaxEarns ? basket.Basket.Tax : 0);

        var unit = (Int128)currency.MinorUnitsPerMajor * ExactRate.One;
        var points = Round((Int128)basis * rate.Millionths, unit, rules.Rounding, out var exact);
        if (points > long.MaxValue)
            return null;

        var whole = (long)points;
        var rounded = exact ? "" : Rounded(rules.Rounding);
        var reason = Reason(rules, basket, rate, basis, excluded) + rounded;
        return new Award(
            whole,
            program.Version,
            [new AwardPart(BaseRule, basis, whole, reason)],
            lineBases.Count == 0 ? [] : Apportion.LargestRemainder(whole, goods > 0 ? lineBases : basket.LineNets))
        {
            LineWeights = goods > 0 ? lineBases : basket.LineNets,
        };
    }

    /// <summary>A fraction of non-negative numbers to a whole number.</summary>
    /// <param name="exact">True where nothing had to be rounded.</param>
    internal static Int128 Round(Int128 numerator, Int128 denominator, Rounding rounding, out bool exact)
    {
        var (whole, rest) = Int128.DivRem(numerator, denominator);
        exact = rest == 0;
        if (exact)
            return whole;
        var half = (rest * 2).CompareTo(denominator);
        var up = rounding switch
        {
            Rounding.Floor => false,
            Rounding.Ceiling => true,
            Rounding.HalfUp => half >= 0,
            Rounding.HalfEven => half > 0 || (half == 0 && Int128.IsOddInteger(whole)),
            _ => throw new ArgumentOutOfRangeException(nameof(rounding), rounding, "Not a rounding."),
        };
        return up ? whole + 1 : whole;
    }

    internal static (IReadOnlyList<long> Bases, long Sum, int Excluded) LineBases(
        EarningRules rules, PricedBasket basket)
    {
        if (rules.ExcludedSkus.Count == 0 && rules.ExcludedCategories.Count == 0)
            return (basket.LineNets, basket.Net, 0);

        var lines = basket.Basket.Lines;
        var bases = new long[lines.Count];
        var (sum, excluded) = (0L, 0);
        for (var i = 0; i < bases.Length; i++)
        {
            if (rules.Excludes(lines[i]))
            {
                excluded++;
                continue;
            }
            bases[i] = basket.LineNets[i];
            sum += bases[i];
        }
        return (bases, sum, excluded);
    }

    /// <summary>"1 point per GBP 1.00 on GBP 15.30", with what else shaped the basis.</summary>
    internal static string Reason(
        EarningRules rules, PricedBasket basket, ExactRate rate, long basis, int excluded, bool isOfLines = false)
    {
        var currency = basket.Basket.Currency;
        var noun = rate.Millionths == ExactRate.One ? "point" : "points";
        var major = currency.Format(currency.MinorUnitsPerMajor);
        var extras = isOfLines ? "" : Extras(
            rules.ShippingEarns && basket.Basket.Shipping > 0, rules.TaxEarns && basket.Basket.Tax > 0);
        var left = excluded == 0 ? ""
            : excluded == 1 ? " (1 line earns nothing)"
            : $" ({excluded} lines earn nothing)";
        return $"{rate} {noun} per {major} on {currency.Format(basis)}{extras}{left}";
    }

    internal static string Rounded(Rounding rounding) => rounding switch
    {
        Rounding.Floor => ", rounded down",
        Rounding.HalfUp => ", rounded to the nearest, a half up",
        Rounding.HalfEven => ", rounded to the nearest, a half to the even",
        _ => ", rounded up",
    };

    private static string Extras(bool shipping, bool tax) => (shipping, tax) switch
    {
        (true, true) => " with shipping and tax",
        (true, false) => " with shipping",
        (false, true) => " with tax",
        (false, false) => "",
    };
}
