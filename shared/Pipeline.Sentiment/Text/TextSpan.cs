namespace Pipeline.Sentiment.Text;

/// <summary>A part of a comment, in UTF-16 code units.</summary>
internal readonly record struct TextSpan(int Offset, int Length)
{
    public int End => Offset + Length;

    public ReadOnlySpan<char> Of(ReadOnlySpan<char> text) => text.Slice(Offset, Length);

    /// <summary>Without the white space at either end.</summary>
    public static TextSpan Trimmed(ReadOnlySpan<char> text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return new TextSpan(start, end - start);
    }
}
