namespace Pipeline.Domain;

/// <summary>What a customer is worth from now on.</summary>
public static class LifetimeValue
{
    /// <summary>Weights and places of Gauss and Legendre's rule with four points, on 0 to 1. NIST DLMF 3.5(v).</summary>
    private static readonly (double Place, double Weight)[] Gauss =
    [
        (0.069431844202973712, 0.173927422568726929), (0.330009478207571868, 0.326072577431273071),
        (0.669990521792428132, 0.326072577431273071), (0.930568155797026288, 0.173927422568726929),
    ];

    /// <summary>
    /// Expected purchases within a horizon, each discounted to now: ∫ e^-δt dE(t) = e^-δH E(H) + δ ∫ e^-δt E(t) dt, with E
    /// the model's expectation and the integral by four points.
    /// </summary>
    /// <param name="discountRate">δ, continuous, for one unit of time.</param>
    public static double DiscountedPurchases(
        PurchaseModel model, PurchaseRecord record, double horizon, double discountRate)
    {
        var atEnd = Math.Exp(-discountRate * horizon) * model.Expected(record, horizon);
        if (discountRate == 0)
            return atEnd;
        var integral = 0.0;
        foreach (var (place, weight) in Gauss)
            integral += weight * Math.Exp(-discountRate * place * horizon) * model.Expected(record, place * horizon);
        return atEnd + (discountRate * horizon * integral);
    }

    /// <summary>A yearly rate as a continuous one for one unit of time: 10 % a year is 0.1.</summary>
    public static double Continuous(double yearlyRate, double unitsPerYear) => Math.Log(1 + yearlyRate) / unitsPerYear;
}
