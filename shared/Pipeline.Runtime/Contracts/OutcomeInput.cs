using System.Diagnostics.CodeAnalysis;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Contracts;

/// <summary>How a warning ended, as a client says it.</summary>
internal static class OutcomeInput
{
    private static readonly WarningOutcome[] Outcomes = Enum.GetValues<WarningOutcome>();

    public static bool TryRead(
        ApiCall call, [NotNullWhen(true)] out WarningOutcome? input, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var root = json.Root;
            var word = root.Text("outcome"u8, InputLimits.WordCharactersMax, isRequired: true);
            foreach (var outcome in Outcomes)
                if (InsightMapping.Kebab(outcome.ToString()) == word)
                    input = outcome;
            if (word is not null && input is null)
                root.Fail("outcome"u8, "must be one of: won-back, lost, declined");
            if (json.Errors.IsEmpty)
                return input is not null;
            refusal = json.Errors.Answer();
            return false;
        }
    }
}
