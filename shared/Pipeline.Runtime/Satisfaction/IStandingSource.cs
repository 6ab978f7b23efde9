using Pipeline.Domain;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>
/// What is known of a customer beside the feedback: tier, stage of life, value. The one seam through which they reach
/// metrics and case rules.
/// </summary>
public interface IStandingSource
{
    ValueTask<Standing> OfAsync(CustomerId customer, CancellationToken cancellation);
}
