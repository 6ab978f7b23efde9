using System.CommandLine;
using Pipeline.Domain;
using Pipeline.Runtime.Security;

namespace Pipeline.Local.Commands;

/// <summary>Makes, lists and ends API keys.</summary>
internal static class KeysCommand
{
    public static Command Create(Terminal terminal) => new(
        "keys", "API keys. While the host serves: POST, GET and DELETE /v1/keys.")
    {
        Make(terminal), List(terminal), Revoke(terminal),
    };

    private static Command Make(Terminal terminal)
    {
        var (data, json) = (Options.Data(), Options.Json());
        var name = new Option<string>("--name") { Description = "Names the client.", Required = true, HelpName = "NAME" };
        var scopes = new Option<string>("--scopes")
        {
            Description = $"What the key may do: {ScopeNames.Known}, separated by commas.",
            Required = true,
            HelpName = "LIST",
        };
        var command = new Command("create", "Makes a key and prints it, once.") { name, scopes, data, json };
        command.SetAction((parsed, cancellation) => MakeAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(name), parsed.GetRequiredValue(scopes),
            parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("list", "Lists the keys without their secrets. Works while the host serves.") { data, json };
        command.SetAction((parsed, cancellation) =>
            ListAsync(parsed.GetRequiredValue(data), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static Command Revoke(Terminal terminal)
    {
        var (data, json) = (Options.Data(), Options.Json());
        var name = new Argument<string>("NAME") { Description = "Whose keys end." };
        var keyId = new Option<string?>("--key-id") { Description = "End only this one of them.", HelpName = "ID" };
        var command = new Command("revoke", "Ends the keys of a name.") { name, keyId, data, json };
        command.SetAction((parsed, cancellation) => RevokeAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(name), parsed.GetValue(keyId), parsed.GetValue(json),
            terminal, cancellation));
        return command;
    }

    private static async Task<int> MakeAsync(
        string folder, string name, string list, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        if (!IdForm.IsValid(name))
            throw new CommandException($"a key's name is {IdForm.Description}.");
        if (!ScopeNames.TryParseList(list, out var scopes))
            throw new CommandException($"'{list}' is not a list of scopes; known are {ScopeNames.Known}.");
        await using var services = await Folder.OpenAsync(folder, terminal, "keys create", cancellation);
        using var keys = new ApiKeys(services.GetRequiredService<Runtime.Ports.IDocumentStore>(), terminal.Time);
        if (await keys.CreateAsync(name, scopes, cancellation) is not KeyCreation.Created made)
            throw new CommandException(
                $"'{name}' has {ApiKeys.OfOneNameMax} valid keys already. Revoke one first: "
                + $"pipeline keys revoke {name} --key-id ID ('pipeline keys list' shows the ids).");
        var report = new NewKey(made.Info.Name, made.Info.KeyId, ScopeNames.Of(made.Info.Scopes), made.Key);
        terminal.Print(asJson, report, ReportJson.Default.NewKey, report.WriteTo);
        return 0;
    }

    private static async Task<int> ListAsync(
        string folder, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        await using var engine = Folder.Read(folder);
        using var keys = new ApiKeys(engine.Documents, terminal.Time);
        var list = new KeyList([.. (await keys.ListAsync(cancellation)).Select(static key =>
            new KeyLine(key.Name, key.KeyId, ScopeNames.Of(key.Scopes), key.CreatedAt))]);
        terminal.Print(asJson, list, ReportJson.Default.KeyList, list.WriteTo);
        return 0;
    }

    private static async Task<int> RevokeAsync(
        string folder, string name, string? keyId, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        Folder.MustExist(folder);
        await using var services = await Folder.OpenAsync(folder, terminal, "keys revoke", cancellation);
        using var keys = new ApiKeys(services.GetRequiredService<Runtime.Ports.IDocumentStore>(), terminal.Time);
        var revoked = await keys.RevokeAsync(name, keyId, cancellation);
        if (revoked == 0)
            throw new CommandException($"there is no valid key of the name '{name}'{(keyId is null ? "" : " and that id")}.");
        var report = new RevokedKeys(name, revoked);
        terminal.Print(asJson, report, ReportJson.Default.RevokedKeys, report.WriteTo);
        return 0;
    }
}

/// <param name="Key">The key's text: it is told here and nowhere else.</param>
internal sealed record NewKey(string Name, string KeyId, string[] Scopes, string Key)
{
    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine($"A key for {Name} ({string.Join(", ", Scopes)}). It is shown only now:");
        writer.WriteLine();
        writer.WriteLine($"  {Key}");
        writer.WriteLine();
    }
}

internal sealed record KeyLine(string Name, string KeyId, string[] Scopes, DateTimeOffset CreatedAt);

internal sealed record KeyList(KeyLine[] Keys)
{
    public void WriteTo(TextWriter writer)
    {
        foreach (var key in Keys)
            writer.WriteLine(
                $"{key.Name}  {key.KeyId}  {string.Join(',', key.Scopes)}  {key.CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        writer.WriteLine($"{Words.Count(Keys.Length, "key", "keys")}.");
    }
}

internal sealed record RevokedKeys(string Name, int Revoked)
{
    public void WriteTo(TextWriter writer) => writer.WriteLine($"{Words.Count(Revoked, "key", "keys")} of {Name} ended.");
}
