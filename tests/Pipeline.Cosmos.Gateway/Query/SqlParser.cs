using System.Globalization;
using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Query;

/// <summary>
/// <c>SELECT * | item AS name, … FROM source WHERE condition ORDER BY path ASC | DESC, …</c>. What is beyond this is
/// refused, so that a query of the store is never half understood.
/// </summary>
internal sealed class SqlParser
{
    private readonly string query;
    private readonly List<SqlToken> tokens;
    private readonly Dictionary<string, SqlValue> parameters;
    private string alias = "c";
    private int at;

    private SqlParser(string query, JsonArray? parameters)
    {
        this.query = query;
        tokens = new SqlLexer(query).Read();
        this.parameters = (parameters ?? []).ToDictionary(
            static one => (string)one!["name"]!, static one => SqlValue.Of(one!["value"]), StringComparer.Ordinal);
    }

    private SqlToken Token => tokens[at];

    /// <param name="body">As it travels: the text and its parameters.</param>
    /// <exception cref="SqlException">It is not a query that the double knows.</exception>
    public static SqlQuery Parse(JsonObject body) =>
        new SqlParser((string)body["query"]!, body["parameters"] as JsonArray).Query();

    private SqlQuery Query()
    {
        Need("SELECT");
        alias = Alias();
        var selected = Take("*") ? null : Selected();
        Need("FROM");
        Name();
        if (Token.Kind == SqlTokenKind.Name && !Is("WHERE") && !Is("ORDER"))
        {
            Take("AS");
            Name();
        }

        SqlExpression? where = null;
        var (whereStart, whereEnd) = (0, 0);
        if (Take("WHERE"))
        {
            whereStart = Token.Start;
            where = Or();
            whereEnd = Token.Start;
        }

        var order = Take("ORDER") ? Order() : [];
        return Token.Kind == SqlTokenKind.End
            ? new SqlQuery(alias, selected, where, query[whereStart..whereEnd].Trim(), order)
            : throw Unknown();
    }

    /// <summary>What the source is called: the name that stands last between FROM and what follows it.</summary>
    private string Alias()
    {
        var from = tokens.FindIndex(static token => IsWord(token, "FROM"));
        if (from < 0)
            throw new SqlException("Syntax error: no FROM.");
        var end = tokens.FindIndex(from, static token =>
            token.Kind == SqlTokenKind.End || IsWord(token, "WHERE") || IsWord(token, "ORDER"));
        return tokens[end - 1].Text;
    }

    private SqlExpression.ObjectOf Selected()
    {
        var properties = new List<(string, SqlExpression)>();
        do
        {
            var value = Or();
            var name = Take("AS") ? Name() : (value as SqlExpression.Path)?.Steps[^1] ?? throw Unknown();
            properties.Add((name, value));
        }
        while (Take(","));
        return new SqlExpression.ObjectOf(properties);
    }

    private List<SqlOrder> Order()
    {
        Need("BY");
        var order = new List<SqlOrder>();
        do
        {
            var start = Token.Start;
            var by = Primary();
            var text = query[start..Token.Start].Trim();
            var isDescending = Take("DESC");
            if (!isDescending)
                Take("ASC");
            order.Add(new SqlOrder(by, isDescending, text));
        }
        while (Take(","));
        return order;
    }

    private SqlExpression Or()
    {
        var left = And();
        while (Take("OR"))
            left = new SqlExpression.Or(left, And());
        return left;
    }

    private SqlExpression And()
    {
        var left = Not();
        while (Take("AND"))
            left = new SqlExpression.And(left, Not());
        return left;
    }

    private SqlExpression Not() => Take("NOT") ? new SqlExpression.Not(Not()) : Comparison();

    private SqlExpression Comparison()
    {
        var left = Primary();
        if (Token is not { Kind: SqlTokenKind.Symbol, Text: "=" or "!=" or "<>" or "<" or "<=" or ">" or ">=" })
            return left;
        var symbol = tokens[at++].Text;
        return new SqlExpression.Compared(symbol, left, Primary());
    }

    private SqlExpression Primary()
    {
        var token = tokens[at++];
        switch (token)
        {
            case { Kind: SqlTokenKind.Text }:
                return new SqlExpression.Constant(SqlValue.Of(token.Text));
            case { Kind: SqlTokenKind.Number }:
                return new SqlExpression.Constant(SqlValue.Of(double.Parse(token.Text, CultureInfo.InvariantCulture)));
            case { Kind: SqlTokenKind.Parameter } when parameters.TryGetValue(token.Text, out var value):
                return new SqlExpression.Constant(value);
            case { Kind: SqlTokenKind.Symbol, Text: "(" }:
                var inner = Or();
                Need(")");
                return inner;
            case { Kind: SqlTokenKind.Symbol, Text: "[" }:
                return new SqlExpression.ArrayOf(List("]", Or));
            case { Kind: SqlTokenKind.Symbol, Text: "{" }:
                return new SqlExpression.ObjectOf(List("}", Property));
            case { Kind: SqlTokenKind.Name }:
                return Named(token);
            default:
                at--;
                throw Unknown();
        }
    }

    private SqlExpression Named(SqlToken token)
    {
        if (token.Text == alias)
            return new SqlExpression.Path(Steps());
        switch (token.Text.ToUpperInvariant())
        {
            case "TRUE":
                return new SqlExpression.Constant(SqlValue.Of(true));
            case "FALSE":
                return new SqlExpression.Constant(SqlValue.Of(false));
            case "NULL":
                return new SqlExpression.Constant(SqlValue.Of((JsonNode?)null));
            case "UNDEFINED":
                return new SqlExpression.Constant(SqlValue.Undefined);
            case "IS_DEFINED":
                Need("(");
                var operand = Or();
                Need(")");
                return new SqlExpression.IsDefined(operand);
            default:
                at--;
                throw Unknown();
        }
    }

    private List<string> Steps()
    {
        var steps = new List<string>();
        while (true)
        {
            if (Take("."))
            {
                steps.Add(Name());
            }
            else if (Take("["))
            {
                steps.Add(Token.Kind == SqlTokenKind.Text ? tokens[at++].Text : throw Unknown());
                Need("]");
            }
            else
            {
                return steps;
            }
        }
    }

    private (string, SqlExpression) Property()
    {
        var name = tokens[at++].Text;
        Need(":");
        return (name, Or());
    }

    private List<T> List<T>(string end, Func<T> element)
    {
        var list = new List<T>();
        if (Take(end))
            return list;
        do
            list.Add(element());
        while (Take(","));
        Need(end);
        return list;
    }

    private string Name() => Token.Kind == SqlTokenKind.Name ? tokens[at++].Text : throw Unknown();

    private bool Is(string word) => IsWord(Token, word);

    private static bool IsWord(SqlToken token, string word) =>
        token.Kind is SqlTokenKind.Name or SqlTokenKind.Symbol
        && token.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool Take(string word)
    {
        if (!Is(word))
            return false;
        at++;
        return true;
    }

    private void Need(string word)
    {
        if (!Take(word))
            throw Unknown();
    }

    private SqlException Unknown() =>
        new($"Syntax error, or not known to the double, near '{Token.Text}' at {Token.Start} of: {query}");
}
