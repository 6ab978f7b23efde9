namespace Pipeline.Domain.Tests;

/// <summary>What a night finds to tell, and when it has to look again.</summary>
public sealed class NightNoticesTests
{
    private static readonly TierRules Rules = Ladders.Points(new TierPeriod.CalendarYear(), graceDays: 31);

    [Fact]
    public void A_level_is_news_for_the_commit_that_reaches_it_and_never_again_while_it_holds()
    {
        var shop = Ladders.Having(Rules, "2026-03-01 120");
        var (mark, reached) = TierNews.Of(shop.Account, shop.Programs.Latest.Program, Ladders.Day("2026-03-01"));
        Assert.Equal(new TierMark("Silver", Ladders.Day("2026-03-01")), mark);
        Assert.Equal("tier-reached:2026-03-01:1", reached!.Id);
        var told = shop.Account with { TierMark = mark };
        Assert.Equal((mark, null), TierNews.Of(told, shop.Programs.Latest.Program, Ladders.Day("2026-09-01")));
    }

    [Fact]
    public void The_first_level_is_marked_and_is_no_news()
    {
        var shop = Ladders.Having(Rules, "2026-03-01 1");
        var (mark, reached) = TierNews.Of(shop.Account, shop.Programs.Latest.Program, Ladders.Day("2026-03-01"));
        Assert.Equal((new TierMark("Basic", Ladders.Day("2026-03-01")), null), (mark!.Value, reached));
    }

    [Fact]
    public void A_purchase_of_long_ago_is_no_news_today()
    {
        var shop = Ladders.Having(Rules, "2011-03-01 500");
        Assert.Null(TierNews.Of(shop.Account, shop.Programs.Latest.Program, Ladders.Day("2026-03-01")).Reached);
    }

    [Fact]
    public void A_level_that_will_drop_is_told_so_many_days_before_and_is_looked_for_then()
    {
        var shop = Told(Ladders.Having(Program(new NoticeRules([], 30, false)), "2026-03-01 120"), "2026-03-01", out var account);
        var early = NightNotices.Of(account, account.Tiers, shop.Programs.Latest.Program, Ladders.Day("2028-01-01"));
        Assert.Empty(early.Notices);
        Assert.Equal(At("2028-01-02"), early.DueAt);
        var due = NightNotices.Of(account, account.Tiers, shop.Programs.Latest.Program, Ladders.Day("2028-01-02"));
        Assert.Equal(
            new Notice.TierWillDrop(
                "Silver", 1, Ladders.Day("2028-02-01"), "Basic", new TierMissing("Silver", 100, null, Ladders.Day("2028-01-31")))
            {
                On = Ladders.Day("2028-01-02"),
            },
            Assert.Single(due.Notices));
        Assert.Equal(At("2028-02-01"), due.DueAt);
    }

    [Fact]
    public void The_night_that_finds_a_level_lost_tells_it_and_marks_the_one_below()
    {
        var shop = Told(Ladders.Having(Rules, "2026-03-01 120"), "2026-03-01", out var account);
        var night = NightNotices.Of(account, account.Tiers, shop.Programs.Latest.Program, Ladders.Day("2028-02-01"));
        var dropped = Assert.IsType<Notice.TierDropped>(Assert.Single(night.Notices));
        Assert.Equal(("Silver", "Basic", "tier-dropped:2028-02-01:0"), (dropped.From, dropped.Level, dropped.Id));
        Assert.Equal(new TierMark("Basic", Ladders.Day("2028-02-01")), night.Mark);
        Assert.Null(night.DueAt);
        var again = account with { TierMark = night.Mark };
        Assert.Empty(NightNotices.Of(again, again.Tiers, shop.Programs.Latest.Program, Ladders.Day("2028-02-02")).Notices);
    }

    [Fact]
    public void A_slot_before_the_last_news_that_is_done_late_tells_no_level()
    {
        var shop = Ladders.Having(Rules, "2026-03-01 120");
        var account = shop.Account with { TierMark = new TierMark("Basic", Ladders.Day("2028-02-01")) };
        var night = NightNotices.Of(account, account.Tiers, shop.Programs.Latest.Program, Ladders.Day("2028-01-15"));
        Assert.Empty(night.Notices);
        Assert.Equal(account.TierMark, night.Mark);
    }

    [Fact]
    public void Points_that_expire_are_told_by_the_days_that_were_asked_for()
    {
        var program = LoyaltyProgram.Default with { Expiry = Commands.Days(40), Notices = new NoticeRules([30, 7], null, false) };
        var shop = Ladders.Having(program, "2026-03-01 20", "2026-03-01 5", "2026-03-05 8");
        Assert.Equal(("", At("2026-03-11")), Night("2026-03-10"));
        Assert.Equal(("points-expiring:2026-04-10:30=25", At("2026-03-15")), Night("2026-03-11"));
        Assert.Equal(
            ("points-expiring:2026-04-10:30=25 points-expiring:2026-04-14:30=8", At("2026-04-03")), Night("2026-03-15"));
        Assert.Equal(
            ("points-expiring:2026-04-10:7=25 points-expiring:2026-04-14:30=8", At("2026-04-07")), Night("2026-04-03"));
        Assert.Equal(("points-expiring:2026-04-14:7=8", null), Night("2026-04-11"));
        Assert.Equal(("", null), Night("2026-04-15"));

        (string Told, DateTimeOffset? DueAt) Night(string day)
        {
            var night = NightNotices.Of(shop.Account, null, program, Ladders.Day(day));
            return (string.Join(" ", night.Notices.OfType<Notice.PointsExpiring>().Select(n => $"{n.Id}={n.Points}")), night.DueAt);
        }
    }

    [Fact]
    public void An_account_is_due_at_the_earliest_of_what_a_night_has_to_do()
    {
        var shop = Ladders.Having(Rules, "2026-03-01 120");
        var tell = At("2026-02-01");
        Assert.Equal(shop.Account.InsightDueAt, shop.Account.NightDueAt);
        Assert.Equal(tell, (shop.Account with { NoticeDueAt = tell }).NightDueAt);
        Assert.Equal(tell, (Account.New with { NoticeDueAt = tell }).NightDueAt);
        Assert.Null(Account.New.NightDueAt);
    }

    [Fact]
    public void A_late_purchase_that_folds_the_history_keeps_what_nights_noted()
    {
        var shop = Ladders.Having(Rules, "2026-03-01 60", "2026-05-01 -1");
        var noted = shop.Account with
        {
            HasFeedback = true,
            TierMark = new TierMark("Basic", Ladders.Day("2026-03-01")),
            NoticeDueAt = At("2026-06-01"),
        };
        var decision = Ledger.Decide(
            new LedgerView(noted) { History = [.. shop.Entries] }, shop.Bought("late", 5, Ladders.Noon("2026-04-01")), shop.Programs);
        var after = Assert.IsType<Decision.Accepted>(decision).Account;
        Assert.Equal(
            (true, noted.TierMark, noted.NoticeDueAt), (after.HasFeedback, after.TierMark, after.NoticeDueAt));
    }

    private static LoyaltyProgram Program(NoticeRules notices) => Ladders.Program(Rules) with { Notices = notices };

    private static Shop Told(Shop shop, string day, out Account account)
    {
        account = shop.Account with { TierMark = TierNews.Of(shop.Account, shop.Programs.Latest.Program, Ladders.Day(day)).Mark };
        return shop;
    }

    private static DateTimeOffset At(string day) => Ladders.Noon(day).AddHours(-12);
}
