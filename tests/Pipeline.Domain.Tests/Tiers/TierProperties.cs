namespace Pipeline.Domain.Tests;

public sealed class TierProperties
{
    /// <summary>Spending is a hold and its capture; what it takes are points, never what counted towards a level.</summary>
    [Fact]
    public void No_level_on_any_day_depends_on_whether_points_were_spent()
    {
        for (var i = 0; i < 200 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 700_000 + i;
            var scripts = new Scripts(new Random(seed));
            var program = Tiered(scripts);
            // No purchase names a hold: it is then the same purchase whether or not there is one.
            var script = scripts.History(40).Where(step => step.Command is not LedgerCommand.Purchase { Hold: not null }).ToList();
            Scripts.Prove(seed, script, steps =>
            {
                var (spender, saver) = (new Shop(program), new Shop(program));
                foreach (var (clock, command) in steps)
                {
                    (spender.Now, saver.Now) = (clock, clock);
                    spender.Send(command);
                    if (command is LedgerCommand.Purchase or LedgerCommand.Refund)
                        saver.Send(command);
                }

                Assert.Equal(saver.Account.Tiers, spender.Account.Tiers);
                Assert.Equal(Levels(saver, program), Levels(spender, program));
            });
        }
    }

    [Fact]
    public void Without_facts_levels_only_fall_and_on_the_day_that_was_told()
    {
        for (var i = 0; i < 300 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 800_000 + i;
            var scripts = new Scripts(new Random(seed));
            var program = Tiered(scripts);
            Scripts.Prove(seed, scripts.History(20), steps =>
            {
                var shop = Worked(program, steps);
                if (shop.Account.Tiers is not { } progress)
                    return;
                var day = program.DayOf(scripts.Clock);
                for (var n = 0; n < 12 && progress.StandingAt(program.Tiers!, day, null) is { Until: { } until } standing; n++)
                {
                    Assert.True(until > day);
                    Assert.Equal(standing.Level, progress.LevelAt(program.Tiers!, until.AddDays(-1)));
                    Assert.Equal(standing.After, progress.LevelAt(program.Tiers!, until));
                    Assert.True(standing.After!.Threshold < standing.Level.Threshold);
                    day = until;
                }

                Assert.Equal("Basic", progress.LevelAt(program.Tiers!, day).Name);
            });
        }
    }

    [Fact]
    public void What_is_missing_is_exactly_what_reaches_or_keeps_a_level()
    {
        var (reached, kept) = (0, 0);
        for (var i = 0; i < 300 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 900_000 + i;
            var scripts = new Scripts(new Random(seed));
            var period = Tiered(scripts).Tiers!.Period;
            var program = Ladders.Program(Ladders.Points(period, new Random(seed).Next(2) * 31));
            var shop = Worked(program, scripts.History(20));
            shop.Now = scripts.Clock;
            var day = program.DayOf(shop.Now);
            var standing = (shop.Account.Tiers ?? TierProgress.None(program.Tiers!.Shape)).StandingAt(program.Tiers!, day, null);
            if (standing is { Next: { Missing: > 0 } next })
            {
                Assert.NotEqual(next.Name, LevelWith(next.Missing - 1, day));
                Assert.Equal(next.Name, LevelWith(next.Missing, day));
                reached++;
            }

            if (standing is { Keep: { Missing: > 0 } keep, Until: { } until })
            {
                Assert.NotEqual(keep.Name, LevelWith(keep.Missing - 1, until, keep.From));
                Assert.Equal(keep.Name, LevelWith(keep.Missing, until, keep.From));
                kept++;
            }

            string LevelWith(long points, DateOnly on, DateOnly? from = null)
            {
                var before = shop.Account.Tiers ?? TierProgress.None(program.Tiers!.Shape);
                return before.Bought(Bought(points), from ?? day).LevelAt(program.Tiers!, on).Name;
            }
        }

        Assert.True(reached > 50 && kept > 50, $"only {reached} were reached and {kept} kept");
    }

    private static Fact.Purchased Bought(long points) => new(
        new PurchaseId("more"), 1, points, Shop.Start, null, new PurchaseTerms(Baskets.Currency("GBP"), null, 0, 0, 0),
        [], [new AwardPart(Earning.BaseRule, points, points, "")], null);

    private static LoyaltyProgram Tiered(Scripts scripts)
    {
        while (true)
            if (scripts.Program() is { Tiers: not null } program)
                return program;
    }

    private static Shop Worked(LoyaltyProgram program, IEnumerable<Step> steps)
    {
        var shop = new Shop(program);
        foreach (var (clock, command) in steps)
        {
            shop.Now = clock;
            shop.Send(command);
        }

        return shop;
    }

    private static string Levels(Shop shop, LoyaltyProgram program) => shop.Account.Tiers is not { } progress ? "" :
        string.Join(" ", Enumerable.Range(0, 60).Select(month =>
            progress.LevelAt(program.Tiers!, program.DayOf(Shop.Start).AddMonths(month)).Name));
}
