using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Domain;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Insight;

public sealed class WarningNightTests
{
    private static readonly DateTimeOffset Noon = Shop.Opening;

    private readonly Shop shop = new(shards: 2);

    [Fact]
    public async Task A_regular_who_falls_silent_is_warned_of_once_and_the_warning_ends_with_the_next_purchase()
    {
        var slot = await SilentRegularsAsync();
        await shop.NightAsync(slot);
        var warnings = await OpenAsync();
        await NextNightAsync(slot.AddDays(1));

        Assert.Equal(warnings.Select(static one => one.Customer), (await OpenAsync()).Select(static one => one.Customer));
        var warning = warnings.First(static one => one.Customer.StartsWith("quiet", StringComparison.Ordinal));
        Assert.NotEmpty(warning.Warning.Evidence);
        Assert.Equal(
            LogisticModel.LogOddsOf(warning.Warning.Score),
            warning.Warning.Base + warning.Warning.Contributions.Sum(static part => part.LogOdds), 0.01);

        await shop.BuyAsync("back", 40, customer: new(warning.Customer), at: shop.Now.AddHours(-1));
        await NextNightAsync(slot.AddDays(2));

        Assert.DoesNotContain(warning.Customer, (await OpenAsync()).Select(static one => one.Customer));
        var reader = new WarningReader(shop.Memory);
        var closed = Assert.Single((await reader.ListAsync(open: false, 50, null, default)).Warnings);
        Assert.Equal((warning.Customer, "won-back", slot.AddDays(2)), (closed.Customer, closed.Warning.Outcome, closed.Warning.ClosedOn));
        var report = (await shop.InsightReports.ReadAsync(slot.AddDays(2), default))!;
        Assert.Equal(warnings.Count, report.Totals[InsightCounters.WarningsRaised]);
        Assert.Equal(1, report.Totals[InsightCounters.NameOf(warning.Warning.IsHeldOut, WarningOutcome.WonBack)]);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Every_warning_is_told_outside_when_it_is_raised_and_when_it_ends()
    {
        var slot = await SilentRegularsAsync();
        await shop.NightAsync(slot);
        var sink = new Recording();
        var undelivered = new UndeliveredEvents(shop.Memory, shop.Time);
        var publish = new PublishEvents([sink], undelivered, shop.Time, NullLogger<PublishEvents>.Instance);

        await publish.RunAsync(shop.Memory.All().Where(static one => one.Key.Kind == InsightKinds.Signal), default);

        var open = await OpenAsync();
        Assert.Equal(
            open.Select(one => $"{one.Customer}/warning-raised:{slot:yyyy-MM-dd}").Order(),
            sink.Taken.Select(static one => one.Id).Order());
        var first = sink.Taken[0];
        Assert.Equal(("/pipeline/insight", "pipeline.churn.warning-raised"), (first.Source, first.Type));
        var data = JsonDocument.Parse(first.Data).RootElement;
        Assert.Equal(first.Subject, data.GetProperty("customerId").GetString());
        Assert.True(data.GetProperty("evidence").GetArrayLength() >= 1);
    }

    [Fact]
    public async Task Warnings_are_listed_page_by_page_over_all_shards()
    {
        var slot = await SilentRegularsAsync();
        await shop.NightAsync(slot);
        var all = await OpenAsync();
        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var (page, next) = await new WarningReader(shop.Memory).ListAsync(open: true, 3, cursor, default);
            paged.AddRange(page.Select(static one => one.Customer));
            cursor = next;
        }
        while (cursor is not null);

        Assert.Equal(all.Select(static one => one.Customer).Order(), paged.Order());
        await Assert.ThrowsAsync<Pipeline.Runtime.Loyalty.InvalidCursorException>(
            async () => await new WarningReader(shop.Memory).ListAsync(open: true, 3, "nonsense", default));
    }

    private async Task<IReadOnlyList<WarningView>> OpenAsync() =>
        (await new WarningReader(shop.Memory).ListAsync(open: true, 200, null, default)).Warnings;

    private async Task NextNightAsync(DateOnly slot)
    {
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.NightAsync(slot);
    }

    /// <summary>Customers who buy at paces of their own, most of them to the end; some have stopped months ago.</summary>
    private async Task<DateOnly> SilentRegularsAsync()
    {
        var random = new Random(5);
        for (var i = 0; i < 160; i++)
        {
            var isQuiet = i % 4 == 0;
            var pace = 8 + (30 * random.NextDouble());
            var day = -255 + (40 * random.NextDouble());
            for (var n = 0; day < (isQuiet ? -170 : 0); n++, day += 1 - (pace * Math.Log(1 - random.NextDouble())))
                await shop.AcceptAsync(
                    $"p{n}", 20 + i, customer: new($"{(isQuiet ? "quiet" : "busy")}{i}"), at: Noon.AddDays(day));
        }

        await shop.WorkAsync();
        shop.Time.Advance(TimeSpan.FromHours(16));
        return DateOnly.FromDateTime(shop.Now.UtcDateTime);
    }

    private sealed class Recording : IEventSink
    {
        public List<CloudEvent> Taken { get; } = [];

        public string Name => "crm";

        public ValueTask<Delivery> DeliverAsync(CloudEvent cloudEvent, CancellationToken cancellation)
        {
            lock (Taken)
                Taken.Add(cloudEvent);
            return new(Delivery.Done);
        }
    }
}
