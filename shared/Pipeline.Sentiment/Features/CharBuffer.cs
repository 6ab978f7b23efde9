namespace Pipeline.Sentiment.Features;

/// <summary>A text under construction that keeps its room from one text to the next.</summary>
internal sealed class CharBuffer
{
    private char[] units = new char[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<char> Text => units.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(char unit)
    {
        if (Length == units.Length)
            Array.Resize(ref units, Length * 2);
        units[Length++] = unit;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
            Append(unit);
    }
}
