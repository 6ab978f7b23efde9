using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Members;

namespace Pipeline.Runtime.Http;

/// <summary>What customers do beside buying: events and referrals.</summary>
public sealed class MemberEndpoints(
    CustomEvents events, Referrals referrals, CustomerReader reader, TimeProvider clock)
{
    /// <summary>POST /v1/events.</summary>
    public async Task<IResult> PostEventAsync(HttpRequest request)
    {
        if (!MemberInput.TryReadEvent(ApiCall.Of(request), clock.GetUtcNow(), out var input, out var refusal))
            return refusal;
        return await events.PostAsync(input, request.HttpContext.RequestAborted) switch
        {
            EventAnswer.Done done => JsonAnswer.Ok(done, MemberJson.Event, isReplayed: done.Replayed),
            EventAnswer.UnknownCustomer => Problems.UnknownCustomer.Answer(),
            EventAnswer.UnknownType => Problems.UnknownEventType.Answer(),
            EventAnswer.ContentDiffers =>
                Problems.ContentDiffers.Answer("This eventId was used before with other content."),
            EventAnswer.Refused refused => Refusals.Of(refused.Reason).Answer(),
            _ => throw new InvalidOperationException("Unknown answer."),
        };
    }

    /// <summary>POST /v1/customers/{customerId}/referral-code.</summary>
    public async Task<IResult> PostCodeAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("customerId", errors) is not { } id)
            return errors.Answer();
        var customer = new CustomerId(id);
        return await referrals.CodeAsync(customer, request.HttpContext.RequestAborted) switch
        {
            CodeAnswer.Done done => JsonAnswer.Ok((customer, done.Code), MemberJson.Code, isReplayed: done.Replayed),
            CodeAnswer.UnknownCustomer => Problems.UnknownCustomer.Answer(),
            CodeAnswer.NoRule => Problems.NoReferrals.Answer(),
            _ => throw new InvalidOperationException("Unknown answer."),
        };
    }

    /// <summary>POST /v1/referrals.</summary>
    public async Task<IResult> PostReferralAsync(HttpRequest request)
    {
        if (!MemberInput.TryReadReferral(ApiCall.Of(request), out var input, out var refusal))
            return refusal;
        return await referrals.ReferAsync(input.Referee, input.Code, request.HttpContext.RequestAborted) switch
        {
            ReferralAnswer.Done done => JsonAnswer.Of(
                StatusCodes.Status201Created, done.Referral, MemberJson.Referral, isReplayed: done.Replayed),
            ReferralAnswer.UnknownCustomer => Problems.UnknownCustomer.Answer(),
            ReferralAnswer.NoRule => Problems.NoReferrals.Answer(),
            ReferralAnswer.UnknownCode => Problems.UnknownReferralCode.Answer(),
            ReferralAnswer.ReferredBefore => Problems.ReferredBefore.Answer(),
            ReferralAnswer.BoughtBefore => Problems.BoughtBefore.Answer(),
            ReferralAnswer.Refused refused => ProblemOf(refused.Why).Answer(),
            _ => throw new InvalidOperationException("Unknown answer."),
        };
    }

    /// <summary>GET /v1/customers/{customerId}/referrals?limit=&amp;cursor=.</summary>
    public async Task<IResult> ListReferralsAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var id = request.PathId("customerId", errors);
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var customer = new CustomerId(id!);
        var cancellation = request.HttpContext.RequestAborted;
        if (await reader.GetAsync(customer, cancellation) is null)
            return Problems.UnknownCustomer.Answer();
        var (brought, next) = await referrals.ListAsync(customer, limit, cursor, cancellation);
        var shown = new ShownReferrals(
            await referrals.CodeOfAsync(customer, cancellation), await referrals.FindAsync(customer, cancellation), brought);
        return JsonAnswer.Of(
            StatusCodes.Status200OK, shown, MemberJson.Referrals, link: request.NextLink(limit, next));
    }

    private static ProblemType ProblemOf(ReferralRefusal why) => why switch
    {
        ReferralRefusal.SamePerson => Problems.SelfReferral,
        ReferralRefusal.Cycle => Problems.ReferralCycle,
        ReferralRefusal.ReferrerLimit => Problems.ReferrerLimit,
        _ => throw new ArgumentOutOfRangeException(nameof(why), why, "Known only later."),
    };
}
