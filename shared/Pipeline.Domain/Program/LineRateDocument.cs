using System.Collections.Frozen;
using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>Reads <c>earning.rates</c>.</summary>
internal static class LineRateReader
{
    internal static LineRates Read(ObjectReader? reader)
    {
        if (reader is null)
            return LineRates.None;
        reader.Allow("skus", "categories", "channels");
        return new LineRates(ReadRates(reader, "skus"), ReadRates(reader, "categories"), ReadRates(reader, "channels"));
    }

    private static FrozenDictionary<string, EarnRates> ReadRates(ObjectReader reader, string name)
    {
        var rates = new Dictionary<string, EarnRates>(StringComparer.Ordinal);
        if (reader.Object(name) is not { } found)
            return FrozenDictionary<string, EarnRates>.Empty;
        if (found.Names.Count() is var count && count > LineRates.RatesMax)
            reader.Fail(name, $"Must have at most {LineRates.RatesMax} fields; it has {count}.");
        foreach (var key in found.Names)
        {
            if (ObjectReader.Characters(key) is 0 or > EarningRules.ExclusionCharactersMax)
                found.Fail(key, $"A name must have 1 to {EarningRules.ExclusionCharactersMax} characters.");
            else if (ProgramReader.ReadRates(found.Object(key)) is { } own)
                rates[key] = own;
        }
        return rates.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>Writes <c>earning.rates</c>; nothing where there are none.</summary>
internal static class LineRateWriter
{
    internal static void Write(Utf8JsonWriter json, LineRates rates)
    {
        if (rates.IsEmpty)
            return;
        json.WriteStartObject("rates");
        WriteRates(json, "skus", rates.Skus);
        WriteRates(json, "categories", rates.Categories);
        WriteRates(json, "channels", rates.Channels);
        json.WriteEndObject();
    }

    private static void WriteRates(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, EarnRates> rates)
    {
        if (rates.Count == 0)
            return;
        json.WriteStartObject(name);
        foreach (var (key, own) in rates.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            ProgramWriter.WriteRates(json, key, own);
        json.WriteEndObject();
    }
}
