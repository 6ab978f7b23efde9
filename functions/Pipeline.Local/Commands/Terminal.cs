using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.Local.Commands;

/// <summary>Where a command reads and writes: the process's own streams, or a test's.</summary>
/// <param name="IsErrorInteractive">Whether a person looks at standard error, so that progress may be drawn there.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsErrorInteractive, TimeProvider Time)
{
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>A result: one JSON document, or what <paramref name="people"/> writes.</summary>
    public void Print<T>(bool asJson, T result, JsonTypeInfo<T> type, Action<TextWriter> people)
    {
        if (asJson)
            Out.WriteLine(JsonSerializer.Serialize(result, type));
        else
            people(Out);
    }
}

internal static class Words
{
    /// <summary>"1 key", "1,200 keys".</summary>
    public static string Count(long number, string one, string many) => $"{number:N0} {(number == 1 ? one : many)}";
}

/// <summary>A command cannot do what it was asked; the message says why and what to do.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
