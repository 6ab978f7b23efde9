using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>
/// What follows from a profile: the first one makes a member, who gets what the program gives for it in the same commit;
/// and a birthday says when a night has to look at the customer.
/// </summary>
public sealed class Enrolment(IDocumentStore store, IProgramSource programs)
{
    private const string BirthdaysFrom = "grant:birthday:";
    private const string BirthdaysTo = "grant:birthday;";

    internal async ValueTask PutAsync(
        LedgerWork work, CustomerId customer, Profile profile, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = work.Profile;
        var program = programs.Current;
        work.Put(profile);
        if (program.Awards?.SignUp is { } rule && before is null)
            await work.DecideAsync(
                new LedgerCommand.Grant(
                    new GrantId("signup"), rule.Points, customer.Value, "Welcome: the first profile", now, "signup")
                {
                    Rule = new GrantRule("signUp", program.Version),
                },
                cancellation);
        var isKept = before?.Birthday == profile.Birthday && work.Account.BirthdayDueAt is not null;
        var due = program.Awards?.Birthday is null || profile.Birthday is not { } birthday ? null
            : isKept ? work.Account.BirthdayDueAt
            : await BirthdayDueAsync(work, customer, birthday, program.DayOf(now), cancellation);
        if (due != work.Account.BirthdayDueAt)
            work.Change(account => account with { BirthdayDueAt = due });
    }

    /// <summary>The start of the next birthday, on or after a day, that the program gives for; null where it gives for none.</summary>
    internal async ValueTask<DateTimeOffset?> BirthdayDueAsync(
        LedgerWork work, CustomerId customer, DateOnly birthday, DateOnly from, CancellationToken cancellation)
    {
        var program = programs.Current;
        if (program.Awards?.Birthday is not { } rule)
            return null;
        var last = work.IsNew ? null : await LastBirthdayAsync(customer, cancellation);
        return Birthdays.Next(birthday, rule.LeapDay, from, last) is { } day ? program.StartOfDay(day) : null;
    }

    /// <summary>The last birthday that was given for. There is one a year at most.</summary>
    private async ValueTask<DateOnly?> LastBirthdayAsync(CustomerId customer, CancellationToken cancellation)
    {
        var given = await store.PageAsync(
            new PartitionQuery(
                customer.Value, LedgerKinds.Entry, 1, Descending: true, IdFrom: BirthdaysFrom, IdTo: BirthdaysTo),
            cancellation);
        return given.Documents is [var latest, ..]
            ? DateOnly.ParseExact(LedgerMapping.ReadEntry(latest).Reference, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;
    }
}
