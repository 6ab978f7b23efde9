using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Http;

/// <summary>Customers: profile, balance and ledger.</summary>
public sealed class CustomerEndpoints(
    CustomerReader reader, Profiles profiles, InsightReader insights, TimeProvider clock)
{
    /// <summary>PUT /v1/customers/{customerId}.</summary>
    public async Task<IResult> PutAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        if (!ProfileInput.TryRead(ApiCall.Of(request), clock.GetUtcNow(), errors, out var profile, out var refusal))
            return refusal;
        var (view, isNew) = await profiles.PutAsync(
            new CustomerId(customer!), profile, request.HttpContext.RequestAborted);
        if (!isNew)
            view = await WithInsightAsync(view, request.HttpContext.RequestAborted);
        return isNew
            ? JsonAnswer.Of(StatusCodes.Status201Created, view, CustomerJson.Customer, $"/v1/customers/{customer}")
            : JsonAnswer.Ok(view, CustomerJson.Customer);
    }

    /// <summary>GET /v1/customers/{customerId}.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("customerId", errors) is not { } customer)
            return errors.Answer();
        var view = await reader.GetAsync(new CustomerId(customer), request.HttpContext.RequestAborted);
        return view is null
            ? Problems.UnknownCustomer.Answer()
            : JsonAnswer.Ok(
                await WithInsightAsync(view, request.HttpContext.RequestAborted), CustomerJson.Customer);
    }

    /// <summary>GET /v1/customers/{customerId}/balance?asOf=&amp;knownAt=.</summary>
    public async Task<IResult> GetBalanceAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var asOf = request.Instant("asOf", errors);
        var knownAt = request.Instant("knownAt", errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var balance = await reader.BalanceAsync(
            new CustomerId(customer!), asOf, knownAt, request.HttpContext.RequestAborted);
        return balance is null ? Problems.UnknownCustomer.Answer() : JsonAnswer.Ok(balance, CustomerJson.Balance);
    }

    /// <summary>GET /v1/customers/{customerId}/ledger?limit=&amp;cursor=.</summary>
    public async Task<IResult> GetLedgerAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var page = await reader.LedgerAsync(
            new CustomerId(customer!), limit, cursor, request.HttpContext.RequestAborted);
        return page is null
            ? Problems.UnknownCustomer.Answer()
            : JsonAnswer.Of(
                StatusCodes.Status200OK, page, CustomerJson.Ledger, link: request.NextLink(limit, page.Cursor));
    }

    private async ValueTask<CustomerView> WithInsightAsync(CustomerView view, CancellationToken cancellation) =>
        view with { Insight = await insights.CustomerAsync(view.Customer, cancellation) };
}
