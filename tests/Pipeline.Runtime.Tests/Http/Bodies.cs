namespace Pipeline.Runtime.Tests.Http;

/// <summary>Bodies as clients send them, on the day of the shop's opening.</summary>
internal static class Bodies
{
    public const string Lines = """[{"sku":"cup","name":"Cup","category":"home","quantity":5,"unitPrice":100}]""";

    public static string Purchase(string id = "p-1", string customer = "ann", string lines = Lines, string more = "") => $$"""
        {"purchaseId":"{{id}}","customerId":"{{customer}}","occurredAt":"2026-03-01T11:00:00Z","currency":"GBP",
         "channel":"web","lines":{{lines}}{{more}}}
        """;

    public static string Refund(string id = "r-1", string purchase = "p-1", string more = "") => $$"""
        {"refundId":"{{id}}","purchaseId":"{{purchase}}","customerId":"ann","occurredAt":"2026-03-01T11:30:00Z"{{more}}}
        """;
}
