using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>By which base rule each line earns. The rule of the whole purchase stands first, then the others by name.</summary>
/// <param name="Common">The rule of the whole purchase: its lines without a rate of their own, shipping and tax.</param>
/// <param name="Exact">The base points of each line.</param>
internal sealed record BaseLines(
    string Common,
    IReadOnlyList<(string Rule, ExactRate Rate, long Basis, ImmutableArray<int> Lines)> Rules,
    ImmutableArray<ExactPoints> Exact)
{
    /// <exception cref="ArgumentException">The currency is not accepted.</exception>
    internal static BaseLines Of(EarningRules rules, PricedBasket basket, IReadOnlyList<long> bases)
    {
        var bought = basket.Basket;
        var common = rules.Own.Of(bought.Channel, bought.Currency) ?? (Earning.BaseRule, rules.Rates.For(bought.Currency)
            ?? throw new ArgumentException($"The program does not accept {bought.Currency}.", nameof(basket)));
        var extras = (rules.ShippingEarns ? bought.Shipping : 0) + (rules.TaxEarns ? bought.Tax : 0);

        var byRule = new SortedDictionary<string, (ExactRate Rate, long Basis, List<int> Lines)>(StringComparer.Ordinal);
        var exact = ImmutableArray.CreateBuilder<ExactPoints>(bases.Count);
        var (basis, places) = (extras, new List<int>());
        for (var i = 0; i < bases.Count; i++)
        {
            var own = rules.Own.Of(bought.Lines[i], bought.Currency);
            exact.Add(ExactPoints.Of(bases[i], bought.Currency, (own ?? common).Rate));
            // A line that is excluded, or free, earns by no rule: it makes no part of nothing on a receipt.
            if (bases[i] == 0)
                continue;
            if (own is not var (rule, rate))
            {
                basis += bases[i];
                places.Add(i);
            }
            else if (byRule.TryGetValue(rule, out var known))
            {
                known.Lines.Add(i);
                byRule[rule] = known with { Basis = known.Basis + bases[i] };
            }
            else
            {
                byRule.Add(rule, (rate, bases[i], [i]));
            }
        }

        var all = new List<(string, ExactRate, long, ImmutableArray<int>)>(byRule.Count + 1);
        // Every award has a base part, since it has to stand somewhere that there was nothing to earn on.
        if (byRule.Count == 0 || places.Count > 0 || extras > 0)
            all.Add((common.Item1, common.Item2, basis, [.. places]));
        foreach (var (rule, (rate, sum, indices)) in byRule)
            all.Add((rule, rate, sum, [.. indices]));
        return new BaseLines(common.Item1, all, exact.DrainToImmutable());
    }
}
