using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Insight;

/// <summary>What insight and feedback know of each other, and how staff end warnings.</summary>
public sealed class WarningDeskTests
{
    private readonly Shop shop = new(shards: 2);

    private WarningDesk Desk => new(shop.Tap, shop.Programs, shop.Time);

    [Fact]
    public async Task What_staff_say_of_a_warning_ends_it_at_once_and_the_next_night_counts_it_once()
    {
        var slot = await NightAsync();
        var warning = (await OpenAsync())[0];
        var customer = new CustomerId(warning.Customer);

        var ended = await Desk.EndAsync(customer, slot, WarningOutcome.Lost, default);
        var again = await Desk.EndAsync(customer, slot, WarningOutcome.Lost, default);
        var otherwise = await Desk.EndAsync(customer, slot, WarningOutcome.WonBack, default);

        Assert.False(Assert.IsType<EndedWarning.Done>(ended).Replayed);
        Assert.True(Assert.IsType<EndedWarning.Done>(again).Replayed);
        Assert.IsType<EndedWarning.EndedOtherwise>(otherwise);
        Assert.IsType<EndedWarning.Unknown>(await Desk.EndAsync(customer, slot.AddDays(1), WarningOutcome.Lost, default));
        Assert.DoesNotContain(warning.Customer, (await OpenAsync()).Select(static one => one.Customer));
        for (var night = 1; night <= 2; night++)
        {
            shop.Time.Advance(TimeSpan.FromDays(1));
            await shop.NightAsync(slot.AddDays(night));
            var totals = (await shop.InsightReports.ReadAsync(slot.AddDays(night), default))!.Totals;
            Assert.Equal(1, totals[InsightCounters.NameOf(warning.Warning.IsHeldOut, WarningOutcome.Lost)]);
        }

        Assert.DoesNotContain(warning.Customer, (await OpenAsync()).Select(static one => one.Customer));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task What_staff_say_while_a_night_is_at_the_customer_is_not_written_over()
    {
        var slot = await NightAsync();
        var open = await OpenAsync();
        var desk = new WarningDesk(shop.Memory, shop.Programs, shop.Time);
        shop.Time.Advance(TimeSpan.FromDays(7));
        var (hasRead, hasEnded) = (false, false);
        shop.Tap.OnRequest = async request =>
        {
            hasRead |= request == "read insight";
            if (!hasRead || hasEnded || !request.StartsWith("commit", StringComparison.Ordinal))
                return;
            hasEnded = true;
            foreach (var one in open)
                await desk.EndAsync(new CustomerId(one.Customer), slot, WarningOutcome.Lost, default);
        };

        await shop.NightAsync(slot.AddDays(7));
        shop.Tap.OnRequest = null;
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.NightAsync(slot.AddDays(8));

        var totals = (await shop.InsightReports.ReadAsync(slot.AddDays(8), default))!.Totals;
        Assert.True(hasEnded);
        Assert.Equal(
            open.Count,
            totals.GetValueOrDefault(InsightCounters.NameOf(isHeldOut: true, WarningOutcome.Lost))
            + totals.GetValueOrDefault(InsightCounters.NameOf(isHeldOut: false, WarningOutcome.Lost)));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_warning_of_a_customer_of_high_value_opens_a_case_and_one_that_is_held_out_opens_none()
    {
        await NightAsync();
        var warnings = await OpenAsync();
        var withCase = warnings.Where(static one => one.Warning.Case is not null).ToList();

        Assert.NotEmpty(withCase);
        Assert.All(warnings.Where(static one => one.Warning.Action == "none"), static one => Assert.Null(one.Warning.Case));
        foreach (var one in withCase)
        {
            var file = (await shop.Cases.GetAsync(new CaseId(one.Warning.Case!), default))!;
            Assert.Equal((one.Customer, CaseStatus.Open), (file.Customer!.Value.Value, file.Status));
        }
    }

    [Fact]
    public async Task Bad_feedback_raises_the_score_that_the_next_night_tells_and_a_good_one_does_not()
    {
        var slot = await NightAsync();
        var before = await ChurnAsync("busy1");
        await shop.HearAsync("f-bad", customer: "busy1", csat: 1, nps: 0);
        shop.Time.Advance(TimeSpan.FromDays(1));

        var run = await shop.NightAsync(slot.AddDays(1));

        Assert.InRange(run.Report!.Scored, 1, 40);
        Assert.True(await ChurnAsync("busy1") > before);
        var view = await new InsightReader(shop.Tap, shop.Programs, shop.Models, shop.InsightReports, shop.Signals)
            .CustomerAsync(new CustomerId("busy1"), default);
        Assert.Contains(view!.Churn!.Contributions, static part => part is { Name: "open-cases", LogOdds: > 0 });
        Assert.Contains(view.Churn.Contributions, static part => part is { Name: "satisfaction", LogOdds: > 0 });
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task How_a_customer_stands_is_known_to_feedback_from_the_night_on()
    {
        var standings = new InsightStandings(shop.Tap, shop.Programs, shop.Time);
        Assert.Equal(Standing.Unknown, await standings.OfAsync(new CustomerId("busy159"), default));

        await NightAsync();

        Assert.True((await standings.OfAsync(new CustomerId("busy159"), default)).IsHighValue);
        Assert.False((await standings.OfAsync(new CustomerId("busy1"), default)).IsHighValue);
        Assert.NotEqual(Standing.NoStage, (await standings.OfAsync(new CustomerId("busy1"), default)).Stage);
    }

    private async Task<IReadOnlyList<WarningView>> OpenAsync() =>
        (await new WarningReader(shop.Memory).ListAsync(open: true, 200, null, default)).Warnings;

    private async Task<double> ChurnAsync(string customer) => InsightJson.ReadInsight(
        (await shop.Memory.ReadAsync(InsightKinds.InsightOf(customer), default))!)
        .Now.Churn!.Value;

    /// <summary>A night over customers who buy at paces of their own, the later numbers for more; some have stopped.</summary>
    private async Task<DateOnly> NightAsync()
    {
        var random = new Random(5);
        for (var i = 0; i < 160; i++)
        {
            var isQuiet = i % 4 == 0;
            var pace = 8 + (30 * random.NextDouble());
            var day = -255 + (40 * random.NextDouble());
            for (var n = 0; day < (isQuiet ? -100 : 0); n++, day += 1 - (pace * Math.Log(1 - random.NextDouble())))
                await shop.AcceptAsync(
                    $"p{n}", 20 + (i * i), customer: new($"{(isQuiet ? "quiet" : "busy")}{i}"), at: Shop.Opening.AddDays(day));
        }

        await shop.WorkAsync();
        shop.Time.Advance(TimeSpan.FromHours(16));
        var slot = DateOnly.FromDateTime(shop.Now.UtcDateTime);
        await shop.NightAsync(slot);
        return slot;
    }
}
