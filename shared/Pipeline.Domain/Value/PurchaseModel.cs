namespace Pipeline.Domain;

/// <summary>When a customer of the model may leave for good.</summary>
public enum DropoutRule
{
    /// <summary>After a repeat purchase: a customer who bought once counts as alive.</summary>
    AfterRepeats,

    /// <summary>After any purchase, the first one too.</summary>
    AfterEveryPurchase,
}

/// <summary>
/// How often customers buy and when they leave. Each buys at a rate λ of their own until they drop out, with a chance p
/// of their own after a purchase; λ is spread over customers as Gamma(r, rate α), p as Beta(a, b).
/// <see cref="DropoutRule.AfterRepeats"/> is BG/NBD (Fader, Hardie and Lee, "Counting Your Customers" the Easy Way,
/// Marketing Science 24, 2005); <see cref="DropoutRule.AfterEveryPurchase"/> is MBG/NBD (Batislam, Denizel and
/// Filiztekin, International Journal of Research in Marketing 24, 2007).
/// </summary>
/// <param name="Alpha">In units of time, the same as in every record.</param>
public sealed record PurchaseModel(DropoutRule Rule, double R, double Alpha, double A, double B)
{
    /// <summary>a - 1 is divided by; this near to 1 the formula is taken a step beside it, which changes nothing.</summary>
    private const double BesideOne = 1e-6;

    /// <summary>
    /// From here on all customers leave with about one chance, and the general formula is nothing times infinity.
    /// </summary>
    private const double AlikeFrom = 200;

    private int Chances => Rule == DropoutRule.AfterEveryPurchase ? 1 : 0;

    /// <summary>The chance that a customer has not left: 0 to 1.</summary>
    public double Alive(PurchaseRecord record) => 1 / (1 + Dropout(record));

    /// <summary>
    /// Expected purchases in the next <paramref name="horizon"/> of one customer (equation 10 of the paper of 2005, with
    /// Euler's transformation of ₂F₁, NIST DLMF 15.8.1, so that the series also ends for new customers).
    /// </summary>
    public double Expected(PurchaseRecord record, double horizon)
    {
        if (horizon <= 0)
            return 0;
        if (A > AlikeFrom)
            return ExpectedOfAlike(record, horizon);
        var a = Math.Abs(A - 1) < BesideOne ? 1 + BesideOne : A;
        var x = record.Repeats;
        var c = a + B + x - 1 + Chances;
        var z = horizon / (Alpha + record.Age + horizon);
        var rest = Math.Pow(1 - z, a - 1) * SpecialFunctions.Hypergeometric(c - R - x, a - 1, c, z);
        return c / (a - 1) * (1 - rest) / (1 + Dropout(record));
    }

    /// <summary>
    /// The chance of no purchase in the next <paramref name="horizon"/>: the customer has left, or has not and is silent all
    /// the same. While nobody buys nobody leaves, so that the latter is the Poisson process's own silence under
    /// λ ~ Gamma(r + x, α + T): ((α + T) / (α + T + t))^(r + x).
    /// </summary>
    public double Silent(PurchaseRecord record, double horizon)
    {
        var alive = Alive(record);
        var age = Alpha + record.Age;
        return 1 - alive + (alive * Math.Pow(age / (age + Math.Max(0, horizon)), R + record.Repeats));
    }

    public double LogLikelihood(IReadOnlyList<CountedRecord> records) =>
        new PurchaseLikelihood(Rule, records).At(R, Alpha, A, B);

    /// <summary>
    /// With one chance p after every purchase, purchases of rate λ come as (1 - e^(-λpt)) / p; over λ ~ Gamma(r + x, α + T)
    /// that is (1 - ((α + T) / (α + T + pt))^(r + x)) / p.
    /// </summary>
    private double ExpectedOfAlike(PurchaseRecord record, double horizon)
    {
        var p = A / (A + B + record.Repeats);
        var silent = Math.Exp(-(R + record.Repeats) * Math.Log(1 + (p * horizon / (Alpha + record.Age))));
        return (1 - silent) / p / (1 + Dropout(record));
    }

    /// <summary>The odds of having left.</summary>
    private double Dropout(PurchaseRecord record)
    {
        var x = record.Repeats;
        if (x + Chances == 0)
            return 0;
        return A / (B + x - 1 + Chances)
            * Math.Exp((R + x) * Math.Log((Alpha + record.Age) / (Alpha + record.Recency)));
    }
}

/// <param name="LogLikelihood">At the parameters, of all customers together.</param>
/// <param name="Customers">n.</param>
/// <param name="HasConverged">False: there is too little to learn from, and the parameters are not to be relied on.</param>
public sealed record PurchaseFit(PurchaseModel Model, double LogLikelihood, long Customers, bool HasConverged)
{
    /// <summary>Of the mean log-likelihood by the logarithm of a parameter.</summary>
    private const double GradientMax = 1e-7;

