using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Sentiment.Aspects;

/// <summary>What a shop's customers talk about, and the words by which they do: <c>taxonomy.json</c>.</summary>
internal sealed record Taxonomy(AspectWords[] Aspects)
{
    public static Taxonomy Embedded()
    {
        using var stream = typeof(Taxonomy).Assembly.GetManifestResourceStream("taxonomy.json")!;
        return JsonSerializer.Deserialize(stream, TaxonomyJson.Default.Taxonomy)!;
    }
}

/// <param name="MannersGiveWayTo">
/// The aspect that its manners speak of where that one is named beside them: "support was rude" is about support alone.
/// </param>
internal sealed record AspectWords(string Aspect, WordLists En, WordLists Zh, string? MannersGiveWayTo = null);

/// <param name="About">Words that name the aspect and say nothing of how it was.</param>
/// <param name="Positive">Words that name it and praise it at once: "on time".</param>
/// <param name="Negative">Words that name it and blame it at once: "arrived late".</param>
/// <param name="Things">
/// General names of what was bought, which name the aspect only where nothing else is spoken of: "my item arrived late"
/// is about delivery.
/// </param>
/// <param name="Manners">Which of the other lists' words tell how somebody was, and not who.</param>
internal sealed record WordLists(
    string[] About, string[] Positive, string[] Negative, string[]? Things = null, string[]? Manners = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Taxonomy))]
internal sealed partial class TaxonomyJson : JsonSerializerContext;
