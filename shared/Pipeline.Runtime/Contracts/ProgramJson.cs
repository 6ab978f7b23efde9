using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Contracts;

/// <param name="History">All versions, with which those of the page are compared.</param>
internal sealed record ProgramVersionsPage(ProgramHistory History, IReadOnlyList<ProgramVersion> Versions, DateTimeOffset Now);

/// <summary>Versions of the program as the API shows them.</summary>
internal static class ProgramJson
{
    public static void Accepted(Utf8JsonWriter json, (ProgramAnswer.Accepted Answer, bool IsDryRun) of)
    {
        json.WriteStartObject();
        WriteNames(json, of.Answer.Version);
        json.WriteBoolean("dryRun", of.IsDryRun);
        json.WriteNumber("comparedWith", of.Answer.Instead.Version);
        json.WriteStartArray("differences");
        foreach (var difference in ProgramDifferences.Of(of.Answer.Instead, of.Answer.Version.Program))
        {
            json.WriteStartObject();
            json.WriteString("path", difference.Path);
            WriteValue(json, "before", difference.Before);
            WriteValue(json, "after", difference.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Repeated(Utf8JsonWriter json, (ProgramAnswer.Repeated Answer, bool IsDryRun) of)
    {
        json.WriteStartObject();
        WriteNames(json, of.Answer.Version);
        json.WriteBoolean("dryRun", of.IsDryRun);
        json.WriteNumber("comparedWith", of.Answer.Version.Program.Version);
        json.WriteStartArray("differences");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Versions(Utf8JsonWriter json, ProgramVersionsPage page)
    {
        var inEffect = page.History.InEffectAt(page.Now);
        json.WriteStartObject();
        json.WriteStartArray("versions");
        foreach (var version in page.Versions)
        {
            var until = page.History.EffectiveUntil(version);
            json.WriteStartObject();
            WriteNames(json, version);
            json.WriteInstant("effectiveUntil", until);
            json.WriteString("status", ReferenceEquals(version.Program, inEffect) ? "inEffect"
                : until <= version.EffectiveFrom ? "replaced"
                : version.EffectiveFrom > page.Now ? "scheduled"
                : "past");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What holds since ever has no date.</summary>
    private static void WriteNames(Utf8JsonWriter json, ProgramVersion version)
    {
        json.WriteNumber("version", version.Program.Version);
        json.WriteString("name", version.Program.Name);
        json.WriteInstant(
            "effectiveFrom", version.EffectiveFrom == DateTimeOffset.MinValue ? null : version.EffectiveFrom);
    }

    private static void WriteValue(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }
}
