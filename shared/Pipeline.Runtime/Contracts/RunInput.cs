using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Runtime.Contracts;

/// <summary>A run as a client plans it.</summary>
internal sealed record RunInput(string Kind, DateOnly Slot)
{
    public static bool TryRead(
        ApiCall call, [NotNullWhen(true)] out RunInput? input, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var root = json.Root;
            var kind = root.Text("kind"u8, InputLimits.WordCharactersMax, isRequired: true);
            if (kind is not null and not NightlyRuns.NightlyKind)
                root.Fail("kind"u8, $"must be '{NightlyRuns.NightlyKind}'");
            var text = root.Text("slot"u8, 10, isRequired: true);
            var slot = default(DateOnly);
            if (text is not null && !DateOnly.TryParseExact(
                text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out slot))
            {
                root.Fail("slot"u8, "must be a date of the form yyyy-MM-dd");
            }

            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            input = new RunInput(kind!, slot);
            return true;
        }
    }
}
