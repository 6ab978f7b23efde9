using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway;

/// <summary>One answered request.</summary>
/// <param name="BytesIn">Bytes of the request's body.</param>
/// <param name="BytesOut">Bytes of the answer's body.</param>
/// <param name="Charge">Request units by the whole of the vendor's page: see <see cref="RequestUnits"/>.</param>
/// <param name="TableCharge">Request units by its table alone, where each write is one write.</param>
public sealed record Call(
    CallKind Kind,
    int Status,
    int DocumentsRead,
    int DocumentsWritten,
    int BytesIn,
    int BytesOut,
    double Charge,
    double TableCharge)
{
    public override string ToString() =>
        $"{Kind} {Status}: read {DocumentsRead}, wrote {DocumentsWritten}, {Charge:0.##} RU";
}

/// <summary>Requests in the order in which they were answered.</summary>
public sealed class Journal
{
    private readonly Lock gate = new();
    private readonly List<Call> calls = [];

    /// <summary>The requests for documents; what a client reads once is left out.</summary>
    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (gate)
                return [.. calls.Where(static call => call.Kind != CallKind.Resource)];
        }
    }

    public void Clear()
    {
        lock (gate)
            calls.Clear();
    }

    internal void Add(GatewayRequest request, GatewayAnswer answer)
    {
        var call = new Call(
            request.Kind, answer.Status, answer.DocumentsRead, answer.DocumentsWritten,
            request.Body.Length, answer.Body.Length, answer.Charge, answer.TableCharge ?? answer.Charge);
        lock (gate)
            calls.Add(call);
    }
}
