using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Nightly;

public sealed class NightlyPlannerTests
{
    private readonly Shop shop = new();

    public NightlyPlannerTests() => Set(At("2026-06-01T12:00:00Z"));

    [Fact]
    public async Task A_new_store_has_missed_nothing()
    {
        var next = await Planner().PlanDueAsync(default);

        Assert.Empty(await SlotsAsync());
        Assert.Equal(At("2026-06-02T02:00:00Z"), next);
    }

    [Fact]
    public async Task A_slot_is_planned_once_however_often_it_is_looked_at()
    {
        await Planner().PlanDueAsync(default);
        Set(At("2026-06-02T02:00:00Z"));

        await Planner().PlanDueAsync(default);
        await Planner().PlanDueAsync(default);

        Assert.Equal([new DateOnly(2026, 6, 2)], await SlotsAsync());
    }

    [Fact]
    public async Task Slots_that_were_missed_while_no_host_ran_are_planned_by_the_next()
    {
        await Planner().PlanDueAsync(default);
        Set(At("2026-06-05T01:00:00Z"));

        await Planner().PlanDueAsync(default);

        Assert.Equal([new(2026, 6, 4), new(2026, 6, 3), new(2026, 6, 2)], await SlotsAsync());
    }

    [Fact]
    public async Task Of_a_long_absence_only_the_last_31_slots_are_planned()
    {
        await Planner().PlanDueAsync(default);
        Set(At("2027-06-01T12:00:00Z"));

        await Planner().PlanDueAsync(default);

        var slots = await SlotsAsync();
        Assert.Equal(31, slots.Length);
        Assert.Equal(new DateOnly(2027, 6, 1), slots[0]);
    }

    private NightlyPlanner Planner() => new(
        shop.Runs, new TimerMemory(shop.Memory), shop.Programs, new TimerOptions(), shop.Time,
        NullLogger<NightlyPlanner>.Instance);

    private void Set(DateTimeOffset instant) => shop.Time.Advance(instant - shop.Time.GetUtcNow());

    private async Task<DateOnly[]> SlotsAsync() =>
        [.. (await shop.Runs.ListAsync(100, null, default)).Runs.Select(run => run.Slot)];

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant);
}
