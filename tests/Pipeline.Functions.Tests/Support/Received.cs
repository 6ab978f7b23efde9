using Azure.Messaging.ServiceBus;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Functions.Tests.Support;

/// <summary>Messages as they come out of Service Bus.</summary>
internal static class Received
{
    public static ServiceBusReceivedMessage Of(
        ServiceBusMessage sent, int delivery = 1, long sequence = 1, string? deadLetterReason = null,
        TimeSpan enqueuedAfter = default, ServiceBusMessageState state = ServiceBusMessageState.Active)
    {
        var properties = new Dictionary<string, object>(sent.ApplicationProperties);
        if (deadLetterReason is not null)
            properties["DeadLetterReason"] = deadLetterReason;
        return ServiceBusModelFactory.ServiceBusReceivedMessage(
            body: sent.Body, messageId: sent.MessageId, sessionId: sent.SessionId, contentType: sent.ContentType,
            properties: properties, deliveryCount: delivery, sequenceNumber: sequence,
            scheduledEnqueueTime: sent.ScheduledEnqueueTime,
            enqueuedTime: new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) + enqueuedAfter,
            serviceBusMessageState: state);
    }

    /// <summary>A purchase as intake sends it, at GBP 1.00 a cup.</summary>
    public static async Task<ServiceBusMessage> PurchaseAsync(
        Cloud cloud, string customer = "ann", string purchase = "p-1", long cups = 10, string? traceParent = null)
    {
        Assert.True(Currency.TryParse("GBP", out var pounds));
        var basket = new Basket(pounds, "web", [new BasketLine("cup", "Cup", "home", cups, 100)], 0, 0, 0);
        var answer = await cloud.Get<PurchaseIntake>().AcceptAsync(
            new CustomerId(customer), new PurchaseId(purchase), basket, null, cloud.Time.GetUtcNow(), traceParent, default);
        Assert.IsType<IntakeAnswer.Accepted>(answer);
        return cloud.Bus.Sent[^1].Message;
    }

    public static async Task<long> PointsAsync(this Cloud cloud, string customer = "ann") =>
        (await cloud.Get<CustomerReader>().BalanceAsync(new CustomerId(customer), null, null, default))?.Spendable ?? 0;
}
