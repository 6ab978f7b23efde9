namespace Pipeline.Domain;

/// <summary>
/// What a purchase is worth, by customer: Gamma-Gamma. Each customer spends about a mean of their own, Gamma(p, ν) with ν
/// spread over customers as Gamma(q, v). Fader, Hardie and Lee, RFM and CLV, Journal of Marketing Research 42, 2005;
/// Fader and Hardie, The Gamma-Gamma Model of Monetary Value, note 025, 2013.
/// </summary>
/// <param name="V">In the unit of money of the records.</param>
public sealed record SpendModel(double P, double Q, double V)
{
    /// <summary>
    /// Mean value of a customer's purchases to come: between their own mean and everybody's, nearer to their own the more
    /// of their purchases are known. Everybody's for one without repeats, whose mean is not looked at.
    /// </summary>
    public double Expected(int repeats, double mean) =>
        // Equation 5 of the note.
        repeats == 0 ? P * V / (Q - 1) : P * (V + (repeats * mean)) / ((P * repeats) + Q - 1);

    public double LogLikelihood(IReadOnlyList<SpendRecord> records)
    {
        Span<double> logs = [Math.Log(P), Math.Log(Q), Math.Log(V)];
        var likelihood = new SpendLikelihood(records);
        return -likelihood.Cost(logs, stackalloc double[3]) * likelihood.Customers;
    }
}

/// <param name="Correlation">
/// Of frequency and mean spend, Pearson's over the customers with repeats. The model takes them to be independent; it is
/// used up to about ±0.3 (<see cref="IsUsable"/>), as practitioners do.
/// </param>
public sealed record SpendFit(
    SpendModel Model, double LogLikelihood, long Customers, double Correlation, bool HasConverged)
{
    public const double CorrelationMax = 0.3;

    private const double GradientMax = 1e-7;

    /// <summary>q at or below 1 has no mean; the model then says nothing of one without repeats.</summary>
    public bool IsUsable => HasConverged && Model.Q > 1 && Math.Abs(Correlation) <= CorrelationMax;

    /// <exception cref="ArgumentException">There is no record, or one without a repeat or without spend.</exception>
    public static SpendFit Of(IReadOnlyList<SpendRecord> records)
    {
        ArgumentOutOfRangeException.ThrowIfZero(records.Count, nameof(records));
        foreach (var record in records)
        {
            if (record.Repeats < 1 || !(record.Mean > 0) || double.IsInfinity(record.Mean) || record.Count < 1)
                throw new ArgumentException($"No customer has {record}.", nameof(records));
        }

        var likelihood = new SpendLikelihood(records);
        var mean = records.Sum(static record => record.Mean * record.Count) / likelihood.Customers;
        ReadOnlySpan<double> start = [0, Math.Log(2), Math.Log(mean)];
        var found = Minimiser.Find(likelihood.Cost, start, GradientMax);
        var p = Array.ConvertAll(found.At, Math.Exp);
        return new SpendFit(
            new SpendModel(p[0], p[1], p[2]), -found.Value * likelihood.Customers, likelihood.Customers,
            CorrelationOf(records), found.HasConverged);
    }

    private static double CorrelationOf(IReadOnlyList<SpendRecord> records)
    {
        double n = 0, sumX = 0, sumY = 0;
        foreach (var (x, y, count) in records)
            (n, sumX, sumY) = (n + count, sumX + (count * (double)x), sumY + (count * y));
        double meanX = sumX / n, meanY = sumY / n, xx = 0, yy = 0, xy = 0;
        foreach (var (x, y, count) in records)
        {
            xx += count * (x - meanX) * (x - meanX);
            yy += count * (y - meanY) * (y - meanY);
            xy += count * (x - meanX) * (y - meanY);
        }

        return xx == 0 || yy == 0 ? 0 : xy / Math.Sqrt(xx * yy);
    }
}

/// <summary>
/// L = Γ(px + q) / (Γ(px) Γ(q)) · v^q m^(px - 1) x^(px) / (v + m x)^(px + q) for x purchases of mean m (note 025, equation 1a).
/// </summary>
internal sealed class SpendLikelihood
{
    private readonly IReadOnlyList<SpendRecord> records;
    private readonly int[] repeats;
    private readonly int[] places;

    public SpendLikelihood(IReadOnlyList<SpendRecord> records)
    {
        this.records = records;
        Customers = records.Sum(static record => record.Count);
        // Gamma functions are the costly part, and hang on x alone.
        repeats = [.. records.Select(static record => record.Repeats).Distinct().Order()];
        places = new int[records.Count];
        for (var i = 0; i < places.Length; i++)
            places[i] = Array.BinarySearch(repeats, records[i].Repeats);
    }

    public long Customers { get; }

    /// <summary>The negative mean log-likelihood at the logarithms of p, q, v, and its gradient by them.</summary>
    public double Cost(ReadOnlySpan<double> logs, Span<double> gradient)
    {
        double p = Math.Exp(logs[0]), q = Math.Exp(logs[1]), v = Math.Exp(logs[2]);
        var gammas = new double[repeats.Length];
        var byPx = new double[repeats.Length];
        var byQs = new double[repeats.Length];
        var (logGammaQ, digammaQ) = (SpecialFunctions.LogGamma(q), SpecialFunctions.Digamma(q));
        for (var i = 0; i < repeats.Length; i++)
        {
            var px = p * repeats[i];
            gammas[i] = SpecialFunctions.LogGamma(px + q) - SpecialFunctions.LogGamma(px) - logGammaQ;
            var both = SpecialFunctions.Digamma(px + q);
            byPx[i] = both - SpecialFunctions.Digamma(px);
            byQs[i] = both - digammaQ;
        }

        double sum = 0, byP = 0, byQ = 0, byV = 0;
        for (var i = 0; i < places.Length; i++)
        {
            var (x, mean, count) = records[i];
            double total = v + (mean * x), logTotal = Math.Log(total), logMean = Math.Log(mean), logX = Math.Log(x);
            var px = p * x;
            sum += count * (gammas[places[i]] + (q * logs[2]) + ((px - 1) * logMean) + (px * logX) - ((px + q) * logTotal));
            byP += count * x * (byPx[places[i]] + logMean + logX - logTotal);
            byQ += count * (byQs[places[i]] + logs[2] - logTotal);
            byV += count * ((q / v) - ((px + q) / total));
        }

        gradient[0] = -p * byP / Customers;
        gradient[1] = -q * byQ / Customers;
        gradient[2] = -v * byV / Customers;
        return -sum / Customers;
    }
}
