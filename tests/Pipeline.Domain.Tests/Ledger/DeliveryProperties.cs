namespace Pipeline.Domain.Tests;

/// <summary>
/// Purchases and refunds travel by queue. A message is recorded at one moment and delivered at any later one, once or
/// more; what is asked at the desk (holds, captures, releases) is answered at its own moment; expiry runs at any.
/// </summary>
public sealed class DeliveryProperties
{
    /// <summary>
    /// All desk operations come before the first delivery, and the purchases that they need have arrived, so that
    /// every order of delivery sees the same of them accepted.
    /// </summary>
    [Theory]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Every_order_and_every_repetition_of_a_few_messages_ends_in_the_same_ledger(int messages, bool all)
    {
        for (var i = 0; i < (all ? 6 : 12) * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + (1000 * messages) + i;
            var scripts = new Scripts(new Random(seed));
            var program = scripts.Program();
            var before = Before(scripts, new Random(seed));
            var late = Enumerable.Range(0, messages).Select(n => Message(scripts, new Random(seed + n), n)).ToList();
            var end = scripts.Clock;
            string? expected = null;
            var random = new Random(seed);
            foreach (var order in Orders(messages, all, random))
                Scripts.Prove(seed, [.. before, .. order.Select(n => late[n])], steps =>
                {
                    // A smaller script has another end, so it is held to its own first order.
                    var state = Work(program, steps, end, random.Next(4) == 0 ? random : null).State;
                    var straight = steps.Count == before.Count + order.Length
                        ? expected ??= state
                        : Work(program, [.. steps.Take(before.Count), .. steps.Skip(before.Count).Distinct().OrderBy(s => late.IndexOf(s))], end, null).State;
                    Assert.True(straight == state, $"{straight}{Environment.NewLine}is not{Environment.NewLine}{state}");
                });
        }
    }

    /// <summary>
    /// Deliveries fall between the desk operations too, never before their recording. What the desk accepts may then
    /// depend on what has arrived, and a purchase may come before the hold that it names: runs are compared where the
    /// desk accepted the same and every purchase found its hold or none did.
    /// </summary>
    [Fact]
    public void Wherever_up_to_forty_messages_fall_between_the_same_accepted_holds_the_ledger_ends_the_same()
    {
        var compared = 0;
        for (var i = 0; i < 40 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 50_000 + i;
            var random = new Random(seed);
            var scripts = new Scripts(random);
            var program = scripts.Program();
            var posted = Posted(scripts, random, random.Next(10, 60));
            var end = scripts.Clock;
            var byDesk = new Dictionary<string, (string State, List<Step> Steps)>();
            for (var run = 0; run < 12; run++)
            {
                var steps = Delivered(posted, end, random);
                var (state, desk) = Work(program, steps, end, run % 3 == 0 ? null : random);
                if (!byDesk.TryAdd(desk, (state, steps)))
                {
                    compared++;
                    Assert.True(byDesk[desk].State == state,
                        $"PIPELINE_SEED={seed}: {byDesk[desk].State}{Environment.NewLine}is not{Environment.NewLine}{state}"
                        + $"{Environment.NewLine}{Scripts.Describe(byDesk[desk].Steps)}or{Environment.NewLine}{Scripts.Describe(steps)}");
                }
            }
        }

        Assert.True(compared > 100, $"only {compared} runs had the same desk");
    }

    [Fact]
    public void Expiry_that_runs_never_once_or_all_the_time_leaves_the_same_balance()
    {
        for (var i = 0; i < 150 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 90_000 + i;
            var scripts = new Scripts(new Random(seed));
            var program = scripts.Program();
            var script = scripts.History(40).Where(step => step.Command is not LedgerCommand.Expire).ToList();
            Scripts.Prove(seed, script, steps =>
            {
                var never = Work(program, steps, scripts.Clock, null);
                var often = Work(program, steps, scripts.Clock, new Random(seed));
                var always = Work(program, steps, scripts.Clock, new Random(seed), always: true);
                Assert.Equal(never, often);
                Assert.Equal(never, always);
            });
        }
    }

    /// <summary>A purchase or two and what the desk does with their points.</summary>
    private static List<Step> Before(Scripts scripts, Random random)
    {
        var steps = new List<Step>();
        for (var n = 0; n < 8; n++)
        {
            scripts.Pass();
            LedgerCommand command = random.Next(6) switch
            {
                _ when n < 2 => scripts.Purchase($"p{n}", null),
                0 => scripts.Purchase($"p{n}", null),
                1 or 2 => scripts.Hold($"h{n}"),
                3 => new LedgerCommand.Capture(new HoldId($"h{random.Next(2, 8)}"), scripts.Clock),
                4 => new LedgerCommand.Release(new HoldId($"h{random.Next(2, 8)}"), scripts.Clock),
                _ => scripts.Refund($"r{100 + n}", $"p{random.Next(3)}"),
            };
            steps.Add(new Step(scripts.Clock, command));
        }

        return steps;
    }

    private static Step Message(Scripts scripts, Random random, int n)
    {
        scripts.Pass();
        LedgerCommand command = random.Next(2) == 0
            ? scripts.Purchase($"p{20 + n}", $"h{random.Next(2, 8)}")
            : scripts.Refund($"r{n}", random.Next(3) == 0 ? $"p{random.Next(3)}" : $"p{random.Next(20, 23)}");
        return new Step(scripts.Clock, command);
    }

