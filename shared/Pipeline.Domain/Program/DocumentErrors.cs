namespace Pipeline.Domain;

/// <summary>
/// Errors by JSON pointer, in the order of finding; the first of a place is kept, and a bounded number of
/// them.
/// </summary>
internal sealed class DocumentErrors
{
    private readonly OrderedDictionary<string, string> byPointer = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, string> ByPointer => byPointer;

    internal bool IsEmpty => byPointer.Count == 0;

    /// <summary>
    /// True where no further error would be kept, so that a hostile document is not worked to its end.
    /// </summary>
    internal bool IsFull => byPointer.Count >= ProgramDocument.ErrorsMax;

    internal void Add(string pointer, string message)
    {
        if (!IsFull)
            byPointer.TryAdd(pointer, message);
    }

    /// <summary>A pointer one step down (RFC 6901: ~ is ~0, / is ~1).</summary>
    internal static string Under(string pointer, string name)
    {
        var escaped = Shown(name)
            .Replace("~", "~0", StringComparison.Ordinal)
            .Replace("/", "~1", StringComparison.Ordinal);
        return $"{pointer}/{escaped}";
    }

    /// <summary>What somebody else wrote, for a message: bounded.</summary>
    internal static string Shown(string text) => text.Length <= 80 ? text : $"{text[..80]}...";

    /// <summary>" Did you mean 'x'?" where one of the words is near, otherwise nothing.</summary>
    internal static string DidYouMean(string written, IEnumerable<string> words)
    {
        if (written.Length > 80)
            return "";
        // Every other letter of a word is not near it, however short it is.
        var (best, least) = ("", Math.Min(written.Length, Math.Max(2, written.Length / 3) + 1));
        foreach (var word in words)
        {
            var distance = Distance(written.ToUpperInvariant(), word.ToUpperInvariant());
            if (distance < least)
                (best, least) = (word, distance);
        }
        return best.Length == 0 ? "" : $" Did you mean '{best}'?";
    }

    /// <summary>Levenshtein's distance: how many letters to insert, delete or replace.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
