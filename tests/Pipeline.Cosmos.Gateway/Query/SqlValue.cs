using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Query;

/// <summary>In the order of the types.</summary>
internal enum SqlType
{
    Undefined,
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// <summary>
/// A value of the query language. A property that an item does not have is undefined, and so is what follows from it.
/// </summary>
internal readonly record struct SqlValue(SqlType Type, object? Content) : IComparable<SqlValue>
{
    public static readonly SqlValue Undefined;

    public static SqlValue Of(bool value) => new(SqlType.Boolean, value);

    public static SqlValue Of(double value) => new(SqlType.Number, value);

    public static SqlValue Of(string value) => new(SqlType.Text, value);

    public static SqlValue Of(JsonNode? node) => node switch
    {
        null => new SqlValue(SqlType.Null, null),
        JsonArray => new SqlValue(SqlType.Array, node),
        JsonObject => new SqlValue(SqlType.Object, node),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => Of(true),
            JsonValueKind.False => Of(false),
            JsonValueKind.Number => Of(double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture)),
            _ => Of(node.GetValue<string>()),
        },
    };

    public bool IsTrue => Content is true;

    public JsonNode? ToJson() => Content switch
    {
        JsonNode node => node.DeepClone(),
        bool value => JsonValue.Create(value),
        double value => JsonValue.Create(value),
        string value => JsonValue.Create(value),
        _ => null,
    };

    /// <summary>The order of an index: by type, then by value; texts by their bytes in UTF-8.</summary>
    public int CompareTo(SqlValue other)
    {
        if (Type != other.Type)
            return Type.CompareTo(other.Type);
        return Content switch
        {
            bool value => value.CompareTo((bool)other.Content!),
            double value => value.CompareTo((double)other.Content!),
            string value => Bytes(value).SequenceCompareTo(Bytes((string)other.Content!)),
            _ => 0,
        };
    }

    private static ReadOnlySpan<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
