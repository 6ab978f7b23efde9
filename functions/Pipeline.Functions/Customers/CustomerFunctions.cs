using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Customers;

public sealed class PutCustomer(Api api)
{
    private const string Name = "putCustomer";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/customers/{customerId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetCustomer(Api api)
{
    private const string Name = "getCustomer";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetBalance(Api api)
{
    private const string Name = "getBalance";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}/balance")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetLedger(Api api)
{
    private const string Name = "getLedger";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}/ledger")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetProof(Api api)
{
    private const string Name = "getProof";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}/proof")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
