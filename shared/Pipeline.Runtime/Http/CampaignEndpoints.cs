using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Contracts;

namespace Pipeline.Runtime.Http;

/// <summary>The program's campaigns and their budgets.</summary>
public sealed class CampaignEndpoints(CampaignReports reports)
{
    /// <summary>GET /v1/campaigns?limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var (campaigns, next) = await reports.ListAsync(limit, cursor, request.HttpContext.RequestAborted);
        return JsonAnswer.Of(
            StatusCodes.Status200OK, campaigns, CampaignStateJson.Campaigns, link: request.NextLink(limit, next));
    }

    /// <summary>GET /v1/campaigns/{campaignId}.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("campaignId", errors) is not { } id)
            return errors.Answer();
        return await reports.GetAsync(id, request.HttpContext.RequestAborted) is { } view
            ? JsonAnswer.Ok(view, CampaignStateJson.Campaign)
            : Problems.NotFound.Answer("The program has no such campaign.");
    }
}
