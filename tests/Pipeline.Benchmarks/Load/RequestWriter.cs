using System.Globalization;
using System.Text;

namespace Pipeline.Benchmarks.Load;

/// <summary>Writes numbered requests into a buffer: a template is copied and its slots are filled in.</summary>
internal sealed class RequestWriter
{
    private readonly LoadOptions options;
    private readonly Template[] purchases;
    private readonly Template[] quotes;
    private readonly Template[] reads;

    public RequestWriter(LoadOptions options)
    {
        this.options = options;
        var path = options.Kind == LoadKind.Empty ? "/empty" : "/v1/purchases";
        purchases = options.Kind == LoadKind.Feedback
            ? [.. Enumerable.Range(0, Comments.Variants).Select(variant => Post("/v1/feedback", Comments.Body(variant)))]
            : [.. Enumerable.Range(0, Purchases.Variants)
                .Select(variant => Post(path, Purchases.Body(variant, withId: true)))];
        quotes = [.. Enumerable.Range(0, 64)
            .Select(variant => Post("/v1/quotes", Purchases.Body(variant, withId: false)))];
        reads = [Get(""), Get("/balance"), Get("/ledger?limit=1")];
    }

    public int BytesMax => purchases.Concat(quotes).Concat(reads).Max(static template => template.Bytes.Length);

    /// <returns>The number of bytes written.</returns>
    public int Write(long number, byte[] buffer)
    {
        if (options.Kind == LoadKind.Feedback)
            number /= 2;
        var template = TemplateOf(number);
        template.Bytes.CopyTo(buffer, 0);
        if (template.PurchaseAt >= 0)
            Digits(number, buffer.AsSpan(template.PurchaseAt, Purchases.PurchaseDigits));
        Digits(
            options.Population.CustomerOf(number), buffer.AsSpan(template.CustomerAt, Purchases.CustomerDigits));
        if (template.InstantAt >= 0)
        {
            var at = options.BaseInstant.AddMilliseconds(number).UtcDateTime;
            at.TryFormat(
                buffer.AsSpan(template.InstantAt), out _, Purchases.InstantFormat, CultureInfo.InvariantCulture);
        }

        return template.Bytes.Length;
    }

    private Template TemplateOf(long number)
    {
        if (options.Kind != LoadKind.Mixed)
            return purchases[(int)(number % purchases.Length)];
        // 40 % purchases, 10 % quotes, 25 % profiles, 15 % balances, 10 % last ledger entries.
        var die = (int)(Population.Mix(~(ulong)number) % 100);
        return die switch
        {
            < 40 => purchases[(int)(number % purchases.Length)],
            < 50 => quotes[(int)(number % quotes.Length)],
            < 75 => reads[0],
            < 90 => reads[1],
            _ => reads[2],
        };
    }

    private Template Post(string path, byte[] body)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Authorization}Content-Type: application/json\r\n"
            + $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n");
        return Template.Of([.. head, .. body]);
    }

    private Template Get(string suffix) => Template.Of(Encoding.ASCII.GetBytes(
        $"GET /v1/customers/{Purchases.CustomerId(0)}{suffix} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Authorization}\r\n"));

    private string Authorization => options.Key.Length == 0 ? "" : $"Authorization: Bearer {options.Key}\r\n";

    private static void Digits(long value, Span<byte> slot)
    {
        for (var i = slot.Length - 1; i >= 0; i--)
        {
            slot[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private sealed record Template(byte[] Bytes, int PurchaseAt, int CustomerAt, int InstantAt)
    {
        public static Template Of(byte[] bytes) => new(
            bytes, Slot(bytes, Purchases.PurchaseId(0)), Slot(bytes, Purchases.CustomerId(0)),
            bytes.AsSpan().IndexOf("2000-01-01T00:00:00.000Z"u8));

        /// <summary>Behind the letter that an id begins with.</summary>
        private static int Slot(byte[] bytes, string id)
        {
            var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id));
            return at < 0 ? -1 : at + 1;
        }
    }
}
