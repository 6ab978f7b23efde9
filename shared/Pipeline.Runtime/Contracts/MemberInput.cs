using System.Diagnostics.CodeAnalysis;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Members;

namespace Pipeline.Runtime.Contracts;

/// <summary>Reads what clients post of events, referrals and adjustments.</summary>
internal static class MemberInput
{
    private const int CodeCharactersMax = 64;

    public static bool TryReadEvent(
        ApiCall call, DateTimeOffset now, [NotNullWhen(true)] out CustomEvent? input,
        [NotNullWhen(false)] out ApiAnswer? refusal) => TryRead(
            call,
            root =>
            {
                var id = root.NaturalKey("eventId"u8, call.IdempotencyKey);
                var customer = root.Id("customerId"u8, isRequired: true);
                var type = root.Text("type"u8, InputLimits.WordCharactersMax, isRequired: true);
                var at = root.Instant(
                    "occurredAt"u8, InputLimits.OccurredEarliest, InputLimits.OccurredLatest(now), isRequired: true);
                return root.Errors.IsEmpty
                    ? new CustomEvent(
                        id!, new CustomerId(customer!), type!,
                        DateTimeOffset.FromUnixTimeMilliseconds(at!.Value.ToUnixTimeMilliseconds()))
                    : null;
            },
            out input, out refusal);

    public static bool TryReadReferral(
        ApiCall call, [NotNullWhen(true)] out ReferralInput? input, [NotNullWhen(false)] out ApiAnswer? refusal) => TryRead(
            call,
            static root =>
            {
                var referee = root.Id("refereeCustomerId"u8, isRequired: true);
                var code = root.Text("code"u8, CodeCharactersMax, isRequired: true);
                return root.Errors.IsEmpty ? new ReferralInput(new CustomerId(referee!), code!) : null;
            },
            out input, out refusal);

    public static bool TryReadAdjustment(
        ApiCall call, [NotNullWhen(true)] out AdjustmentInput? input, [NotNullWhen(false)] out ApiAnswer? refusal) => TryRead(
            call,
            root =>
            {
                var id = root.NaturalKey("adjustmentId"u8, call.IdempotencyKey);
                var points = root.Whole("points"u8, -AdjustmentRules.PointsMax, AdjustmentRules.PointsMax);
                if (points == 0)
                    root.Fail("points"u8, "must not be 0");
                var reason = root.Text("reason"u8, CaseDecider.TextCharactersMax, isRequired: true, allowsControl: true);
                return root.Errors.IsEmpty ? new AdjustmentInput(new AdjustmentId(id!), points!.Value, reason!) : null;
            },
            out input, out refusal);

    private static bool TryRead<T>(
        ApiCall call, Func<InputObject, T?> read, [NotNullWhen(true)] out T? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
        where T : class
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            input = read(json.Root);
            if (input is not null)
                return true;
            refusal = json.Errors.Answer();
            return false;
        }
    }
}

internal sealed record ReferralInput(CustomerId Referee, string Code);

internal sealed record AdjustmentInput(AdjustmentId Id, long Points, string Reason);
