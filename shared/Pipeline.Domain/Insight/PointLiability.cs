namespace Pipeline.Domain;

/// <summary>
/// What outstanding points will cost. Of the points that left a balance so far by their owners' doing or by time, the share
/// that lapsed is taken for those to come; until enough have left, none is taken to lapse, which errs on the safe side.
/// </summary>
/// <param name="Breakage">Share of outstanding points that is expected to lapse, 0 to 1.</param>
/// <param name="PointsExpected">Outstanding points that are expected to be redeemed.</param>
public readonly record struct PointLiability(double Breakage, long PointsExpected)
{
    /// <summary>Fewer points tell nothing of what customers do with them.</summary>
    public const long PointsLeftMin = 1_000;

    public static PointLiability Of(PointFlows flows)
    {
        var left = Math.Max(0, flows.Redeemed) + Math.Max(0, flows.Expired);
        var breakage = left >= PointsLeftMin ? Math.Max(0, flows.Expired) / (double)left : 0;
        // To the nearest point, halves up: the cost is not understated.
        return new PointLiability(breakage, (long)Math.Floor((Math.Max(0, flows.Total) * (1 - breakage)) + 0.5));
    }
}
