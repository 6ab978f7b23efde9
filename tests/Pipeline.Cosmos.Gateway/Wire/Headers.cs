namespace Pipeline.Cosmos.Gateway.Wire;

/// <summary>The names of the wire's headers.</summary>
internal static class Headers
{
    public const string ActivityId = "x-ms-activity-id";
    public const string AlternateContentPath = "x-ms-alt-content-path";
    public const string ContentPath = "x-ms-content-path";
    public const string Continuation = "x-ms-continuation";
    public const string EndHash = "x-ms-end-epk";
    public const string FeedMode = "A-IM";
    public const string IfMatch = "If-Match";
    public const string IfNoneMatch = "If-None-Match";
    public const string IsAtomic = "x-ms-cosmos-batch-atomic";
    public const string IsBatch = "x-ms-cosmos-is-batch-request";
    public const string IsQuery = "x-ms-documentdb-isquery";
    public const string IsQueryPlan = "x-ms-cosmos-is-query-plan-request";
    public const string IsUpsert = "x-ms-documentdb-is-upsert";
    public const string ItemCount = "x-ms-item-count";
    public const string Lsn = "lsn";
    public const string PageSize = "x-ms-max-item-count";
    public const string PartitionKey = "x-ms-documentdb-partitionkey";
    public const string Range = "x-ms-documentdb-partitionkeyrangeid";
    public const string RequestCharge = "x-ms-request-charge";
    public const string RetryAfter = "x-ms-retry-after-ms";
    public const string SessionToken = "x-ms-session-token";
    public const string StartHash = "x-ms-start-epk";
    public const string SubStatus = "x-ms-substatus";
    public const string Version = "x-ms-version";
}
