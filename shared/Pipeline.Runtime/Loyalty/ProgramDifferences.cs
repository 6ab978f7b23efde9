using System.Text.Json;
using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty;

/// <summary>A rule that two programs have in another way.</summary>
/// <param name="Path">JSON pointer into the document, but campaigns and rewards by their ids and levels by their names.</param>
/// <param name="Before">JSON; null: it is not there.</param>
/// <param name="After">JSON; null: it is not there.</param>
public sealed record ProgramDifference(string Path, string? Before, string? After);

/// <summary>Compares the documents of two programs, in which every rule is written out.</summary>
public static class ProgramDifferences
{
    /// <summary>So many are told at most.</summary>
    public const int CountMax = 200;

    public static IReadOnlyList<ProgramDifference> Of(LoyaltyProgram before, LoyaltyProgram after)
    {
        using var old = JsonDocument.Parse(ProgramDocument.Write(before));
        using var next = JsonDocument.Parse(ProgramDocument.Write(after));
        var found = new List<ProgramDifference>();
        Compare("", old.RootElement, next.RootElement, found);
        return found.Count > CountMax ? found[..CountMax] : found;
    }

    private static void Compare(string path, JsonElement? before, JsonElement? after, List<ProgramDifference> found)
    {
        if (before is { } a && after is { } b && a.ValueKind == b.ValueKind)
        {
            if (a.ValueKind == JsonValueKind.Object)
            {
                CompareObjects(path, a, b, found);
                return;
            }

            if (a.ValueKind == JsonValueKind.Array)
            {
                CompareArrays(path, a, b, found);
                return;
            }

            if (JsonElement.DeepEquals(a, b))
                return;
        }

        found.Add(new ProgramDifference(path, Compact(before), Compact(after)));
    }

    private static void CompareObjects(string path, JsonElement before, JsonElement after, List<ProgramDifference> found)
    {
        foreach (var field in before.EnumerateObject())
            Compare(
                $"{path}/{Step(field.Name)}", field.Value,
                after.TryGetProperty(field.Name, out var now) ? now : null, found);
        foreach (var field in after.EnumerateObject())
            if (!before.TryGetProperty(field.Name, out _))
                Compare($"{path}/{Step(field.Name)}", null, field.Value, found);
    }

    private static void CompareArrays(string path, JsonElement before, JsonElement after, List<ProgramDifference> found)
    {
        if (Named(before) is { } had && Named(after) is { } has)
        {
            foreach (var (name, item) in had)
                Compare($"{path}/{Step(name)}", item, has.TryGetValue(name, out var now) ? now : null, found);
            foreach (var (name, item) in has)
                if (!had.ContainsKey(name))
                    Compare($"{path}/{Step(name)}", null, item, found);
            return;
        }

        var (count, counts) = (before.GetArrayLength(), after.GetArrayLength());
        for (var i = 0; i < Math.Max(count, counts); i++)
            Compare($"{path}/{i}", i < count ? before[i] : null, i < counts ? after[i] : null, found);
    }

    /// <summary>
    /// Campaigns and rewards by id, levels by name: one that is put in makes no other out of those behind it. Null: the items have
    /// neither, and are compared place by place.
    /// </summary>
    private static OrderedDictionary<string, JsonElement>? Named(JsonElement items)
    {
        var named = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var item in items.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Object
                || !(item.TryGetProperty("id", out var name) || item.TryGetProperty("name", out name))
                || name.GetString() is not { } text || !named.TryAdd(text, item))
                return null;
        return named;
    }

    private static string? Compact(JsonElement? json) => json is { } some ? JsonSerializer.Serialize(some) : null;

    private static string Step(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
