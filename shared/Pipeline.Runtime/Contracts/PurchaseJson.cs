using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Contracts;

/// <summary>What is told of purchases and refunds that were worked.</summary>
internal static class PurchaseJson
{
    public static void Purchase(Utf8JsonWriter json, PurchaseView view)
    {
        var (purchase, refunds) = (view.Purchase, view.Refunds);
        json.WriteStartObject();
        json.WriteString("purchaseId", purchase.Purchase.Value);
        json.WriteString("status", StatusOf(purchase, refunds));
        json.WriteInstant("occurredAt", view.Entry.OccurredAt);
        json.WriteString("currency", purchase.Terms.Currency.Code);
        json.WriteNumber("points", purchase.Points);
        json.WriteNumber("clawedBack", refunds.ClawedBack);
        json.WriteStartArray("awards");
        foreach (var part in purchase.Awards)
            AwardJson.Part(json, part, purchase.ProgramVersion);
        json.WriteEndArray();
        WriteLots(json, purchase);
        WriteRefunds(json, refunds);
        WriteRedeemed(json, view);
        WriteProblem(json, purchase.Rejection is { } reason ? Refusals.Of(reason) : null);
        json.WriteEndObject();
    }

    public static void Refund(Utf8JsonWriter json, RefundView view)
    {
        var applied = view.Outcome as RefundOutcome.Applied;
        json.WriteStartObject();
        json.WriteString("refundId", view.Refund.Value);
        json.WriteString("purchaseId", view.Purchase.Value);
        json.WriteString("status", view.Outcome switch
        {
            RefundOutcome.Waiting => "waiting",
            RefundOutcome.Applied => "applied",
            RefundOutcome.Rejected => "rejected",
            var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
        });
        json.WriteNumber("points", applied?.Points ?? 0);
        json.WriteNumber("amount", applied?.Amount ?? 0);
        json.WriteNumber("returned", applied?.Returned ?? 0);
        WriteProblem(json, view.Outcome switch
        {
            RefundOutcome.Waiting => Problems.PurchaseUnknown,
            RefundOutcome.Rejected rejected => Refusals.Of(rejected.Reason),
            _ => null,
        });
        json.WriteEndObject();
    }

    private static string StatusOf(Fact.Purchased purchase, RefundBook refunds)
    {
        if (purchase.Rejection is not null)
            return "rejected";
        if (refunds.IsWhole)
            return "refunded";
        foreach (var refund in refunds.Refunds)
        {
            if (refund.Outcome is RefundOutcome.Applied)
                return "partlyRefunded";
        }

        return "applied";
    }

    /// <summary>The lot as it was awarded; what is left of it is in the balance.</summary>
    private static void WriteLots(Utf8JsonWriter json, Fact.Purchased purchase)
    {
        json.WriteStartArray("lots");
        if (purchase.Points > 0)
        {
            json.WriteStartObject();
            json.WriteString("lotId", LotId.Of(purchase.Purchase).Value);
            json.WriteNumber("points", purchase.Points);
            json.WriteInstant("activeAt", purchase.ActiveAt);
            json.WriteInstant("expiresAt", purchase.ExpiresAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRefunds(Utf8JsonWriter json, RefundBook refunds)
    {
        json.WriteStartArray("refunds");
        foreach (var refund in refunds.Refunds)
        {
            if (refund.Outcome is not RefundOutcome.Applied applied)
                continue;
            json.WriteStartObject();
            json.WriteString("refundId", refund.Id.Value);
            json.WriteNumber("points", applied.Points);
            json.WriteNumber("amount", applied.Amount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What of the purchase was paid with points, and how many of the promised points there were not.</summary>
    private static void WriteRedeemed(Utf8JsonWriter json, PurchaseView view)
    {
        if (view.Purchase.Redeemed is not { } redeemed)
        {
            json.WriteNull("redeemed");
            return;
        }

        json.WriteStartObject("redeemed");
        json.WriteString("holdId", redeemed.Hold.Value);
        json.WriteNumber("points", redeemed.Points);
        json.WriteNumber("owed", view.Capture?.Owed ?? 0);
        json.WriteNumber("shortfall", view.Capture?.Shortfall ?? 0);
        json.WriteEndObject();
    }

    private static void WriteProblem(Utf8JsonWriter json, ProblemType? problem)
    {
        json.WritePropertyName("problem");
        if (problem is null)
            json.WriteNullValue();
        else
            ProblemAnswers.Write(json, problem);
    }
}
