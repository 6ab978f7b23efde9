namespace Pipeline.Domain;

/// <summary>One reason for points.</summary>
/// <param name="Rule">The rule's name; <see cref="Earning.BaseRule"/> for the program's rate.</param>
/// <param name="Basis">Minor units on which the rule was computed.</param>
/// <param name="Reason">A sentence for people that shows the calculation.</param>
public sealed record AwardPart(string Rule, long Basis, long Points, string Reason);

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
public static class Earning
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
    /// <see cref="TryAward"/> lets the edge refuse it.
    /// </exception>
    public static Award Award(LoyaltyProgram program, PricedBasket basket) =>
        TryAward(program, basket)
        ?? throw new OverflowException("The points of this purchase pass 64 bits.");

    /// <summary>The award of a basket, or null where its points pass 64 bits.</summary>
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
        var reason = Reason(rules, basket, rate, basis, excluded, exact);
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

    private static (IReadOnlyList<long> Bases, long Sum, int Excluded) LineBases(
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

    /// <summary>"1 point per GBP 1.00 on GBP 15.30, rounded down", with what else shaped the basis.</summary>
    private static string Reason(
        EarningRules rules, PricedBasket basket, ExactRate rate, long basis, int excluded, bool exact)
    {
        var currency = basket.Basket.Currency;
        var noun = rate.Millionths == ExactRate.One ? "point" : "points";
        var major = currency.Format(currency.MinorUnitsPerMajor);
        var extras = Extras(
            rules.ShippingEarns && basket.Basket.Shipping > 0, rules.TaxEarns && basket.Basket.Tax > 0);
        var left = excluded == 0 ? ""
            : excluded == 1 ? " (1 line earns nothing)"
            : $" ({excluded} lines earn nothing)";
        var rounded = exact ? "" : rules.Rounding switch
        {
            Rounding.Floor => ", rounded down",
            Rounding.HalfUp => ", rounded to the nearest, a half up",
            Rounding.HalfEven => ", rounded to the nearest, a half to the even",
            _ => ", rounded up",
        };
        return $"{rate} {noun} per {major} on {currency.Format(basis)}{extras}{left}{rounded}";
    }

    private static string Extras(bool shipping, bool tax) => (shipping, tax) switch
    {
        (true, true) => " with shipping and tax",
        (true, false) => " with shipping",
        (false, true) => " with tax",
        (false, false) => "",
    };
}
