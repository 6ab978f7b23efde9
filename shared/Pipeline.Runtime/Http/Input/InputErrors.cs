namespace Pipeline.Runtime.Http;

/// <summary>
/// What is wrong with a request: JSON pointer into the body (RFC 6901), or the name of a path, query or header
/// parameter, to a message. The first message of a place is kept, and a bounded number of places.
/// </summary>
internal sealed class InputErrors
{
    public const int PlacesMax = 50;

    private readonly OrderedDictionary<string, string> byPointer = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> ByPointer => byPointer;

    public bool IsEmpty => byPointer.Count == 0;

    /// <summary>Whether more would be dropped.</summary>
    public bool IsFull => byPointer.Count >= PlacesMax;

    /// <param name="problem">What follows the field's name in a sentence: "must be ...".</param>
    public void Add(string pointer, string problem)
    {
        if (!IsFull)
            byPointer.TryAdd(pointer, problem);
    }

    public ApiAnswer Answer()
    {
        var (pointer, problem) = byPointer.GetAt(0);
        var first = pointer.Length == 0 ? $"The body {problem}." : $"{pointer} {problem}.";
        var more = byPointer.Count switch
        {
            1 => "",
            2 => " Another place is wrong too; see errors.",
            _ => $" {byPointer.Count - 1} other places are wrong too; see errors.",
        };
        return Problems.Validation.Answer(first + more, this);
    }

    public static ApiAnswer Answer(string parameter, string problem)
    {
        var errors = new InputErrors();
        errors.Add(parameter, problem);
        return errors.Answer();
    }

    /// <summary>A step of a pointer: ~ is ~0, / is ~1.</summary>
    public static string Step(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
