namespace Pipeline.Runtime.Security;

/// <summary>What a key may do. Scopes do not include one another.</summary>
[Flags]
public enum ApiScopes
{
    None = 0,
    Checkout = 1,
    Survey = 2,
    Staff = 4,
    Admin = 8,
    All = Checkout | Survey | Staff | Admin,
}

/// <summary>The scopes' names on the wire, on the command line and in the store.</summary>
public static class ScopeNames
{
    private static readonly (ApiScopes Scope, string Name)[] Names =
    [
        (ApiScopes.Checkout, "checkout"),
        (ApiScopes.Survey, "survey"),
        (ApiScopes.Staff, "staff"),
        (ApiScopes.Admin, "admin"),
    ];

    /// <summary>"checkout, survey, staff, admin".</summary>
    public static string Known { get; } = string.Join(", ", Names.Select(static pair => pair.Name));

    /// <summary>The names of a set of scopes, in a fixed order.</summary>
    public static string[] Of(ApiScopes scopes) =>
        [.. Names.Where(pair => scopes.HasFlag(pair.Scope)).Select(static pair => pair.Name)];

    /// <summary>False for a name that is not exactly one of the four.</summary>
    public static bool TryParse(string? name, out ApiScopes scope)
    {
        foreach (var (known, text) in Names)
        {
            if (text == name)
            {
                scope = known;
                return true;
            }
        }

        scope = ApiScopes.None;
        return false;
    }

    /// <summary>Reads <c>checkout,survey</c>; false where a name is unknown or there is none.</summary>
    public static bool TryParseList(string? list, out ApiScopes scopes)
    {
        scopes = ApiScopes.None;
        foreach (var name in (list ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryParse(name, out var scope))
                return false;
            scopes |= scope;
        }

        return true;
    }
}
