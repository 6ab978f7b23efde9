using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Insight;

/// <summary>How a customer stands, as the last night saw it.</summary>
internal sealed class InsightStandings(IDocumentStore store) : IStandingSource
{
    public async ValueTask<Standing> OfAsync(CustomerId customer, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(InsightKinds.InsightOf(customer.Value), cancellation);
        if (document is null)
            return Standing.Unknown;
        var insight = InsightMapping.Read(InsightJson.Read(document, InsightJson.Default.InsightDocument).Now);
        return new Standing(Standing.NoTier, InsightCounters.NameOf(insight.Stage), insight.IsHighValue);
    }
}
