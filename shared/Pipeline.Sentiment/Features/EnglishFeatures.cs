namespace Pipeline.Sentiment.Features;

/// <summary>
/// Words (marked where they are denied), pairs of neighbours, and runs of two to five characters inside a word. The runs
/// catch what the words miss: stems, endings, misspellings, and words that nobody trained on.
/// </summary>
internal static class EnglishFeatures
{
    private const int GramUnitsMin = 2;
    private const int GramUnitsMax = 5;

    /// <summary>How many words after "not" are denied, where no punctuation ends it sooner.</summary>
    private const int DeniedWordsMax = 4;

    private const uint Denied = 0x5BD1E995;
    private const uint AfterBut = 0x27D4EB2F;

    public static void Read(ReadOnlySpan<char> text, CharBuffer normal, FeatureSet features)
    {
        features.Clear();
        normal.Clear();
        EnglishNormal.Write(text, normal);
        Words(normal.Text, features);
        Grams(normal.Text, features);
    }

    private static void Words(ReadOnlySpan<char> normal, FeatureSet features)
    {
        var previous = Hash.Start;
        var denied = 0;
        var isAfterBut = false;
        for (var at = 1; at < normal.Length;)
        {
            var length = normal[at..].IndexOf(' ');
            if (length < 0)
                length = normal.Length - at;
            var word = normal.Slice(at, length);
            at += length + 1;
            if (word.IsEmpty)
                continue;
            var hash = Hash.Of(word);
            var isWord = char.IsLetter(word[0]);
            if (!isWord && word[0] is '.' or ',' or ';' or ':' or '!' or '?')
                denied = 0;
            features.AddWord(denied > 0 && isWord ? hash ^ Denied : hash);
            if (isAfterBut && isWord)
                features.AddWord(hash ^ AfterBut);
            features.AddWord(Hash.Pair(previous, hash));
            previous = hash;
            if (isWord && denied > 0)
                denied--;
            if (word is "but" or "however" or "although" or "though")
            {
                isAfterBut = true;
                denied = 0;
            }
            else if (IsDenial(word))
            {
                denied = DeniedWordsMax;
            }
        }
    }

    private static bool IsDenial(ReadOnlySpan<char> word) => word is
        "not" or "no" or "never" or "cannot" or "cant" or "dont" or "didnt" or "doesnt" or "wont" or "isnt" or "wasnt"
        or "without" or "nothing" or "none" or "hardly" or "barely" or "neither" or "nor" or "couldnt" or "wouldnt"
        or "aint" or "lack" or "lacks" or "lacking"
        || word.EndsWith("n't", StringComparison.Ordinal);

    private static void Grams(ReadOnlySpan<char> normal, FeatureSet features)
    {
        for (var start = 0; start + GramUnitsMin <= normal.Length; start++)
        {
            var end = Math.Min(start + GramUnitsMax, normal.Length);
            var hash = Hash.Append(Hash.Start, normal[start]);
            for (var at = start + 1; at < end; at++)
            {
                hash = Hash.Append(hash, normal[at]);
                features.AddGram(hash);
                if (normal[at] == ' ')
                    break;
            }
        }
    }
}
