using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Local.Hosting;
using Pipeline.Local.Timers;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Local.Tests.Timers;

public sealed class NightlyTimerTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly ManualTime time = new(At("2026-06-01T12:00:00Z"));
    private ServiceProvider services = null!;

    public async Task InitializeAsync()
    {
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(time)
            .AddUseCases(new SqliteOptions { Folder = folder.Data })
            .BuildServiceProvider();
        await services.GetRequiredService<LoadedPrograms>().LoadAsync(null, default);
    }

    public async Task DisposeAsync()
    {
        await services.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_new_folder_has_missed_nothing()
    {
        var wait = await Timer().PlanDueAsync(default);

        Assert.Empty(await SlotsAsync());
        Assert.Equal(TimeSpan.FromHours(14), wait);
    }

    [Fact]
    public async Task A_slot_is_planned_once_however_often_it_is_looked_at()
    {
        await Timer().PlanDueAsync(default);
        time.Set(At("2026-06-02T02:00:00Z"));

        await Timer().PlanDueAsync(default);
        await Timer().PlanDueAsync(default);

        Assert.Equal([new DateOnly(2026, 6, 2)], await SlotsAsync());
    }

    [Fact]
    public async Task Slots_that_were_missed_while_the_host_was_down_are_planned_at_its_start()
    {
        await Timer().PlanDueAsync(default);
        time.Set(At("2026-06-05T01:00:00Z"));

        await Timer().PlanDueAsync(default);

        Assert.Equal([new(2026, 6, 4), new(2026, 6, 3), new(2026, 6, 2)], await SlotsAsync());
    }

    [Fact]
    public async Task Of_a_long_absence_only_the_last_31_slots_are_planned()
    {
        await Timer().PlanDueAsync(default);
        time.Set(At("2027-06-01T12:00:00Z"));

        await Timer().PlanDueAsync(default);

        var slots = await SlotsAsync();
        Assert.Equal(31, slots.Length);
        Assert.Equal(new DateOnly(2027, 6, 1), slots[0]);
    }

    private NightlyTimer Timer() => new(
        services.GetRequiredService<NightlyRuns>(),
        new TimerMemory(services.GetRequiredService<IDocumentStore>()),
        services.GetRequiredService<IProgramSource>(),
        new TimerOptions(),
        time,
        NullLogger<NightlyTimer>.Instance);

    private async Task<DateOnly[]> SlotsAsync() =>
        [.. (await services.GetRequiredService<NightlyRuns>().ListAsync(100, null, default)).Runs.Select(run => run.Slot)];

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant);
}
