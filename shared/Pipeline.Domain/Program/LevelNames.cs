using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>
/// Campaigns and rewards name levels. One that the program's tiers do not have would be for nobody, silently: it is nearly always
/// a slip of the pen.
/// </summary>
internal static class LevelNames
{
    /// <summary>Checked as it is written, so that an error elsewhere hides none of these.</summary>
    internal static void Check(JsonElement document, DocumentErrors errors)
    {
        if (Member(document, "tiers") is not { } tiers)
            return;
        var levels = Items(Member(tiers, "levels"))
            .Select(static level => Member(level.Item, "name") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : "")
            .Take(TierRules.LevelsMax)
            .ToList();
        foreach (var (campaign, i) in Items(Member(document, "campaigns")))
            if (Member(campaign, "when") is { } when)
                Check(when, $"/campaigns/{i}/when/tiers", levels, errors);
        foreach (var (reward, i) in Items(Member(document, "rewards")))
            Check(reward, $"/rewards/{i}/tiers", levels, errors);
    }

    private static void Check(JsonElement of, string pointer, List<string> levels, DocumentErrors errors)
    {
        foreach (var (name, i) in Items(Member(of, "tiers")))
            if (!errors.IsFull && name.ValueKind == JsonValueKind.String && name.GetString() is { } written && !levels.Contains(written))
                errors.Add(
                    $"{pointer}/{i}",
                    $"'{DocumentErrors.Shown(written)}' is no level of the program's tiers, so it would be for nobody."
                    + DocumentErrors.DidYouMean(written, levels));
    }

    private static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : null;

    private static IEnumerable<(JsonElement Item, int Place)> Items(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray().Select(static (item, place) => (item, place))
            : [];
}
