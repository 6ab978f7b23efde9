using Pipeline.Domain;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

/// <summary>The rhythm of purchases as the account keeps it.</summary>
public sealed class RhythmTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task An_account_with_two_years_of_monthly_purchases_is_at_most_two_kilobytes()
    {
        var program = LoyaltyProgram.Default with { Expiry = new ExpiryRule.RollingMonths(36, ExpiryAlignment.MonthEnd) };
        var old = new Shop(program);
        for (var month = 0; month < 24; month++)
        {
            old.Time.Advance(TimeSpan.FromDays(30));
            await old.BuyAsync($"53636{month:D2}", 1_234 + month);
        }

        var stored = await old.StoredAsync(Shop.Account());
        Assert.Contains("\"rh\":{\"n\":24", stored, StringComparison.Ordinal);
        Assert.InRange(stored.Length, 1_000, 2_048);
    }

    [Fact]
    public async Task An_account_without_a_rhythm_gets_it_from_its_entries_with_the_next_purchase()
    {
        await shop.BuyAsync("p1", 10);
        shop.Time.Advance(TimeSpan.FromDays(3));
        await shop.BuyAsync("p2", 20);
        await shop.TamperAsync(Shop.Account(), static text => Without(Without(text, ",\"rh\":"), ",\"fl\":"));
        await shop.ResealAsync();
        await shop.AssertProvenAsync();
        shop.Time.Advance(TimeSpan.FromDays(3));
        await shop.BuyAsync("p3", 30);

        Assert.Contains("\"rh\":{\"n\":3", await shop.StoredAsync(Shop.Account()), StringComparison.Ordinal);
        await shop.AssertProvenAsync();
    }

    /// <summary>The stored text without one field, whose value is an object or an array.</summary>
    private static string Without(string text, string field)
    {
        var at = text.IndexOf(field, StringComparison.Ordinal);
        var end = at + field.Length;
        for (var depth = 0; ; end++)
        {
            depth += text[end] is '{' or '[' ? 1 : text[end] is '}' or ']' ? -1 : 0;
            if (depth == 0)
                return text.Remove(at, end + 1 - at);
        }
    }
}
