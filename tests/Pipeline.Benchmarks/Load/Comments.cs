using System.Globalization;
using System.Text;

namespace Pipeline.Benchmarks.Load;

/// <summary>
/// The feedback of the load: two answers and a comment each, three in four English of about 150 characters, one Chinese of about 50.
/// </summary>
internal static class Comments
{
    public const int Variants = 512;

    private static readonly string[] English =
    [
        "The parcel came two days late and nobody told me why.", "Delivery was quick and the driver was very friendly.",
        "The box was crushed but the mug inside was not broken.", "Lovely quality, exactly as it looks in the picture.",
        "Far too expensive for what it is, I would not buy it again.", "Your support answered within the hour and was kind.",
        "I asked for a refund three weeks ago and still have nothing.", "The website is slow and the search finds nothing.",
        "It works, nothing special about it.", "My daughter loves it, thank you so much!",
        "The colour is not the one I ordered.", "Staff in the store were rude and did not listen.",
    ];

    private static readonly string[] Chinese =
    [
        "快递太慢了，等了一个多星期才到。", "质量很好，和图片上一样，很满意。", "客服态度很好，问题马上就解决了。", "包装破了，杯子也碎了，要求退款。",
        "价格有点贵，但是东西不错。", "还行吧，没有想象中那么好。", "物流很快，第二天就收到了。", "颜色和我买的不一样，很失望。",
    ];

    public static string TextOf(int variant)
    {
        var random = Population.Mix((ulong)variant);
        var sentences = variant % 4 == 3 ? Chinese : English;
        var text = new StringBuilder();
        for (var i = 0; i < 3; i++)
            text.Append(i > 0 && variant % 4 != 3 ? " " : "").Append(sentences[(int)((random >> (8 * i)) % (ulong)sentences.Length)]);
        return text.ToString();
    }

    /// <summary>The body of a feedback with zeros and a fixed instant in its slots.</summary>
    public static byte[] Body(int variant) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"feedbackId\":\"{Purchases.PurchaseId(0)}\",\"customerId\":\"{Purchases.CustomerId(0)}\","
        + $"\"submittedAt\":\"2000-01-01T00:00:00.000Z\",\"channel\":\"web\",\"locale\":\"{(variant % 4 == 3 ? "zh" : "en")}\","
        + $"\"answers\":{{\"csat\":{1 + (variant % 5)},\"nps\":{variant % 11}}},\"comment\":\"{TextOf(variant)}\"}}"));
}