    /// <summary>The parameters of maximum likelihood.</summary>
    /// <exception cref="ArgumentException">There is no record, or an impossible one.</exception>
    public static PurchaseFit Of(DropoutRule rule, IReadOnlyList<CountedRecord> records)
    {
        ArgumentOutOfRangeException.ThrowIfZero(records.Count, nameof(records));
        foreach (var (record, count) in records)
        {
            if (!record.IsPossible || count < 1)
                throw new ArgumentException($"No customer has {record}.", nameof(records));
        }

        var likelihood = new PurchaseLikelihood(rule, records);
        var age = records.Sum(static counted => counted.Record.Age * counted.Count) / likelihood.Customers;
        // A rate about as it is, and of dropping out no opinion.
        ReadOnlySpan<double> start = [0, Math.Log(Math.Max(age, 1e-3) / 4), 0, 0];
        var found = Minimiser.Find(likelihood.Cost, start, GradientMax);
        var p = Array.ConvertAll(found.At, Math.Exp);
        return new PurchaseFit(
            new PurchaseModel(rule, p[0], p[1], p[2], p[3]), -found.Value * likelihood.Customers,
            likelihood.Customers, found.HasConverged);
    }
}

/// <summary>
/// The likelihood of all customers, customers with one record counted once. With x repeats
/// L = B(a, b + x + m) / B(a, b) · Γ(r + x) α^r / Γ(r) · [(α + T)^-(r+x) + a / (b + x - 1 + m) · (α + t_x)^-(r+x)],
/// m being 0 for BG/NBD, where the second term is absent at x = 0, and 1 for MBG/NBD.
/// </summary>
internal sealed class PurchaseLikelihood
{
    private readonly int chances;
    private readonly CountedRecord[] records;
    private readonly int repeatsMax;

    public PurchaseLikelihood(DropoutRule rule, IReadOnlyList<CountedRecord> records)
    {
        chances = rule == DropoutRule.AfterEveryPurchase ? 1 : 0;
        this.records = [.. records];
        foreach (var (record, count) in records)
        {
            Customers += count;
            repeatsMax = Math.Max(repeatsMax, record.Repeats);
        }
    }

    public long Customers { get; }

    public double At(double r, double alpha, double a, double b)
    {
        Span<double> logs = [Math.Log(r), Math.Log(alpha), Math.Log(a), Math.Log(b)];
        return -Cost(logs, stackalloc double[4]) * Customers;
    }

    /// <summary>The negative mean log-likelihood at the logarithms of r, α, a, b, and its gradient by them.</summary>
    public double Cost(ReadOnlySpan<double> logs, Span<double> gradient)
    {
        double r = Math.Exp(logs[0]), alpha = Math.Exp(logs[1]), a = Math.Exp(logs[2]), b = Math.Exp(logs[3]);
        var rates = new Rising(r, repeatsMax);
        var stays = new Rising(b, repeatsMax + chances);
        var chancesOf = new Rising(a + b, repeatsMax + chances);
        double sum = 0, byR = 0, byAlpha = 0, byA = 0, byB = 0;
        foreach (var (record, count) in records)
        {
            var x = record.Repeats;
            double logAge = Math.Log(alpha + record.Age), logRecency = Math.Log(alpha + record.Recency);
            var alive = -(r + x) * logAge;
            var share = 0.0;
            var both = alive;
            if (x + chances > 0)
            {
                // ln(e^alive + e^left), from the larger of the two.
                var left = logs[2] - Math.Log(b + x - 1 + chances) - ((r + x) * logRecency);
                var larger = Math.Max(alive, left);
                both = larger + Math.Log(Math.Exp(alive - larger) + Math.Exp(left - larger));
                share = Math.Exp(left - both);
            }

            sum += count * (rates.Log(x) + (r * logs[1]) + stays.Log(x + chances) - chancesOf.Log(x + chances) + both);
            byR += count * (rates.Slope(x) + logs[1] - ((1 - share) * logAge) - (share * logRecency));
            byAlpha += count * ((r / alpha)
                - ((r + x) * (((1 - share) / (alpha + record.Age)) + (share / (alpha + record.Recency)))));
            byA += count * ((share / a) - chancesOf.Slope(x + chances));
            byB += count * (stays.Slope(x + chances) - chancesOf.Slope(x + chances)
                - (share == 0 ? 0 : share / (b + x - 1 + chances)));
        }

        gradient[0] = -r * byR / Customers;
        gradient[1] = -alpha * byAlpha / Customers;
        gradient[2] = -a * byA / Customers;
        gradient[3] = -b * byB / Customers;
        return -sum / Customers;
    }

    /// <summary>ln Γ(p + n) - ln Γ(p) and its derivative by p for all n at once: sums, without a gamma function.</summary>
    private readonly struct Rising
    {
        private readonly double[] logs;
        private readonly double[] slopes;

        public Rising(double p, int max)
        {
            logs = new double[max + 1];
            slopes = new double[max + 1];
            for (var n = 0; n < max; n++)
            {
                logs[n + 1] = logs[n] + Math.Log(p + n);
                slopes[n + 1] = slopes[n] + (1 / (p + n));
            }
        }

        public double Log(int n) => logs[n];

        public double Slope(int n) => slopes[n];
    }
}
