using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Satisfaction;

public sealed class PostFeedback(Api api)
{
    private const string Name = "postFeedback";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/feedback")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetFeedback(Api api)
{
    private const string Name = "getFeedback";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/feedback/{feedbackId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostSurveyLink(Api api)
{
    private const string Name = "postSurveyLink";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/survey-links")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetSurveyPage(Api api)
{
    private const string Name = "getSurveyPage";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "survey")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetSatisfactionReport(Api api)
{
    private const string Name = "getSatisfactionReport";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/reports/satisfaction")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
