using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Resources;

/// <summary>What a client reads first: the account's regions, its consistency and the limits of its query engine.</summary>
internal static class AccountJson
{
    private const string QueryEngine = """
        {"maxSqlQueryInputLength":262144,"maxJoinsPerSqlQuery":10,"maxLogicalAndPerSqlQuery":500,
        "maxLogicalOrPerSqlQuery":500,"maxUdfRefPerSqlQuery":10,"maxInExpressionItemsCount":16000,
        "queryMaxInMemorySortDocumentCount":500,"maxQueryRequestTimeoutFraction":0.9,"sqlAllowNonFiniteNumbers":false,
        "sqlAllowAggregateFunctions":true,"sqlAllowSubQuery":true,"sqlAllowScalarSubQuery":true,"allowNewKeywords":true,
        "sqlAllowLike":true,"sqlAllowGroupByClause":true,"maxSpatialQueryCells":12,"spatialMaxGeometryPointCount":256,
        "sqlDisableQueryILOptimization":false,"sqlDisableFilterPlanOptimization":false,"sqlAllowTop":true,
        "enableSpatialIndexing":true}
        """;

    public static JsonObject For(Uri address) => new()
    {
        ["_self"] = "",
        ["id"] = "double",
        ["_rid"] = "double.local",
        ["media"] = "//media/",
        ["addresses"] = "//addresses/",
        ["_dbs"] = "//dbs/",
        ["writableLocations"] = Region(address),
        ["readableLocations"] = Region(address),
        ["enableMultipleWriteLocations"] = false,
        ["userReplicationPolicy"] = Replication(),
        ["systemReplicationPolicy"] = Replication(),
        ["readPolicy"] = new JsonObject { ["primaryReadCoefficient"] = 1, ["secondaryReadCoefficient"] = 1 },
        ["userConsistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = "Session" },
        ["queryEngineConfiguration"] = QueryEngine,
    };

    private static JsonArray Region(Uri address) => new(new JsonObject
    {
        ["name"] = "Double",
        ["databaseAccountEndpoint"] = address.GetLeftPart(UriPartial.Authority) + "/",
    });

    private static JsonObject Replication() => new()
    {
        ["asyncReplication"] = false,
        ["minReplicaSetSize"] = 3,
        ["maxReplicasetSize"] = 4,
    };
}
