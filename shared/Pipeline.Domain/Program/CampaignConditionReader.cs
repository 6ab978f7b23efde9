using System.Collections.Frozen;

namespace Pipeline.Domain;

/// <summary>Reads <c>campaigns[].when</c>.</summary>
internal static class CampaignConditionReader
{
    internal static CampaignConditions Read(ObjectReader? reader)
    {
        if (reader is null)
            return CampaignConditions.None;
        reader.Allow(
            "currencies", "channels", "categories", "skus", "minimumSpend", "firstPurchase", "order", "everyOrders",
            "newCustomerDays", "birthdayMonth", "tiers", "stages", "segments");
        return new CampaignConditions
        {
            Currencies = reader.Words("currencies", Currencies).ToFrozenSet(),
            Channels = Texts(reader, "channels"),
            Categories = Texts(reader, "categories"),
            Skus = Texts(reader, "skus"),
            MinimumSpend = ProgramReader.ReadCurrencies(
                reader.Object("minimumSpend"), static (spend, code) => spend.Whole(code, 1, long.MaxValue, 1)),
            FirstPurchase = reader.Boolean("firstPurchase", false),
            Order = Number(reader, "order", CampaignConditions.OrderMax),
            EveryOrders = Number(reader, "everyOrders", CampaignConditions.OrderMax),
            NewCustomerDays = Number(reader, "newCustomerDays", CampaignConditions.NewCustomerDaysMax),
            BirthdayMonth = reader.Boolean("birthdayMonth", false),
            Tiers = Texts(reader, "tiers"),
            Stages = reader.Words("stages", CampaignWords.Stages).ToFrozenSet(),
            Segments = reader.Words("segments", CampaignWords.Segments).ToFrozenSet(),
        };
    }

    private static (string Word, Currency Value)[] Currencies { get; } =
        [.. Currency.All.Select(static currency => (currency.Code, currency))];

    private static FrozenSet<string> Texts(ObjectReader reader, string name) =>
        reader.Texts(name, CampaignConditions.TextsMax, EarningRules.ExclusionCharactersMax)
            .ToFrozenSet(StringComparer.Ordinal);

    private static int? Number(ObjectReader reader, string name, int max) =>
        reader.Has(name) ? (int)reader.Whole(name, 1, max, 1) : null;
}
