using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Contracts;

/// <summary>A key as an administrator asks for it.</summary>
internal sealed record KeyInput(string Name, ApiScopes Scopes)
{
    private const int ScopesMax = 16;

    public static bool TryRead(
        ApiCall call, [NotNullWhen(true)] out KeyInput? input, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var name = json.Root.Id("name"u8, isRequired: true);
            var scopes = ReadScopes(json.Root);
            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            input = new KeyInput(name!, scopes);
            return true;
        }
    }

    private static ApiScopes ReadScopes(InputObject root)
    {
        if (!root.TryGet("scopes"u8, out var sent))
        {
            root.Fail("scopes"u8, "is required");
            return ApiScopes.None;
        }

        if (sent.ValueKind != JsonValueKind.Array || sent.GetArrayLength() is < 1 or > ScopesMax)
        {
            root.Fail("scopes"u8, $"must be an array with at least one of: {ScopeNames.Known}");
            return ApiScopes.None;
        }

        var scopes = ApiScopes.None;
        var at = 0;
        foreach (var item in sent.EnumerateArray())
        {
            if (ScopeNames.TryParse(InputObject.TextOf(item), out var scope))
                scopes |= scope;
            else
                root.Errors.Add($"{root.PointerOf("scopes"u8)}/{at}", $"must be one of: {ScopeNames.Known}");
            at++;
        }

        return scopes;
    }
}
