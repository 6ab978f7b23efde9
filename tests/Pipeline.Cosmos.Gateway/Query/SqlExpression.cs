using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Query;

/// <summary>An expression over one item.</summary>
internal abstract record SqlExpression
{
    private SqlExpression()
    {
    }

    public abstract SqlValue Evaluate(JsonObject item);

    internal sealed record Constant(SqlValue Value) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item) => Value;
    }

    /// <summary>The item, or something in it: <c>c.due["account"]</c>.</summary>
    internal sealed record Path(IReadOnlyList<string> Steps) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item)
        {
            JsonNode? node = item;
            foreach (var step in Steps)
            {
                if (node is not JsonObject parent || !parent.TryGetPropertyValue(step, out node))
                    return SqlValue.Undefined;
            }

            return SqlValue.Of(node);
        }

        /// <summary>As an indexing policy writes it: <c>/due/account</c>.</summary>
        public override string ToString() => string.Concat(Steps.Select(static step => $"/{step}"));
    }

    internal sealed record Compared(string Symbol, SqlExpression Left, SqlExpression Right) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item)
        {
            var (left, right) = (Left.Evaluate(item), Right.Evaluate(item));
            if (left.Type == SqlType.Undefined || right.Type == SqlType.Undefined)
                return SqlValue.Undefined;
            // Values of two types are unequal, and neither is less.
            if (left.Type != right.Type)
                return Symbol is "=" or "!=" or "<>" ? SqlValue.Of(Symbol != "=") : SqlValue.Undefined;
            var order = left.CompareTo(right);
            return SqlValue.Of(Symbol switch
            {
                "=" => order == 0,
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                ">=" => order >= 0,
                _ => order != 0,
            });
        }
    }

    internal sealed record And(SqlExpression Left, SqlExpression Right) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item)
        {
            var (left, right) = (Left.Evaluate(item), Right.Evaluate(item));
            if (left.Content is false || right.Content is false)
                return SqlValue.Of(false);
            return left.IsTrue && right.IsTrue ? SqlValue.Of(true) : SqlValue.Undefined;
        }
    }

    internal sealed record Or(SqlExpression Left, SqlExpression Right) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item)
        {
            var (left, right) = (Left.Evaluate(item), Right.Evaluate(item));
            if (left.IsTrue || right.IsTrue)
                return SqlValue.Of(true);
            return left.Content is false && right.Content is false ? SqlValue.Of(false) : SqlValue.Undefined;
        }
    }

    internal sealed record Not(SqlExpression Operand) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item) =>
            Operand.Evaluate(item).Content is bool value ? SqlValue.Of(!value) : SqlValue.Undefined;
    }

    internal sealed record IsDefined(SqlExpression Operand) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item) =>
            SqlValue.Of(Operand.Evaluate(item).Type != SqlType.Undefined);
    }

    internal sealed record ArrayOf(IReadOnlyList<SqlExpression> Elements) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item) => SqlValue.Of(new JsonArray(
            [.. Elements.Select(element => element.Evaluate(item)).Where(IsKept).Select(static value => value.ToJson())]));
    }

    internal sealed record ObjectOf(IReadOnlyList<(string Name, SqlExpression Value)> Properties) : SqlExpression
    {
        public override SqlValue Evaluate(JsonObject item) => SqlValue.Of(new JsonObject(Properties
            .Select(property => (property.Name, Value: property.Value.Evaluate(item)))
            .Where(static property => IsKept(property.Value))
            .Select(static property => KeyValuePair.Create(property.Name, property.Value.ToJson()))));
    }

    private static bool IsKept(SqlValue value) => value.Type != SqlType.Undefined;
}
