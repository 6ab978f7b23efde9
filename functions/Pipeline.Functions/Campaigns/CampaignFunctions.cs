using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Campaigns;

public sealed class ListCampaigns(Api api)
{
    private const string Name = "listCampaigns";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/campaigns")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetCampaign(Api api)
{
    private const string Name = "getCampaign";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/campaigns/{campaignId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
