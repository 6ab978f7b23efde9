using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Members;

public sealed class SignUpAndBirthdayTests
{
    private static readonly DateOnly May10 = new(2026, 5, 10);

    private readonly Shop shop = new(MemberShop.Program, shards: 2);

    [Fact]
    public async Task The_first_profile_makes_a_member_with_the_points_in_the_same_commit()
    {
        shop.Tap.Listen();

        await shop.JoinAsync(Shop.Ann);

        Assert.Equal(["read account", "commit 2", "read satisfaction"], shop.Tap.Requests);
        var entry = Assert.Single((await shop.Reader.LedgerAsync(Shop.Ann, 9, null, default))!.Entries);
        Assert.Equal(("grant:signup", 100L), (entry.Id, entry.Points));
        Assert.Equal(new GrantRule("signUp", 1), ((Fact.Granted)entry.Fact).Rule);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_customer_who_has_bought_becomes_a_member_with_the_first_profile_and_not_again()
    {
        await shop.BuyAsync("p1", 10);
        await shop.JoinAsync(Shop.Ann);
        await shop.JoinAsync(Shop.Ann, birthday: "1990-05-10");

        Assert.Equal((110, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Without_the_rule_a_profile_gives_nothing_and_no_night_is_due_for_it()
    {
        var plain = new Shop();

        await plain.JoinAsync(Shop.Ann, birthday: "1990-05-10");

        Assert.Equal((0, 0, 0, 0), await plain.PointsAsync());
        Assert.Null((await plain.Memory.ReadAsync(Shop.Account(), default))!.DueAt);
    }

    [Fact]
    public async Task Of_64_profiles_at_once_one_gives_the_points()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    await shop.JoinAsync(Shop.Ann, birthday: "1990-05-10");
                    return;
                }
                catch (ContendedException)
                {
                    // Told to come back.
                }
            }
        })));

        Assert.Equal((100, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_birthday_is_given_for_on_its_night_and_the_next_is_planned()
    {
        await shop.JoinAsync(Shop.Ann, birthday: "1990-05-10");
        Assert.Equal(Start(May10), (await AccountAsync()).BirthdayDueAt);

        await shop.NightOfAsync(May10.AddDays(-1));
        Assert.Equal(["grant:signup"], await shop.GrantsAsync());
        await shop.NightOfAsync(May10);

        Assert.Equal(["grant:birthday:2026", "grant:signup"], await shop.GrantsAsync());
        Assert.Equal(Start(May10.AddYears(1)), (await AccountAsync()).BirthdayDueAt);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_birthday_within_the_nights_that_were_missed_counts_and_counts_once()
    {
        await shop.JoinAsync(Shop.Ann, birthday: "1990-05-10");

        await shop.NightOfAsync(May10.AddDays(5));
        await shop.NightOfAsync(May10.AddDays(6));

        Assert.Equal(["grant:birthday:2026", "grant:signup"], await shop.GrantsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_night_that_is_done_twice_changes_nothing()
    {
        await shop.JoinAsync(Shop.Ann, birthday: "1990-05-10");
        await shop.NightOfAsync(May10);
        var before = shop.Stored();

        await shop.NightAsync(May10);

        Assert.Equal(before, shop.Stored());
    }

    [Fact]
    public async Task Who_edits_the_birthday_within_a_year_gains_none_by_it()
    {
        await shop.JoinAsync(Shop.Ann, birthday: "1990-05-10");
        await shop.NightOfAsync(May10);

        await shop.JoinAsync(Shop.Ann, birthday: "1990-05-12");
        await shop.NightOfAsync(May10.AddDays(2));

        Assert.Equal(["grant:birthday:2026", "grant:signup"], await shop.GrantsAsync());
        Assert.Equal(Start(new DateOnly(2027, 5, 12)), (await AccountAsync()).BirthdayDueAt);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_birthday_that_is_taken_back_is_not_given_for()
    {
        await shop.JoinAsync(Shop.Ann, birthday: "1990-05-10");
        await shop.JoinAsync(Shop.Ann);

        await shop.NightOfAsync(May10);

        Assert.Equal(["grant:signup"], await shop.GrantsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_rule_that_is_newer_than_the_profile_reaches_it_with_the_next_night_that_looks()
    {
        var plain = new Shop();
        await plain.JoinAsync(Shop.Ann, birthday: "1990-05-10");
        await plain.BuyAsync("p1", 10);
        foreach (var one in plain.Memory.All())
            await shop.Memory.CommitAsync(
                one.Key.Partition, [new Ports.Write.Upsert(one.Key.Kind, one.Key.Id, one.Body, one.DueAt)], default);

        await shop.NightOfAsync(new DateOnly(2026, 3, 2));
        Assert.Equal(Start(May10), (await AccountAsync()).BirthdayDueAt);
        await shop.NightOfAsync(May10);

        Assert.Equal(["grant:birthday:2026"], await shop.GrantsAsync());
        await shop.AssertProvenAsync();
    }

    private async Task<Account> AccountAsync() =>
        LedgerMapping.ReadAccount((await shop.Memory.ReadAsync(Shop.Account(), default))!.Body).Account;

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
