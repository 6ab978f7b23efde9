using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <summary>What awards of one customer look at beside the account: read once, where an award asks for it.</summary>
internal sealed class CustomerCampaigns(IDocumentStore store, CustomerId customer, ProgramHistory programs)
{
    private readonly Dictionary<string, CampaignUse> uses = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private CampaignStanding? standing;

    /// <summary>Whether the next commit has documents of it to write.</summary>
    public bool HasChanged => changed.Count > 0;

    public async ValueTask<LedgerView> WithAsync(LedgerView view, Unknowns unknown, CancellationToken cancellation)
    {
        switch (unknown)
        {
            case Unknowns.Standing:
                return view with { Standing = standing ??= await StandingAsync(store, customer, cancellation) };
            case Unknowns.Uses asked:
                foreach (var campaign in asked.Campaigns)
                    if (!uses.ContainsKey(campaign))
                        uses.Add(campaign, await UseAsync(campaign, cancellation));
                return view with
                {
                    Uses = view.Uses.SetItems(asked.Campaigns.Select(campaign => KeyValuePair.Create(campaign, uses[campaign]))),
                };
            default:
                throw new InvalidOperationException($"{unknown.GetType().Name} is not known of a customer.");
        }
    }

    /// <summary>Counts what a decided purchase had of campaigns with a cap for each customer.</summary>
    public void Take(Entry entry)
    {
        if (entry.Fact is not Fact.Purchased bought)
            return;
        var program = programs[bought.ProgramVersion];
        CampaignUse.Count(uses, bought, program, entry.OccurredAt);
        foreach (var part in bought.Awards)
            if (part.Campaign is { } id && program.FindCampaign(id) is { Caps.CountsCustomers: true })
                changed.Add(id);
    }

    /// <summary>In the same commit as the account, whose version they share.</summary>
    public IEnumerable<Write> Writes() => changed.Order(StringComparer.Ordinal).Select(campaign =>
        new Write.Upsert(CampaignKinds.Use, campaign, CampaignUseDocument.Write(uses[campaign])));

    /// <summary>As the last night left it.</summary>
    public static async ValueTask<CampaignStanding> StandingAsync(
        IDocumentStore store, CustomerId customer, CancellationToken cancellation)
    {
        if (await store.ReadAsync(InsightKinds.InsightOf(customer.Value), cancellation) is not { } document)
            return CampaignStanding.Unknown;
        var insight = InsightMapping.Read(InsightJson.ReadInsight(document).Now);
        return new CampaignStanding(insight.Stage, insight.Rfm?.Segment);
    }

    private async ValueTask<CampaignUse> UseAsync(string campaign, CancellationToken cancellation) =>
        await store.ReadAsync(CampaignKinds.UseOf(customer, campaign), cancellation) is { } document
            ? CampaignUseDocument.Read(document)
            : CampaignUse.None(campaign);
}
