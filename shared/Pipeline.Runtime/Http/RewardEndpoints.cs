using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Rewards;

namespace Pipeline.Runtime.Http;

/// <summary>The catalogue of rewards and its codes.</summary>
public sealed class RewardEndpoints(RewardCatalogue catalogue, RedemptionReader reader, TimeProvider clock)
{
    /// <summary>GET /v1/rewards?customerId=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.Single("customerId", errors);
        if (customer is not null && !IdForm.IsValid(customer))
            errors.Add("customerId", $"must be {IdForm.Description}");
        if (!errors.IsEmpty)
            return errors.Answer();
        var rewards = await catalogue.ListAsync(
            customer is null ? null : new CustomerId(customer), request.HttpContext.RequestAborted);
        return rewards is null ? Problems.UnknownCustomer.Answer() : JsonAnswer.Ok(rewards, RewardJson.Rewards);
    }

    /// <summary>POST /v1/rewards/{rewardId}/codes.</summary>
    public async Task<IResult> PostCodesAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var id = request.PathId("rewardId", errors);
        if (!CodesInput.TryRead(ApiCall.Of(request), errors, out var input, out var refusal))
            return refusal;
        var reward = new RewardId(id!);
        if (!catalogue.Has(reward))
            return Problems.NotFound.Answer("The program has no such reward.");
        var answer = await catalogue.AddCodesAsync(reward, input.Codes, request.HttpContext.RequestAborted);
        return answer is null
            ? Problems.RewardWithoutPool.Answer()
            : JsonAnswer.Ok(answer, RewardJson.Codes, isReplayed: answer.Known == input.Codes.Count);
    }

    /// <summary>GET /v1/codes/{code}.</summary>
    public async Task<IResult> GetCodeAsync(HttpRequest request)
    {
        // A pool's code is what was uploaded; one of ours may be typed in any case, with or without its dashes.
        var typed = request.RouteValues["code"] as string ?? "";
        var code = CodeForm.TryRead(typed, out var ours) ? ours : typed;
        if (typed.Length > CodeForm.CharactersMax || !IdForm.IsValid(code))
            return InputErrors.Answer("code", $"must be {IdForm.Description}");
        var view = await reader.FindAsync(code, request.HttpContext.RequestAborted);
        if (view is null && code != typed && IdForm.IsValid(typed))
            (code, view) = (typed, await reader.FindAsync(typed, request.HttpContext.RequestAborted));
        return view is null
            ? Problems.NotFound.Answer("No such code was handed out.")
            : JsonAnswer.Ok((code, view, clock.GetUtcNow()), RedemptionJson.Code);
    }
}
