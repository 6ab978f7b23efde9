using System.Net;
using Pipeline.Contracts;
using Pipeline.Runtime.Security;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Tests.Http;

namespace Pipeline.Runtime.Tests.Security;

public sealed class ApiKeysTests
{
    private readonly FakeTime time = new();
    private readonly MemoryStore store = new();
    private readonly Tap tap;
    private readonly ApiKeys keys;

    public ApiKeysTests()
    {
        tap = new Tap(store, new MemoryQueue(time));
        keys = new ApiKeys(tap, time);
    }

    [Fact]
    public async Task A_new_key_is_valid_and_its_secret_is_nowhere_in_the_store()
    {
        var created = await CreateAsync("shop");
        Assert.Matches("^pk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$", created.Key);
        Assert.Equal(created.Info, (await FindAsync(created.Key))?.Info);
        var secret = created.Key.Split('_', 3)[2];
        Assert.All(store.All(), document => Assert.DoesNotContain(
            secret, System.Text.Encoding.UTF8.GetString(document.Body.Span)));
    }

    [Fact]
    public async Task A_first_key_from_outside_is_let_in_with_every_scope_and_only_while_there_is_none()
    {
        const string First = "pk_0123456789abcdef_0123456789012345678901234567890123456789012";
        const string Second = "pk_fedcba9876543210_0123456789012345678901234567890123456789012";

        var admitted = await Task.WhenAll(
            keys.AdmitFirstAsync("first", First, default).AsTask(),
            new ApiKeys(tap, time).AdmitFirstAsync("first", First, default).AsTask());

        Assert.Single(admitted, true);
        Assert.Equal(ApiScopes.All, (await FindAsync(First))?.Info.Scopes);
        Assert.False(await keys.AdmitFirstAsync("first", Second, default));
        Assert.Null(await FindAsync(Second));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault/secrets/first)")]
    [InlineData("pk_0123456789ABCDEF_0123456789012345678901234567890123456789012")]
    [InlineData("pk_0123456789abcdef_012345678901234567890123456789012345678901!")]
    public async Task A_first_key_of_another_form_is_refused_without_telling_it(string text)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await keys.AdmitFirstAsync("first", text, default));

        Assert.True(text.Length == 0 || !error.Message.Contains(text, StringComparison.Ordinal));
        Assert.Empty(store.All());
    }

    [Fact]
    public async Task A_key_with_another_secret_or_form_is_not_valid()
    {
        var key = (await CreateAsync("shop")).Key;
        var other = (await CreateAsync("other")).Key;
        Assert.Null(await FindAsync(key[..20] + other[20..]));
        Assert.Null(await FindAsync(key[..^1]));
        Assert.Null(await FindAsync(key + "A"));
        Assert.Null(await FindAsync(key.ToUpperInvariant()));
        Assert.Null(await FindAsync(""));
    }

    [Fact]
    public async Task Two_keys_of_one_name_are_valid_at_a_time()
    {
        var first = await CreateAsync("shop");
        var second = await CreateAsync("shop");
        Assert.IsType<KeyCreation.TooMany>(await keys.CreateAsync("shop", ApiScopes.Checkout, default));
        Assert.NotNull(await FindAsync(first.Key));
        Assert.NotNull(await FindAsync(second.Key));
        Assert.Equal(1, await keys.RevokeAsync("shop", first.Info.KeyId, default));
        Assert.Null(await FindAsync(first.Key));
        Assert.NotNull(await FindAsync(second.Key));
        Assert.NotNull(await FindAsync((await CreateAsync("shop")).Key));
    }

    [Fact]
    public async Task Of_many_created_at_once_two_are_valid()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            async _ => await keys.CreateAsync("shop", ApiScopes.Checkout, default)));
        Assert.Equal(2, created.Count(static one => one is KeyCreation.Created));
        Assert.Equal(2, (await keys.ListAsync(default)).Count);
    }

    [Fact]
    public async Task Revoking_a_name_ends_all_its_keys()
    {
        var first = await CreateAsync("shop");
        var second = await CreateAsync("shop");
        var other = await CreateAsync("other");
        Assert.Equal(2, await keys.RevokeAsync("shop", null, default));
        Assert.Null(await FindAsync(first.Key));
        Assert.Null(await FindAsync(second.Key));
        Assert.NotNull(await FindAsync(other.Key));
        Assert.Equal(0, await keys.RevokeAsync("shop", null, default));
        Assert.Equal(0, await keys.RevokeAsync("other", "no-such-id", default));
        Assert.Equal("other", Assert.Single(await keys.ListAsync(default)).Name);
    }

    [Fact]
    public async Task A_key_that_another_process_revoked_ends_within_30_seconds()
    {
        var key = (await CreateAsync("shop")).Key;
        using var elsewhere = new ApiKeys(store, time);
        await elsewhere.RevokeAsync("shop", null, default);
        time.Advance(TimeSpan.FromMilliseconds(29_999));
        Assert.NotNull(await FindAsync(key));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(key));
    }

    [Fact]
    public async Task A_key_that_another_process_made_is_valid_within_a_second()
    {
        await FindAsync((await CreateAsync("shop")).Key);
        using var elsewhere = new ApiKeys(store, time);
        var made = Assert.IsType<KeyCreation.Created>(await elsewhere.CreateAsync("new", ApiScopes.Staff, default));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await FindAsync(made.Key));
    }

    [Fact]
    public async Task Guessing_costs_one_read_a_second()
    {
        var key = (await CreateAsync("shop")).Key;
        time.Advance(TimeSpan.FromSeconds(1));
        tap.Listen();
        var guesses = Enumerable.Range(0, 100).Select(i => $"pk_{i:x16}_{key[20..]}");
        await Task.WhenAll(guesses.Select(guess => FindAsync(guess).AsTask()));
        Assert.Equal(["page key"], tap.Requests);
    }

    [Fact]
    public async Task A_valid_key_is_known_without_the_store()
    {
        var key = (await CreateAsync("shop")).Key;
        tap.Listen();
        for (var i = 0; i < 100; i++)
            Assert.NotNull(await FindAsync(key));
        Assert.Empty(tap.Requests);
    }

    [Theory]
    [InlineData("", ApiScopes.Checkout)]
    [InlineData("a b", ApiScopes.Checkout)]
    [InlineData("shop", ApiScopes.None)]
    [InlineData("shop", (ApiScopes)16)]
    public async Task A_key_needs_a_name_and_known_scopes(string name, ApiScopes scopes) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await keys.CreateAsync(name, scopes, default));

    [Fact]
    public async Task Keys_are_made_listed_and_revoked_over_http()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await host.PostAsync("/v1/keys", """{"name":"shop","scopes":["checkout","survey"]}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/v1/customers/x", made.Text("key"))).Status);
        var listed = (await host.GetAsync("/v1/keys")).Json.GetProperty("keys")[1];
        Assert.Equal("shop", listed.GetProperty("name").GetString());
        Assert.Equal(made.Text("keyId"), listed.GetProperty("keyId").GetString());
        await host.PostAsync("/v1/keys", """{"name":"shop","scopes":["staff"]}""");
        var third = await host.PostAsync("/v1/keys", """{"name":"shop","scopes":["staff"]}""");
        Assert.Equal((HttpStatusCode.Conflict, "too-many-keys"), (third.Status, third.Code));
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync("DELETE", "/v1/keys/shop", null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/v1/customers/x", made.Text("key"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", "/v1/keys/shop", null)).Status);
    }

    [Theory]
    [InlineData("""{"name":"shop","scopes":[]}""", "/scopes")]
    [InlineData("""{"name":"shop","scopes":["root"]}""", "/scopes/0")]
    [InlineData("""{"name":"a b","scopes":["admin"]}""", "/name")]
    [InlineData("""{"name":"shop"}""", "/scopes")]
    public async Task A_key_of_another_form_is_refused(string body, string place)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal([place], (await host.PostAsync("/v1/keys", body)).ErrorPlaces);
    }

    [Theory]
    [InlineData("checkout", ApiScopes.Checkout)]
    [InlineData("checkout, survey", ApiScopes.Checkout | ApiScopes.Survey)]
    [InlineData("Checkout", null)]
    [InlineData("", null)]
    [InlineData("checkout,", null)]
    public void A_list_of_scopes_is_read_exactly(string list, ApiScopes? expected) =>
        Assert.Equal(expected, ScopeNames.TryParseList(list, out var scopes) ? scopes : null);

    private async Task<KeyCreation.Created> CreateAsync(string name) =>
        Assert.IsType<KeyCreation.Created>(await keys.CreateAsync(name, ApiScopes.Checkout, default));

    private ValueTask<ApiKey?> FindAsync(string text) => keys.FindAsync(text.AsMemory(), default);
}
