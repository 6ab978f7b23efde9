namespace Pipeline.Sentiment.Features;

/// <summary>
/// Runs of one to three characters, those of one and two once more where they are denied. Chinese has no spaces, and most
/// of its words have two characters.
/// </summary>
internal static class ChineseFeatures
{
    private const int GramUnitsMax = 3;

    /// <summary>Runs up to here are counted as words.</summary>
    private const int WordUnitsMax = 2;

    /// <summary>How many characters after 不 are denied, where no punctuation ends it sooner.</summary>
    private const int DeniedUnitsMax = 4;

    private const uint Denied = 0x5BD1E995;

    public static void Read(ReadOnlySpan<char> text, CharBuffer normal, FeatureSet features)
    {
        features.Clear();
        normal.Clear();
        ChineseNormal.Write(text, normal);
        Grams(normal.Text, features);
    }

    private static void Grams(ReadOnlySpan<char> normal, FeatureSet features)
    {
        var denied = 0;
        for (var start = 0; start < normal.Length; start++)
        {
            if (!char.IsLetterOrDigit(normal[start]))
                denied = 0;
            var end = Math.Min(start + GramUnitsMax, normal.Length);
            var hash = Hash.Start;
            for (var at = start; at < end; at++)
            {
                hash = Hash.Append(hash, normal[at]);
                if (at - start >= WordUnitsMax)
                {
                    features.AddGram(hash);
                    continue;
                }

                features.AddWord(hash);
                if (denied > 0)
                    features.AddWord(hash ^ Denied);
            }

            denied = IsDenial(normal[start]) ? DeniedUnitsMax : Math.Max(0, denied - 1);
        }
    }

    private static bool IsDenial(char unit) => unit is '不' or '没' or '无' or '别' or '未' or '非';
}
