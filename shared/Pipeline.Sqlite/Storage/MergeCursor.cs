namespace Pipeline.Sqlite.Storage;

/// <summary>Several sorted sources as one; where they hold the same key, the first source (the newest) wins.</summary>
internal sealed class MergeCursor(EntryCursor[] newestFirst, bool descending) : EntryCursor
{
    /// <summary>A binary heap of the sources that are not at their end, by their numbers; on top is the one to show.</summary>
    private readonly int[] heap = new int[newestFirst.Length];
    private int count;

    public override void Seek(ReadOnlySpan<byte> key)
    {
        count = 0;
        for (var source = 0; source < newestFirst.Length; source++)
        {
            newestFirst[source].Seek(key);
            if (newestFirst[source].Valid)
                heap[count++] = source;
        }

        for (var at = (count / 2) - 1; at >= 0; at--)
            SiftDown(at);
        Show();
    }

    public override void Next()
    {
        var shown = Key.Span;
        do
        {
            var top = newestFirst[heap[0]];
            top.Next();
            if (!top.Valid)
                heap[0] = heap[--count];
            SiftDown(0);
        }
        while (count > 0 && newestFirst[heap[0]].Key.Span.SequenceEqual(shown));
        Show();
    }

    private void Show()
    {
        Valid = count > 0;
        if (!Valid)
            return;
        var current = newestFirst[heap[0]];
        Key = current.Key;
        Version = current.Version;
        DueTicks = current.DueTicks;
        Deleted = current.Deleted;
        Body = current.Body;
    }

    private void SiftDown(int at)
    {
        for (var child = (2 * at) + 1; child < count; child = (2 * at) + 1)
        {
            if (child + 1 < count && IsBefore(heap[child + 1], heap[child]))
                child++;
            if (!IsBefore(heap[child], heap[at]))
                return;
            (heap[at], heap[child]) = (heap[child], heap[at]);
            at = child;
        }
    }

    private bool IsBefore(int a, int b)
    {
        var order = newestFirst[a].Key.Span.SequenceCompareTo(newestFirst[b].Key.Span);
        return order == 0 ? a < b : descending ? order > 0 : order < 0;
    }
}
