namespace Pipeline.Cosmos.Gateway.Wire;

/// <summary>What a request asks for.</summary>
public enum CallKind
{
    /// <summary>The account, a database, a container, its ranges: what a client reads once.</summary>
    Resource,

    /// <summary>One item by its id.</summary>
    Read,

    /// <summary>One item's creation, replacement or deletion.</summary>
    Write,

    /// <summary>A transactional batch.</summary>
    Batch,

    Query,

    /// <summary>How a query is to be spread over the servers; costs nothing.</summary>
    QueryPlan,

    Changes,
}
