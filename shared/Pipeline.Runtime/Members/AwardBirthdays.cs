using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;

namespace Pipeline.Runtime.Members;

/// <summary>
/// Gives for a birthday, on the first night of it or, where nights were missed, on the next one. The points and the next
/// birthday are written in one commit. Where several birthdays were missed, each night gives for one.
/// </summary>
public sealed class AwardBirthdays(LedgerCoordinator coordinator, Enrolment enrolment, IProgramSource programs)
{
    /// <summary>
    /// A rule that is newer than a profile reaches it with a night that looks at all customers, which is one in seven:
    /// so far back it counts.
    /// </summary>
    private const int CatchUpDays = 7;

    /// <param name="cut">The start of the night's day.</param>
    /// <param name="at">The night's stamp, the same however often it is done.</param>
    /// <returns>Whether the account has changed.</returns>
    internal async ValueTask<bool> RunAsync(
        CustomerId customer, StoredAccount account, DateTimeOffset cut, DateTimeOffset at, CancellationToken cancellation)
    {
        var isPlanned = account.Account.BirthdayDueAt is not null;
        var hasRule = programs.Current.Awards?.Birthday is not null && account.Profile?.Birthday is not null;
        if (isPlanned ? account.Account.BirthdayDueAt > cut : !hasRule)
            return false;
        return await coordinator.WorkAsync(
            customer, work => WorkAsync(work, customer, cut, at, cancellation), cancellation);
    }

    private async ValueTask<bool> WorkAsync(
        LedgerWork work, CustomerId customer, DateTimeOffset cut, DateTimeOffset at, CancellationToken cancellation)
    {
        var program = programs.Current;
        if (program.Awards?.Birthday is not { } rule || work.Profile?.Birthday is not { } birthday)
            return PlanFor(work, null);
        var due = work.Account.BirthdayDueAt ?? await enrolment.BirthdayDueAsync(
            work, customer, birthday, program.DayOf(cut).AddDays(-CatchUpDays), cancellation);
        if (due is not { } start || start > cut)
            return PlanFor(work, due);
        var day = program.DayOf(start);
        var decision = await work.DecideAsync(Grant(program, rule, day, at), cancellation);
        var next = Birthdays.Next(birthday, rule.LeapDay, day.AddDays(1), day);
        return PlanFor(work, next is { } later ? program.StartOfDay(later) : null) || decision is Decision.Accepted;
    }

    private static bool PlanFor(LedgerWork work, DateTimeOffset? due)
    {
        if (work.Account.BirthdayDueAt == due)
            return false;
        work.Change(account => account with { BirthdayDueAt = due });
        return true;
    }

    private static LedgerCommand.Grant Grant(
        LoyaltyProgram program, BirthdayRule rule, DateOnly day, DateTimeOffset at)
    {
        var date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new LedgerCommand.Grant(
            new GrantId($"birthday:{date[..4]}"), rule.Points, date, $"Happy birthday: {date}", at, "birthday")
        {
            Rule = new GrantRule("birthday", program.Version),
        };
    }
}
