using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>
/// The one coordinator of the ledger: load, decide, commit. Its retry on a version conflict is bounded, and no other
/// layer retries it.
/// </summary>
public sealed class LedgerCoordinator(IDocumentStore store, IProgramSource programs)
{
    public const int AttemptsMax = 12;

    /// <summary>The most commands that one call takes.</summary>
    public const int CommandsMax = 1_000;

    /// <summary>
    /// Decides commands of one customer one after another and commits what follows, in as few atomic writes as the
    /// store's bounds allow (one, nearly always). The answers stand in the commands' order. Commands that were decided
    /// before are answered <see cref="Decision.Repeated"/>, so a caller may repeat the call after any failure.
    /// </summary>
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    /// <exception cref="StoreUnavailableException">The store could not take it now.</exception>
    public ValueTask<IReadOnlyList<Decision>> DecideAsync(
        CustomerId customer, IReadOnlyList<LedgerCommand> commands, CancellationToken cancellation) =>
        DecideAsync(customer, commands, account: null, cancellation);

    public ValueTask<Decision> DecideAsync(
        CustomerId customer, LedgerCommand command, CancellationToken cancellation) =>
        DecideAsync(customer, command, account: null, cancellation);

    /// <summary>Decides one command, and commits what follows in one atomic write with other documents of the customer.</summary>
    /// <returns>Null where one of those documents was not as it was read: nothing is written, read them again.</returns>
    internal async ValueTask<Decision?> DecideAsync(
        CustomerId customer,
        LedgerCommand command,
        Func<Decision.Accepted, IEnumerable<Write>> beside,
        CancellationToken cancellation)
    {
        var looksFirst = false;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var work = await LedgerWork.LoadAsync(
                store, customer, await programs.KnowingAsync(command.RecordedAt, cancellation),
                new BudgetDraws(store, customer), looksFirst, cancellation);
            var decision = await work.DecideAsync(command, cancellation);
            if (decision is not Decision.Accepted accepted)
                return decision;
            foreach (var write in beside(accepted))
                work.Beside(write);
            if (await work.CommitAsync(cancellation) is null)
                return decision;
            if (work.IsBesideRefused)
                return null;
            looksFirst = true;
        }

        throw new ContendedException(customer.Value, AttemptsMax);
    }

    /// <param name="account">The account as the caller has just read it, which saves reading it again.</param>
    internal async ValueTask<Decision> DecideAsync(
        CustomerId customer, LedgerCommand command, StoredAccount? account, CancellationToken cancellation) =>
        (await DecideAsync(customer, [command], account, cancellation))[0];

    /// <summary>
    /// One unit of work on a customer: what <paramref name="decide"/> reads after the account, decides and puts beside is
    /// committed with the account at its version, or decided anew.
    /// </summary>
    /// <param name="decide">Called once an attempt. What it reads in another partition is as of then, and no more.</param>
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    internal async ValueTask<T> WorkAsync<T>(
        CustomerId customer, Func<LedgerWork, ValueTask<T>> decide, CancellationToken cancellation)
    {
        var looksFirst = false;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var work = await LedgerWork.LoadAsync(
                store, customer, await programs.KnowingAsync(DateTimeOffset.MinValue, cancellation),
                new BudgetDraws(store, customer), looksFirst, cancellation);
            var answer = await decide(work);
            if (!work.MustLookFirst && await work.CommitAsync(cancellation) is null)
                return answer;
            looksFirst = true;
        }

        throw new ContendedException(customer.Value, AttemptsMax);
    }

    private async ValueTask<IReadOnlyList<Decision>> DecideAsync(
        CustomerId customer,
        IReadOnlyList<LedgerCommand> commands,
        StoredAccount? account,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(commands.Count, CommandsMax);
        var decisions = new Decision[commands.Count];
        var decided = 0;
        // The first attempt assumes what is nearly always so: that no command is a repetition.
        var looksFirst = false;
        var draws = new BudgetDraws(store, customer);
        var lastRecorded = commands.Count == 0 ? DateTimeOffset.MinValue : commands.Max(static command => command.RecordedAt);
        for (var attempt = 0; attempt < AttemptsMax;)
        {
            var history = await programs.KnowingAsync(lastRecorded, cancellation);
            var work = account is not null
                ? LedgerWork.From(store, customer, history, draws, account)
                : await LedgerWork.LoadAsync(store, customer, history, draws, looksFirst, cancellation);
            account = null;
            var next = decided;
            while (next < commands.Count && !work.IsFull && !work.MustLookFirst)
                decisions[next] = await work.DecideAsync(commands[next++], cancellation);
            if (work.MustLookFirst)
            {
                looksFirst = true;
                continue;
            }

            var refused = await work.CommitAsync(cancellation);
            if (refused is null)
            {
                decided = next;
                if (decided == commands.Count)
                {
                    await draws.SettleAsync(decisions, cancellation);
                    return decisions;
                }

                continue;
            }

            attempt++;
            looksFirst |= refused == WriteStatus.Conflict;
        }

        throw new ContendedException(customer.Value, AttemptsMax);
    }
}
