using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Loyalty;

/// <summary>
/// Applies a customer's purchases and refunds from the queue: all that wait in one decision and, nearly always, one
/// commit.
/// </summary>
public sealed partial class ApplyPurchases(LedgerCoordinator coordinator, ILogger<ApplyPurchases> logger) : ISessionHandler
{
    public string Queue => QueueNames.Purchases;

    public async ValueTask<IReadOnlyList<Settlement>> HandleAsync(
        string session, IReadOnlyList<DeliveredMessage> messages, CancellationToken cancellation)
    {
        var settlements = new Settlement[messages.Count];
        var commands = new List<LedgerCommand>(messages.Count);
        var places = new List<int>(messages.Count);
        var customer = default(CustomerId);
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i].Message;
            if (Messages.Read(message.Body.Span, message.Fingerprint, out var problem) is not { } read)
            {
                settlements[i] = new Settlement.DeadLetter(messages[i].Sequence, "malformed", problem);
            }
            else if (read.Customer.Value != session)
            {
                settlements[i] = new Settlement.DeadLetter(
                    messages[i].Sequence, "malformed", "The message is not of its session's customer.");
            }
            else
            {
                customer = read.Customer;
                commands.Add(message.TraceParent is { } trace ? read.Command with { TraceParent = trace } : read.Command);
                places.Add(i);
            }
        }

        if (commands.Count > 0)
        {
            var decisions = await coordinator.DecideAsync(customer, commands, cancellation);
            for (var i = 0; i < places.Count; i++)
                settlements[places[i]] = Settle(messages[places[i]], decisions[i]);
        }

        return settlements;
    }

    private Settlement Settle(DeliveredMessage message, Decision decision)
    {
        switch (decision)
        {
            case Decision.Accepted or Decision.Repeated or Decision.Nothing:
                return new Settlement.Complete(message.Sequence);
            case Decision.Mismatched:
                // The first content holds; the second was never acknowledged as another, or lost a race at intake.
                LogMismatch(message.Sequence);
                return new Settlement.Complete(message.Sequence);
            case Decision.Rejected { Reason: Reason.TooManyRefunds and var reason }:
                // Acknowledged, and there is no room for it: that comes with the purchase of one of those that wait.
                return new Settlement.NotYet(
                    message.Sequence, reason.ToString(), "As many refunds wait for their purchases as may.");
            default:
                throw new InvalidOperationException($"A queued command was decided as {decision.GetType().Name}.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} repeats a natural key with other content; the first holds")]
    private partial void LogMismatch(long sequence);
}
