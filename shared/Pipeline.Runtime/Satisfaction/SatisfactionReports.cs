using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Satisfaction;

/// <param name="AsOf">What was analysed by then is in it.</param>
public sealed record DatedReport(DateTimeOffset AsOf, DateOnly From, DateOnly To, ReportBy By, SatisfactionReport Report);

/// <summary>Reports from the tallies of days: the cost is that of the days, not of the feedback.</summary>
public sealed class SatisfactionReports
{
    public const int DaysMax = 3_660;
    public const int DaysDefault = 30;

    private readonly SatisfactionBook book;
    private readonly IProgramSource programs;
    private readonly TimeProvider clock;

    internal SatisfactionReports(SatisfactionBook book, IProgramSource programs, TimeProvider clock) =>
        (this.book, this.programs, this.clock) = (book, programs, clock);

    /// <summary>Today, in the program's zone.</summary>
    public DateOnly Today => programs.Current.DayOf(clock.GetUtcNow());

    /// <param name="from">Inclusive, as <paramref name="to"/> is.</param>
    public async ValueTask<DatedReport> ReadAsync(
        DateOnly from, DateOnly to, ReportBy by, CancellationToken cancellation)
    {
        var asOf = Instants.WholeMilliseconds(clock.GetUtcNow());
        var sum = new SatisfactionSum(by);
        await book.ReadAsync(from, to, sum.Add, cancellation);
        return new DatedReport(asOf, from, to, by, sum.ToReport());
    }
}
