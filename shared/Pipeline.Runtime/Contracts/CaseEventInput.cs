using System.Diagnostics.CodeAnalysis;
using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>What staff ask of a case, as a client posts it.</summary>
internal static class CaseEventInput
{
    public const long GoodwillPointsMax = 1_000_000;
    private const string Types = "assign, note, contact, resolve, reopen, goodwill";

    public static bool TryRead(
        ApiCall call, InputErrors path, [NotNullWhen(true)] out CaseRequest? input,
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
            var read = Read(json.Root);
            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            input = read!;
            return true;
        }
    }

    private static CaseRequest? Read(InputObject root)
    {
        var type = root.Text("type"u8, InputLimits.WordCharactersMax, isRequired: true);
        switch (type)
        {
            case null:
                return null;
            case "assign":
                return Word(root, "owner"u8) is { } owner ? new CaseRequest.Assign(owner) : null;
            case "note":
                return Text(root, "text"u8) is { } text ? new CaseRequest.Note(text) : null;
            case "contact":
                return Word(root, "channel"u8) is { } channel ? new CaseRequest.Contact(channel) : null;
            case "resolve":
                return Text(root, "resolution"u8) is { } resolution ? new CaseRequest.Resolve(resolution) : null;
            case "reopen":
                return Text(root, "reason"u8) is { } reason ? new CaseRequest.Reopen(reason) : null;
            case "goodwill":
                var points = root.Whole("points"u8, 1, GoodwillPointsMax);
                var why = Text(root, "reason"u8);
                return points is { } given && why is not null ? new CaseRequest.Goodwill(given, why) : null;
            default:
                root.Fail("type"u8, $"must be one of: {Types}");
                return null;
        }
    }

    private static string? Word(InputObject root, ReadOnlySpan<byte> name) =>
        root.Text(name, InputLimits.WordCharactersMax, isRequired: true);

    private static string? Text(InputObject root, ReadOnlySpan<byte> name) =>
        root.Text(name, CaseDecider.TextCharactersMax, isRequired: true, allowsControl: true);
}
