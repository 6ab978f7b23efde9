using System.Collections.Frozen;
using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>What tests of awards beside purchases have in common.</summary>
internal static class MemberShop
{
    public static readonly CustomerId Bob = new("bob");

    public static LoyaltyProgram Program { get; } = LoyaltyProgram.Default with
    {
        Awards = new AwardRules(
            new SignUpRule(100),
            new BirthdayRule(200, LeapDay.February28),
            new ReviewRule(20, MinCommentCharacters: 10, new AwardLimits(PerCustomer: null, PerDay: 2)),
            new ReferralRule(
                500, 250, FrozenDictionary<Currency, long>.Empty, KeptDays: 14, ValidDays: 30, MaxPerReferrer: 2, CodeLength: 8),
            new Dictionary<string, EventRule>
            {
                ["app-install"] = new(50, new AwardLimits(PerCustomer: 1, PerDay: null)),
                ["check-in"] = new(5, new AwardLimits(PerCustomer: null, PerDay: 2)),
            }.ToFrozenDictionary()),
    };

    public static Profile Profile(string? birthday = null, string? email = null, string? phone = null) => new(
        "Somebody", email, phone,
        birthday is null ? null : DateOnly.Parse(birthday, System.Globalization.CultureInfo.InvariantCulture),
        null, null, ImmutableSortedDictionary<string, string>.Empty);

    public static CustomEvent Event(string id, DateTimeOffset at, string type = "app-install", CustomerId? customer = null) =>
        new(id, customer ?? Shop.Ann, type, at);

    public static async Task JoinAsync(
        this Shop shop, CustomerId customer, string? birthday = null, string? email = null, string? phone = null) =>
        await shop.Profiles.PutAsync(customer, Profile(birthday, email, phone), default);

    public static async Task<string> CodeAsync(this Shop shop, CustomerId customer) =>
        Assert.IsType<CodeAnswer.Done>(await shop.Referrals.CodeAsync(customer, default)).Code;

    public static async Task<ReferralAnswer> ReferAsync(this Shop shop, CustomerId referrer, CustomerId referee) =>
        await shop.Referrals.ReferAsync(referee, await shop.CodeAsync(referrer), default);

    /// <summary>Plans and works the night of a day, at two o'clock.</summary>
    public static async Task<RunView> NightOfAsync(this Shop shop, DateOnly slot)
    {
        var at = shop.Programs.Current.StartOfDay(slot).AddHours(2);
        if (at > shop.Now)
            shop.Time.Advance(at - shop.Now);
        return await shop.NightAsync(slot);
    }

    public static async Task<string[]> GrantsAsync(this Shop shop, CustomerId? customer = null) =>
    [
        .. (await shop.Reader.LedgerAsync(customer ?? Shop.Ann, 200, null, default))!.Entries
            .Where(static entry => entry.Fact is Fact.Granted).Select(static entry => entry.Id).Order(StringComparer.Ordinal),
    ];
}
