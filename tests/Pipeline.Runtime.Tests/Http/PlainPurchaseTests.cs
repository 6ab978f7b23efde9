using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Tests.Http;

/// <summary>The quick reader of purchases against the one that reads everything.</summary>
public sealed class PlainPurchaseTests
{
    private const int Bodies = 30_000;

    private static readonly DateTimeOffset Now = new(2011, 12, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Plain =
    [
        """
        { "purchaseId": "536365", "customerId": "17850", "occurredAt": "2010-12-01T08:26:00Z", "currency": "GBP", "channel": "web",
          "lines": [ { "sku": "85123A", "name": "WHITE HANGING HEART", "category": "home", "quantity": 6, "unitPrice": 255 } ],
          "discount": 0, "shipping": 0, "tax": 0, "holdId": "h-1" }
        """,
        """{"customerId":"c","lines":[{"unitPrice":0,"quantity":1,"sku":"茶杯","name":"青花瓷"},{"sku":"b","quantity":2,"unitPrice":9}],"currency":"CNY","occurredAt":"2011-02-28T23:59:59.999+08:00","purchaseId":"p:1"}""",
        """{"purchaseId":"p","customerId":"c","occurredAt":"1970-01-01T00:00:00Z","currency":"JPY","lines":[{"sku":"a","quantity":1000000000,"unitPrice":1}],"tax":9223372036854775807}""",
    ];

    /// <summary>What a mutation puts in: structure, numbers at their bounds, escapes, bytes that are no text.</summary>
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\"", "{", "}", "[", "]", ",", ":", " ", "\\u0041", "\\n", "null", "true", "1", "-1", "0", "1.0", "1e3", "9223372036854775808",
            "1000000001", "\"sku\":\"x\",", "\"tax\":1,", "\"unknown\":{\"a\":1,\"a\":2},", "\"purchaseId\":null,", "\u0085", "\u007f", "\uFEFF",
            "\"\"", "//", "GBP", "gbp", "XXX", "2099-01-01T00:00:00Z", "..", "/",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0x00], [0x1F],
    ];

    [Fact]
    public void A_purchase_as_checkouts_send_it_is_read_in_one_pass()
    {
        foreach (var body in Plain)
        {
            Assert.True(PlainPurchase.TryRead(Encoding.UTF8.GetBytes(body), Now, out var plain), body);
            Assert.True(PurchaseInput.TryReadAny(Call(Encoding.UTF8.GetBytes(body)), Now, out var any, out _));
            AssertSame(any, plain);
        }
    }

    [Fact]
    public void Whatever_is_read_in_one_pass_is_read_alike_by_the_reader_that_explains()
    {
        const int seed = 20111210;
        var random = new Random(seed);
        var accepted = 0;
        for (var i = 0; i < Bodies; i++)
        {
            var body = Mutated(Encoding.UTF8.GetBytes(Plain[random.Next(Plain.Length)]), random);
            if (!PlainPurchase.TryRead(body, Now, out var plain))
                continue;
            accepted++;
            Assert.True(
                PurchaseInput.TryReadAny(Call(body), Now, out var any, out _),
                $"seed {seed}, body {i}: {Encoding.UTF8.GetString(body)}");
            AssertSame(any, plain);
        }

        Assert.InRange(accepted, Bodies / 50, Bodies / 2);
    }

    private static byte[] Mutated(byte[] body, Random random)
    {
        var bytes = new List<byte>(body);
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 1:
                    bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes[at] = (byte)('0' + random.Next('z' - '0'));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
            }

            if (bytes.Count == 0)
                break;
        }

        return [.. bytes];
    }

    private static ApiCall Call(byte[] body) => new() { Body = body };

    private static void AssertSame(PurchaseInput expected, PurchaseInput actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.OccurredAt, actual.OccurredAt);
        Assert.Equal(expected.OccurredAt.Offset, actual.OccurredAt.Offset);
        // Everything that counts is in the fingerprint.
        Assert.Equal(FingerprintOf(expected), FingerprintOf(actual));
    }

    private static string FingerprintOf(PurchaseInput input) =>
        Fingerprints.OfPurchase(input.Customer, input.Id, input.Basket, input.Hold, input.OccurredAt);
}
