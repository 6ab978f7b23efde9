namespace Pipeline.Sqlite.Storage;

/// <summary>Several sorted sources as one; where they hold the same key, the first source (the newest) wins.</summary>
internal sealed class MergeCursor(EntryCursor[] newestFirst, bool descending) : EntryCursor
{
    private EntryCursor? current;

    public override void Seek(ReadOnlySpan<byte> key)
    {
        foreach (var source in newestFirst)
            source.Seek(key);
        Show();
    }

    public override void Next()
    {
        var shown = Key.Span;
        foreach (var source in newestFirst)
        {
            if (source != current && source.Valid && source.Key.Span.SequenceEqual(shown))
                source.Next();
        }

        current!.Next();
        Show();
    }

    private void Show()
    {
        current = null;
        foreach (var source in newestFirst)
        {
            if (source.Valid && (current is null || Before(source.Key.Span, current.Key.Span)))
                current = source;
        }

        Valid = current is not null;
        if (current is null)
            return;
        Key = current.Key;
        Version = current.Version;
        DueTicks = current.DueTicks;
        Deleted = current.Deleted;
        Body = current.Body;
    }

    private bool Before(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var order = a.SequenceCompareTo(b);
        return descending ? order > 0 : order < 0;
    }
}
