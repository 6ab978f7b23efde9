using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Nightly;

public sealed class NightTests
{
    private static readonly DateOnly Slot = new(2027, 4, 5);

    private readonly Shop shop = new(shards: 2, pageSize: 2);

    [Fact]
    public async Task A_night_writes_down_what_has_lapsed_and_reports_it()
    {
        await FillAsync(shop);

        var run = await shop.NightAsync(Slot);

        Assert.Equal(("nightly:2027-04-05", "done", 2, 2), (run.RunId, run.Status, run.ShardsDone, run.Shards));
        Assert.Equal(
            new NightlyReport(Slot, new DateTimeOffset(2027, 4, 5, 0, 0, 0, TimeSpan.Zero), 11, 165, 11, 0, 11, 11, "2027-04-05"), run.Report);
        Assert.Equal(
            ["expiry:1806537600000:2", "purchase:p1"],
            (await shop.Reader.LedgerAsync(new("c3"), 9, null, default))!.Entries.Select(static entry => entry.Id));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_night_changes_no_balance_since_expiry_holds_without_it()
    {
        await FillAsync(shop);
        await shop.BuyAsync("new", 5, customer: new("c1"));
        var before = await shop.PointsAsync(new CustomerId("c1"));

        await shop.NightAsync(Slot);

        Assert.Equal((5, 0, 0, 0), before);
        Assert.Equal(before, await shop.PointsAsync(new CustomerId("c1")));
    }

    [Fact]
    public async Task A_slot_that_is_run_twice_changes_nothing()
    {
        await FillAsync(shop);
        await shop.NightAsync(Slot);
        var before = shop.Stored();
        shop.Time.Advance(TimeSpan.FromHours(1));

        var (_, created) = await shop.Runs.PlanAsync("nightly", Slot, default);
        await shop.NightAsync(Slot);

        Assert.False(created);
        Assert.Equal(before, shop.Stored());
    }

    [Fact]
    public async Task Missed_slots_are_caught_up_in_any_order_and_every_expiry_is_reported_once()
    {
        await FillAsync(shop);
        var slots = new[] { new DateOnly(2027, 4, 5), new DateOnly(2027, 2, 10), new DateOnly(2027, 3, 10) };
        foreach (var slot in slots)
            await shop.Runs.PlanAsync("nightly", slot, default);

        await shop.Pump.DrainAsync(shop.Nightly);

        var (runs, _) = await shop.Runs.ListAsync(10, null, default);
        Assert.Equal(slots.OrderDescending(), runs.Select(static run => run.Slot));
        Assert.All(runs, static run => Assert.Equal("done", run.Status));
        Assert.Equal(165, runs.Sum(static run => run.Report!.ExpiredPoints));
        Assert.Equal(11, runs.Sum(static run => run.Report!.Lots));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Two_slots_that_are_planned_at_one_instant_report_each_its_own()
    {
        await shop.BuyAsync("p1", 10, at: Shop.Opening.AddDays(-31));
        await shop.BuyAsync("p2", 20);
        shop.Time.Advance(TimeSpan.FromDays(400));
        await shop.Runs.PlanAsync("nightly", new DateOnly(2027, 2, 10), default);
        await shop.Runs.PlanAsync("nightly", Slot, default);

        await shop.Pump.DrainAsync(shop.Nightly);

        Assert.Equal(10, (await shop.Runs.GetAsync("nightly:2027-02-10", default))!.Report!.ExpiredPoints);
        Assert.Equal(20, (await shop.Runs.GetAsync("nightly:2027-04-05", default))!.Report!.ExpiredPoints);
    }

    [Fact]
    public async Task A_month_without_nights_loses_nothing()
    {
        await FillAsync(shop);
        shop.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal((0, 0, 0, 0), await shop.PointsAsync(new CustomerId("c4")));
        await shop.BuyAsync("p2", 7, customer: new("c4"));

        var run = await shop.NightAsync(new DateOnly(2027, 5, 5));

        Assert.Equal(165, run.Report!.ExpiredPoints);
        Assert.Equal((7, 0, 0, 0), await shop.PointsAsync(new CustomerId("c4")));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Two_workers_with_every_message_at_the_same_time_report_the_same()
    {
        await FillAsync(shop);
        var expected = await shop.NightAsync(Slot);
        for (var round = 0; round < 30; round++)
        {
            var other = new Shop(shards: 2, pageSize: 2);
            await FillAsync(other);
            await other.Runs.PlanAsync("nightly", Slot, default);

            while (other.Queue.TryReceive(QueueNames.Nightly, 5) is { } lease)
                await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
                    () => other.Pump.WorkAsync(other.Nightly, lease))));

            Assert.Equal(expected.Report, (await other.Runs.GetAsync(expected.RunId, default))!.Report);
            await other.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task A_page_that_is_done_again_behind_a_purchase_that_waited_in_its_queue_counts_the_same()
    {
        await FillAsync(shop);
        await shop.AcceptAsync("waits", 5, customer: new("c1"));
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        var expected = await shop.NightAsync(Slot);
        await shop.WorkAsync();

        // As after a crash between the work of the pages and their results.
        foreach (var page in await PagesAsync())
            await CutAsync(page, ",\"partial\"");
        await CutAsync(new DocumentKey("~runs", "run", "nightly:2027-04-05"), ",\"finishedAtMs\"");
        var again = await shop.NightAsync(Slot);

        Assert.Equal(165, expected.Report!.ExpiredPoints);
        Assert.Equal(expected.Report, again.Report);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_slot_that_has_not_begun_is_refused()
    {
        await FillAsync(shop);

        await Assert.ThrowsAsync<FutureSlotException>(async () =>
            await shop.Runs.PlanAsync("nightly", new DateOnly(2027, 4, 6), default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await shop.Runs.PlanAsync("weekly", Slot, default));
        Assert.Null(await shop.Runs.GetAsync("nightly:2027-04-06", default));
    }

    [Fact]
    public async Task A_slot_begins_in_the_programs_zone()
    {
        var shanghai = new Shop(LoyaltyProgram.Default with { TimeZone = "Asia/Shanghai" });
        shanghai.Time.Advance(new DateTimeOffset(2026, 3, 1, 16, 0, 0, TimeSpan.Zero) - shanghai.Now);

        var run = await shanghai.NightAsync(new DateOnly(2026, 3, 2));

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 16, 0, 0, TimeSpan.Zero), run.Report!.Cut);
        await Assert.ThrowsAsync<FutureSlotException>(async () =>
            await shanghai.Runs.PlanAsync("nightly", new DateOnly(2026, 3, 3), default));
    }

    [Fact]
    public async Task A_run_is_planned_then_running_then_done()
    {
        await FillAsync(shop);
        var (planned, created) = await shop.Runs.PlanAsync("nightly", Slot, default);
        var lease = shop.Queue.TryReceive(QueueNames.Nightly, 1)!;
        await shop.Pump.WorkAsync(shop.Nightly, lease);
        var running = (await shop.Runs.GetAsync(planned.RunId, default))!;
        await shop.Pump.DrainAsync(shop.Nightly);
        var done = (await shop.Runs.GetAsync(planned.RunId, default))!;

        Assert.True(created);
        Assert.Equal(
            ["planned", "running", "done"], new[] { planned.Status, running.Status, done.Status });
        Assert.Null(running.Report);
        Assert.Equal(shop.Now, done.FinishedAt);
        Assert.Null(await shop.Runs.GetAsync("nightly:2001-01-01", default));
    }

    [Fact]
    public async Task Customers_who_come_during_the_run_are_left_to_the_next_night()
    {
        await FillAsync(shop);
        await shop.Runs.PlanAsync("nightly", Slot, default);
        var added = 0;
        shop.Tap.OnRequest = async request =>
        {
            if (request != "scan account" || added >= 20)
                return;
            shop.Tap.OnRequest = null;
            for (; added < 20; added++)
                await shop.BuyAsync("p1", 3, customer: new($"new{added}"), at: Shop.Opening.AddDays(added % 2 == 0 ? 0 : 400));
        };

        await shop.Pump.DrainAsync(shop.Nightly);
        await shop.NightAsync(Slot);
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.NightAsync(Slot.AddDays(1));

        Assert.Equal(165 + 30, (await shop.Runs.ListAsync(9, null, default)).Runs.Sum(static run => run.Report!.ExpiredPoints));
        Assert.Equal((3, 0, 0, 0), await shop.PointsAsync(new CustomerId("new1")));
        await shop.AssertProvenAsync();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"n":"x"}""")]
    [InlineData("""{"n":1,"lots":{"id":["a"],"p":[],"a":[],"e":[]}}""")]
    [InlineData("""{"n":1,"head":"purchase:p1","lots":{"id":["p1"],"p":[5],"a":[9223372036854775807],"e":[1]}}""")]
    [InlineData("null")]
    public async Task A_customer_who_cannot_be_read_is_a_dead_letter_and_the_night_goes_on(string corrupt)
    {
        await FillAsync(shop);
        var good = await shop.StoredAsync(Shop.Account(new("c3")));
        await shop.TamperAsync(Shop.Account(new("c3")), _ => corrupt);

        var run = await shop.NightAsync(Slot);

        Assert.Equal(("done", 10, 152, 1), (run.Status, run.Report!.Customers, run.Report.ExpiredPoints, run.Report.Failed));
        var letter = Assert.Single(await shop.DeadLettersAsync(QueueNames.Nightly));
        Assert.Equal(("nightly:2027-04-05/customer/c3", 10), (letter.Message.MessageId, letter.DeliveryCount));
        Assert.NotEmpty(letter.Reason);

        await shop.TamperAsync(Shop.Account(new("c3")), _ => good);
        await shop.Queue.ReplayAsync(QueueNames.Nightly, letter.Sequence, default);
        await shop.Pump.DrainAsync(shop.Nightly);
        Assert.Contains("c3/entry/expiry:1806537600000:2", string.Join('\n', shop.Stored()), StringComparison.Ordinal);
        await shop.AssertProvenAsync();
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("null", "malformed")]
    [InlineData("{}", "malformed")]
    [InlineData("""{"runId":"nightly:2027-04-05","shard":-1,"page":0}""", "malformed")]
    [InlineData("""{"runId":"nightly:2027-04-05","shard":0,"page":0,"customer":"a b"}""", "malformed")]
    [InlineData("""{"runId":null,"shard":0,"page":0}""", "malformed")]
    [InlineData("""{"runId":"nightly:1999-01-01","shard":0,"page":0}""", "unknown-run")]
    public async Task A_poisoned_message_is_set_aside_with_its_reason(string body, string reason)
    {
        await shop.Queue.SendAsync(
            QueueNames.Nightly, new QueueMessage("m", "s", Encoding.UTF8.GetBytes(body), "f"), default);

        await shop.Pump.DrainAsync(shop.Nightly);

        Assert.Equal(reason, Assert.Single(await shop.DeadLettersAsync(QueueNames.Nightly)).Reason);
    }

    [Fact]
    public async Task With_nothing_due_a_night_reads_no_account()
    {
        for (var i = 0; i < 20; i++)
            await shop.BuyAsync("p1", 10, customer: new($"c{i}"));
        await shop.NightAsync(new DateOnly(2026, 2, 27)); // fits the first models
        shop.Tap.Listen();

        await shop.NightAsync(new DateOnly(2026, 3, 1));

        Assert.DoesNotContain("read account", shop.Tap.Requests);
        Assert.Equal(2, shop.Tap.Requests.Count(static one => one == "scan account"));
        Assert.InRange(shop.Tap.Requests.Count, 1, 48);
    }

    [Fact]
    public async Task A_night_costs_a_customer_of_whom_something_lapsed_the_scan_a_read_and_two_commits()
    {
        await shop.BuyAsync("p1", 10);
        shop.Time.Advance(TimeSpan.FromDays(400));
        await shop.NightAsync(Slot.AddDays(-400)); // fits the first models
        await shop.Runs.PlanAsync("nightly", Slot.AddDays(-394), default);
        await shop.Pump.DrainAsync(shop.Nightly);
        await shop.Runs.PlanAsync("nightly", Slot, default);
        shop.Tap.Listen();

        await shop.Pump.DrainAsync(shop.Nightly);

        var requests = shop.Tap.Requests.Where(static one => one is "read account" or "commit 2" or "commit 3" or "page entry" or "read entry");
        // Expiry; then the account anew, with the insight and the event of its stage; and the night's report.
        Assert.Equal(["commit 2", "read account", "commit 3", "commit 2"], requests);
    }

    [Fact]
    public async Task More_expiries_than_one_command_takes_are_all_written_down()
    {
        var daily = new Shop(LoyaltyProgram.Default with { Expiry = new ExpiryRule.RollingDays(10, ExpiryAlignment.None) });
        for (var i = 0; i < 130; i++)
            await daily.BuyAsync($"p{i}", 1, at: Shop.Opening.AddHours(-i));
        daily.Time.Advance(TimeSpan.FromDays(20));

        var run = await daily.NightAsync(new DateOnly(2026, 3, 20));

        Assert.Equal((1, 130, 130), (run.Report!.Customers, run.Report.ExpiredPoints, run.Report.Lots));
        await daily.AssertProvenAsync();
    }

    /// <summary>Eleven customers with 10 to 20 points each, all lapsed by the slot, at three instants.</summary>
    private static async Task FillAsync(Shop shop)
    {
        for (var i = 0; i < 11; i++)
            await shop.BuyAsync("p1", 10 + i, customer: new($"c{i}"), at: Shop.Opening.AddDays(-31 * (i % 3)));
        shop.Time.Advance(TimeSpan.FromDays(400));
    }

    private async Task<IReadOnlyList<DocumentKey>> PagesAsync() =>
        [.. (await shop.Memory.PageAsync(new("~run:nightly:2027-04-05", "page", 100), default)).Documents.Select(static one => one.Key)];

    private Task CutAsync(DocumentKey key, string from) =>
        shop.TamperAsync(key, text => text[..text.IndexOf(from, StringComparison.Ordinal)] + "}");
}
