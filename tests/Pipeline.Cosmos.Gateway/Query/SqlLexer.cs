using System.Globalization;
using System.Text;

namespace Pipeline.Cosmos.Gateway.Query;

internal enum SqlTokenKind
{
    Name,
    Parameter,
    Text,
    Number,
    Symbol,
    End,
}

/// <param name="Text">A text without its quotes and escapes; else as written.</param>
/// <param name="Start">Where it begins in the query.</param>
internal sealed record SqlToken(SqlTokenKind Kind, string Text, int Start);

internal sealed class SqlException(string message) : Exception(message);

/// <summary>Takes a query apart into names, texts, numbers and symbols.</summary>
internal sealed class SqlLexer(string query)
{
    private static readonly string[] LongSymbols = ["<=", ">=", "!=", "<>"];

    private int at;

    public List<SqlToken> Read()
    {
        var tokens = new List<SqlToken>();
        while (true)
        {
            while (at < query.Length && char.IsWhiteSpace(query[at]))
                at++;
            if (at == query.Length)
            {
                tokens.Add(new SqlToken(SqlTokenKind.End, "", at));
                return tokens;
            }

            tokens.Add(Next(at));
        }
    }

    private SqlToken Next(int start) => query[start] switch
    {
        '"' or '\'' => new SqlToken(SqlTokenKind.Text, Text(), start),
        '@' => new SqlToken(SqlTokenKind.Parameter, While(static one => IsNamePart(one) || one == '@'), start),
        var one when char.IsAsciiDigit(one) =>
            new SqlToken(SqlTokenKind.Number, While(static one => IsNamePart(one) || one == '.'), start),
        var one when IsNamePart(one) => new SqlToken(SqlTokenKind.Name, While(IsNamePart), start),
        _ => new SqlToken(SqlTokenKind.Symbol, Symbol(), start),
    };

    private static bool IsNamePart(char one) => char.IsLetterOrDigit(one) || one == '_';

    private string While(Func<char, bool> belongs)
    {
        var start = at;
        while (at < query.Length && belongs(query[at]))
            at++;
        return query[start..at];
    }

    private string Symbol()
    {
        var symbol = Array.Find(LongSymbols, one => query.AsSpan(at).StartsWith(one)) ?? query[at].ToString();
        at += symbol.Length;
        return symbol;
    }

    private string Text()
    {
        var quote = query[at++];
        var text = new StringBuilder();
        while (query[at] != quote)
            text.Append(query[at] == '\\' ? Escaped() : query[at++]);
        at++;
        return text.ToString();
    }

    private char Escaped()
    {
        var mark = query[at + 1];
        at += 2;
        if (mark != 'u')
            return mark switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => mark };
        at += 4;
        return (char)int.Parse(query.AsSpan(at - 4, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
