using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>A redemption as a client posts it.</summary>
/// <param name="Points">Null: the whole price.</param>
internal sealed record RedemptionInput(RedemptionId Id, RewardId Reward, long? Points)
{
    public static bool TryRead(
        ApiCall call, InputErrors path, [NotNullWhen(true)] out RedemptionInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal) =>
        RewardBodies.TryRead(call, path, root =>
        {
            var id = root.NaturalKey("redemptionId"u8, call.IdempotencyKey);
            var reward = root.Id("rewardId"u8, isRequired: true);
            var points = root.Has("points"u8) ? root.Whole("points"u8, 0, long.MaxValue) : null;
            return id is null || reward is null
                ? null
                : new RedemptionInput(new RedemptionId(id), new RewardId(reward), points);
        }, out input, out refusal);
}

/// <summary>Why a redemption is cancelled.</summary>
internal sealed record CancelInput(string Reason)
{
    private const int ReasonCharactersMax = 500;

    public static bool TryRead(
        ApiCall call, InputErrors path, [NotNullWhen(true)] out CancelInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal) =>
        RewardBodies.TryRead(
            call, path,
            static root => root.Text("reason"u8, ReasonCharactersMax, isRequired: true) is { } reason
                ? new CancelInput(reason)
                : null,
            out input, out refusal);
}

/// <summary>Codes for a pool.</summary>
internal sealed record CodesInput(IReadOnlyList<string> Codes)
{
    private const int CodesMax = 10_000;

    public static bool TryRead(
        ApiCall call, InputErrors path, [NotNullWhen(true)] out CodesInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal) =>
        RewardBodies.TryRead(
            call, path, static root => Read(root) is { } codes ? new CodesInput(codes) : null, out input, out refusal);

    private static List<string>? Read(InputObject root)
    {
        if (!root.TryGet("codes"u8, out var array) || array.ValueKind != JsonValueKind.Array
            || array.GetArrayLength() is < 1 or > CodesMax)
        {
            root.Fail("codes"u8, $"must be an array of 1 to {CodesMax} codes");
            return null;
        }

        var codes = new List<string>(array.GetArrayLength());
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, item) in array.EnumerateArray().Index())
        {
            // The code itself is not repeated: an error message is no place for it.
            if (InputObject.TextOf(item) is not { } code || code.Length > CodeForm.CharactersMax || !IdForm.IsValid(code))
                root.Errors.Add($"/codes/{index}", $"must be 1 to {CodeForm.CharactersMax} of A-Z a-z 0-9 . _ : -");
            else if (!seen.Add(code))
                root.Errors.Add($"/codes/{index}", "appears twice");
            else
                codes.Add(code);
        }

        return codes;
    }
}

internal static class RewardBodies
{
    public static bool TryRead<T>(
        ApiCall call, InputErrors path, Func<InputObject, T?> read, [NotNullWhen(true)] out T? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
        where T : class
    {
        input = null;
        if (!path.IsEmpty)
        {
            refusal = path.Answer();
            return false;
        }

        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            input = read(json.Root);
            if (json.Errors.IsEmpty && input is not null)
                return true;
            refusal = json.Errors.Answer();
            return false;
        }
    }
}
