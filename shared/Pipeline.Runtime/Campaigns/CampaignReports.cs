using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <param name="IsRunning">Whether its window holds this moment.</param>
/// <param name="Budget">Null: the campaign has none, and what it gave is known only from the awards.</param>
public sealed record CampaignView(Campaign Campaign, int ProgramVersion, bool IsRunning, BudgetState? Budget);

/// <summary>The campaigns of the program, and how far their budgets are used.</summary>
public sealed class CampaignReports(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    /// <summary>A page of them by id.</summary>
    /// <param name="after">The id that the page before ended with.</param>
    public async ValueTask<(IReadOnlyList<CampaignView> Campaigns, string? Next)> ListAsync(
        int limit, string? after, CancellationToken cancellation)
    {
        var program = programs.Current;
        var views = new List<CampaignView>();
        foreach (var campaign in program.Campaigns)
        {
            if (after is not null && string.CompareOrdinal(campaign.Id, after) <= 0)
                continue;
            if (views.Count == limit)
                return (views, views[^1].Campaign.Id);
            views.Add(await ViewAsync(campaign, program, cancellation));
        }

        return (views, null);
    }

    /// <summary>Null: the program has no such campaign.</summary>
    public async ValueTask<CampaignView?> GetAsync(string id, CancellationToken cancellation)
    {
        var program = programs.Current;
        return program.FindCampaign(id) is { } campaign ? await ViewAsync(campaign, program, cancellation) : null;
    }

    private async ValueTask<CampaignView> ViewAsync(
        Campaign campaign, LoyaltyProgram program, CancellationToken cancellation) => new(
        campaign,
        program.Version,
        campaign.Window.Contains(clock.GetUtcNow(), program.Calendar),
        campaign.Caps.Budget is { } budget
            ? await new CampaignBudget(store, campaign.Id, budget, program.Version).StateAsync(cancellation)
            : null);
}
