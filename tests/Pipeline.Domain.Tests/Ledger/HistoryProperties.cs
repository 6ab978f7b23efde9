namespace Pipeline.Domain.Tests;

public sealed class HistoryProperties
{
    [Fact]
    public void After_every_step_of_any_history_the_account_is_what_its_entries_fold_to()
    {
        for (var i = 0; i < 400 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + i;
            var scripts = new Scripts(new Random(seed));
            var (first, second) = (scripts.Program(), scripts.Program(version: 2));
            var script = scripts.History(45);
            var changesAt = script[script.Count * 3 / 4].Clock;
            Scripts.Prove(seed, script, steps => Run(steps, seed, shop =>
                shop.Programs = shop.Now < changesAt ? new ProgramHistory([first]) : new ProgramHistory([first, second])));
        }
    }

    /// <summary>Works every step and proves the ledger after it; a step that was worked before must change nothing.</summary>
    private static void Run(IReadOnlyList<Step> steps, int seed, Action<Shop> before)
    {
        var random = new Random(seed);
        var shop = new Shop();
        var worked = new List<LedgerCommand>();
        foreach (var (at, command) in steps)
        {
            shop.Now = at;
            before(shop);
            if (shop.Send(command, looksFirst: random.Next(2) == 0) is Decision.Accepted)
                worked.Add(command);
            LedgerProof.Check(shop, random);
            if (worked.Count > 0)
                ChangesNothing(shop, Scripts.Asked(worked[random.Next(worked.Count)], at), random);
        }

        foreach (var command in worked)
            ChangesNothing(shop, Scripts.Asked(command, shop.Now), random);
    }

    private static void ChangesNothing(Shop shop, LedgerCommand command, Random random)
    {
        if (command is LedgerCommand.Expire)
            return;
        var before = (shop.Account, shop.Entries.Count);
        var again = shop.Send(command, looksFirst: random.Next(2) == 0);
        Assert.True(again is Decision.Repeated, $"{command} again: {again}");
        Assert.Equal(before, (shop.Account, shop.Entries.Count));
    }
}
