namespace Pipeline.Runtime.Insight;

/// <param name="IsOn">Whether nights look at customers at all, beside writing down what has lapsed.</param>
/// <param name="FitEveryDays">Models are fitted anew once they are so old; that night looks at everybody.</param>
public sealed record InsightOptions(bool IsOn = true, int FitEveryDays = 7);
