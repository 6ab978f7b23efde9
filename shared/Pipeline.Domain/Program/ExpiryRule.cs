namespace Pipeline.Domain;

/// <summary>To which boundary a rolling expiry is moved out.</summary>
public enum ExpiryAlignment
{
    /// <summary>The wall time of activation.</summary>
    None,

    /// <summary>The end of that day in the program's zone.</summary>
    DayEnd,

    /// <summary>The end of that month in the program's zone.</summary>
    MonthEnd,
}

/// <summary>When points expire. A closed hierarchy.</summary>
public abstract record ExpiryRule
{
    public const int MonthsMax = 1_200;

    public const int DaysMax = 36_500;

    private ExpiryRule()
    {
    }

    /// <summary>12 months, to the month's end.</summary>
    public static ExpiryRule Default { get; } = new RollingMonths(12, ExpiryAlignment.MonthEnd);

    /// <summary>Points stay for ever.</summary>
    public sealed record Never : ExpiryRule;

    /// <summary>
    /// Calendar months after activation; the day is clipped to the month (31 January + 1 month is 28 or 29
    /// February).
    /// </summary>
    /// <param name="Months">1 to 1,200.</param>
    public sealed record RollingMonths(int Months, ExpiryAlignment Align) : ExpiryRule;

    /// <summary>Calendar days after activation.</summary>
    /// <param name="Days">1 to 36,500.</param>
    public sealed record RollingDays(int Days, ExpiryAlignment Align) : ExpiryRule;

    /// <summary>
    /// At the end of the same day every year, the next one counted from activation, that very day included.
    /// 29 February means the last day of February.
    /// </summary>
    public sealed record Yearly(int Month, int Day) : ExpiryRule;

    /// <summary>
    /// At the end of one day. Points that become active after it do not expire: they await the next version's
    /// rule.
    /// </summary>
    public sealed record Once(DateOnly On) : ExpiryRule;
}
