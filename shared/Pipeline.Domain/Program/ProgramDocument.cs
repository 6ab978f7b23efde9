using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>A program read from a document, or everything that is wrong with the document.</summary>
/// <param name="Program">The program; null where there are errors.</param>
/// <param name="Errors">
/// JSON pointer (RFC 6901; "" is the document) to a message that says what is wrong and what is allowed.
/// </param>
public sealed record ProgramParse(LoyaltyProgram? Program, IReadOnlyDictionary<string, string> Errors)
{
    [MemberNotNullWhen(true, nameof(Program))]
    public bool IsValid => Program is not null;
}

/// <summary>
/// A program as a JSON document. A field that is absent has the value of
/// <see cref="LoyaltyProgram.Default"/>; a field that is unknown is an error, because a typing error in a
/// rule must not pass in silence.
/// </summary>
public static class ProgramDocument
{
    /// <summary>The largest document, in bytes.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    /// <summary>So many errors are told at most.</summary>
    public const int ErrorsMax = 100;

    private const string SchemaResource = "loyalty-program.schema.json";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, IndentSize = 2, NewLine = "\n" };

    /// <summary>The JSON Schema (draft 2020-12) of the document, UTF-8.</summary>
    public static ReadOnlyMemory<byte> Schema { get; } = ReadSchema();

    /// <summary>Reads a document. All errors are collected; nothing is thrown for any input.</summary>
    public static ProgramParse Parse(ReadOnlySpan<byte> utf8Json)
    {
        var errors = new DocumentErrors();
        using var document = DocumentSyntax.Read(utf8Json, errors);
        if (document is null)
            return new ProgramParse(null, errors.ByPointer);
        var program = ProgramReader.Read(document.RootElement, errors);
        return new ProgramParse(errors.IsEmpty ? program : null, errors.ByPointer);
    }

    /// <summary>
    /// Writes a program in full: every field, in a fixed order, indented. Equal programs give equal bytes.
    /// Reading them back gives an equal program where its values are within the documented bounds.
    /// </summary>
    public static byte[] Write(LoyaltyProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
            ProgramWriter.Write(writer, program);
        return stream.ToArray();
    }

    private static byte[] ReadSchema()
    {
        using var resource = typeof(ProgramDocument).Assembly.GetManifestResourceStream(SchemaResource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {SchemaResource}.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