    private static List<Step> Posted(Scripts scripts, Random random, int count)
    {
        var steps = new List<Step>(count);
        for (var n = 0; n < count; n++)
        {
            scripts.Pass();
            LedgerCommand command = random.Next(10) switch
            {
                < 4 => scripts.Purchase($"p{n}", $"h{random.Next(3)}"),
                < 7 => scripts.Refund($"r{n}", $"p{random.Next(n + 3)}"),
                7 or 8 => scripts.Hold($"h{random.Next(3)}"),
                _ when random.Next(4) == 0 => scripts.Grant($"g{n}"),
                _ when random.Next(4) == 0 => new LedgerCommand.Restore(new HoldId($"h{random.Next(3)}"), scripts.Clock),
                _ when random.Next(3) > 0 => new LedgerCommand.Capture(new HoldId($"h{random.Next(3)}"), scripts.Clock),
                _ => new LedgerCommand.Release(new HoldId($"h{random.Next(3)}"), scripts.Clock),
            };
            steps.Add(new Step(scripts.Clock, command));
        }

        return steps;
    }

    /// <summary>Every message once or twice, at a moment from its recording on; the desk as it was.</summary>
    private static List<Step> Delivered(List<Step> posted, DateTimeOffset end, Random random)
    {
        var steps = new List<Step>();
        var haste = random.Next(1, 6);
        foreach (var step in posted)
        {
            if (step.Command is LedgerCommand.PlaceHold or LedgerCommand.Capture or LedgerCommand.Release or LedgerCommand.Restore
                or LedgerCommand.Grant)
            {
                steps.Add(step);
                continue;
            }

            for (var copies = random.Next(4) == 0 ? 2 : 1; copies > 0; copies--)
            {
                var left = (long)(end - step.Clock).TotalMilliseconds;
                steps.Add(step with { Clock = step.Clock.AddMilliseconds(random.NextInt64((left / (1 << haste)) + 1)) });
            }
        }

        return [.. steps.OrderBy(step => step.Clock)];
    }

    /// <summary>
    /// Works the steps, with expiry runs at random between them where there is a <paramref name="random"/>. A message
    /// that is listed after a later one is delivered late; one whose hold has no points waits for nobody.
    /// </summary>
    private static (string State, string Desk) Work(
        LoyaltyProgram program, IReadOnlyList<Step> steps, DateTimeOffset end, Random? random, bool always = false)
    {
        var shop = new Shop(program);
        var desk = new List<string>();
        foreach (var (at, command) in steps)
        {
            shop.Now = at > shop.Now ? at : shop.Now;
            if (random is not null && (always || random.Next(3) == 0))
                shop.Send(new LedgerCommand.Expire(shop.Now, shop.Now));
            var decision = shop.Send(command);
            if (command is not (LedgerCommand.Purchase or LedgerCommand.Refund))
                desk.Add(decision is Decision.Accepted or Decision.Repeated ? "yes" : "no");
            else
                Assert.True(decision is Decision.Accepted or Decision.Repeated or Decision.Mismatched, $"{command}: {decision}");
        }

        shop.Now = end;
        if (random is not null && random.Next(2) == 0)
            shop.Send(new LedgerCommand.Expire(end, end));
        var paidWith = shop.Entries
            .Where(entry => entry.Fact is Fact.Purchased { Redeemed: not null })
            .Select(entry => entry.Id)
            .Order(StringComparer.Ordinal);
        return (State(shop), string.Join(" ", [.. desk, .. paidWith]));
    }

    private static string State(Shop shop)
    {
        int[] days = [0, 1, 3, 10, 31, 400];
        var balances = days.Select(day => LedgerProof.Describe(shop.Account.BalanceAt(shop.Now.AddDays(day))));
        var books = shop.Books.Values
            .Where(book => !book.Refunds.IsEmpty)
            .OrderBy(book => book.Purchase.Value, StringComparer.Ordinal)
            .Select(book => $"{book.Purchase} {(book.IsWhole ? "whole" : "")} {string.Join(" ", book.Refunds.Select(r => $"{r.Id} {r.Outcome}"))}");
        var purchases = shop.Entries
            .Select(entry => entry.Fact)
            .OfType<Fact.Purchased>()
            .OrderBy(bought => bought.Purchase.Value, StringComparer.Ordinal)
            .Select(bought => $"{bought.Purchase} {bought.Points} {bought.ActiveAt:O} {bought.ExpiresAt:O} {bought.Redeemed} {bought.Rejection}");
        return string.Join(Environment.NewLine, [.. balances, .. books, .. purchases]);
    }

    /// <summary>All orders of so many messages: each once or twice in every way, or each in every order with some repeated.</summary>
    private static IEnumerable<int[]> Orders(int messages, bool all, Random random)
    {
        if (!all)
        {
            foreach (var order in Arrangements([.. Enumerable.Repeat(1, messages)], messages))
                yield return [.. order, .. Enumerable.Range(0, messages).Where(_ => random.Next(2) == 0)];
            yield break;
        }

        for (var twice = 0; twice < 1 << messages; twice++)
        {
            var copies = Enumerable.Range(0, messages).Select(n => (twice >> n & 1) + 1).ToArray();
            foreach (var order in Arrangements(copies, copies.Sum()))
                yield return order;
        }
    }

    private static IEnumerable<int[]> Arrangements(int[] copies, int left)
    {
        if (left == 0)
        {
            yield return [];
            yield break;
        }

        for (var n = 0; n < copies.Length; n++)
        {
            if (copies[n] == 0)
                continue;
            copies[n]--;
            foreach (var rest in Arrangements(copies, left - 1))
                yield return [n, .. rest];
            copies[n]++;
        }
    }
}
