using System.Diagnostics.CodeAnalysis;
using Pipeline.Domain;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>A hold as a client posts it.</summary>
internal sealed record HoldInput(HoldId Id, long Points, int Seconds)
{
    public static bool TryRead(
        ApiCall call, InputErrors path, [NotNullWhen(true)] out HoldInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
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
            var id = json.Root.NaturalKey("holdId"u8, call.IdempotencyKey);
            var points = json.Root.Whole("points"u8, 1, long.MaxValue);
            var seconds = json.Root.Whole(
                "expiresInSeconds"u8, 1, InputLimits.HoldSecondsMax, InputLimits.HoldSecondsDefault);
            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            input = new HoldInput(new HoldId(id!), points!.Value, (int)seconds!.Value);
            return true;
        }
    }
}
