using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Pipeline.Contracts;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tests.Events;

public sealed class WebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    private static readonly CloudEvent Earned = new(
        "ann/purchase:p.1", "/pipeline/ledger", "pipeline.ledger.earn", "ann", new FakeTime().GetUtcNow(), 1, "00-a-b-01",
        "{}"u8.ToArray());

    [Fact]
    public async Task The_signature_is_over_id_time_and_body_and_anyone_with_the_secret_can_prove_it()
    {
        var endpoint = new Endpoint(HttpStatusCode.NoContent);

        Assert.Equal(Delivery.Done, await Sink(endpoint, Secret).DeliverAsync(Earned, default));

        var (headers, body) = endpoint.Got!.Value;
        Assert.DoesNotContain('.', headers["webhook-id"]);
        Assert.Equal("1772366400", headers["webhook-timestamp"]);
        Assert.Equal("00-a-b-01", headers["traceparent"]);
        Assert.StartsWith("application/cloudevents+json", headers["Content-Type"]);
        Assert.Equal($"v1,{Signature(headers, body, Secret)}", headers["webhook-signature"]);
    }

    [Fact]
    public async Task While_a_secret_is_changed_an_event_bears_the_signatures_of_both()
    {
        var endpoint = new Endpoint(HttpStatusCode.OK);

        await Sink(endpoint, $"{Secret} {Other}").DeliverAsync(Earned, default);

        var (headers, body) = endpoint.Got!.Value;
        Assert.Equal(
            $"v1,{Signature(headers, body, Secret)} v1,{Signature(headers, body, Other)}", headers["webhook-signature"]);
    }

    [Fact]
    public async Task A_repetition_bears_the_same_id()
    {
        var endpoint = new Endpoint(HttpStatusCode.OK);
        var sink = Sink(endpoint, Secret);
        await sink.DeliverAsync(Earned, default);
        var first = endpoint.Got!.Value.Headers["webhook-id"];

        await sink.DeliverAsync(Earned, default);

        Assert.Equal(first, endpoint.Got!.Value.Headers["webhook-id"]);
    }

    [Theory]
    [InlineData(HttpStatusCode.UnprocessableEntity, true)]
    [InlineData(HttpStatusCode.Gone, true)]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.Redirect, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    public async Task A_refusal_is_for_good_and_everything_else_is_tried_again(HttpStatusCode status, bool isPermanent)
    {
        var delivery = await Sink(new Endpoint(status), Secret).DeliverAsync(Earned, default);

        Assert.Equal(isPermanent, Assert.IsType<Delivery.Failed>(delivery).IsPermanent);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_tried_again()
    {
        var delivery = await Sink(new Endpoint(null), Secret).DeliverAsync(Earned, default);

        Assert.False(Assert.IsType<Delivery.Failed>(delivery).IsPermanent);
    }

    [Theory]
    [InlineData("http://example.com/hook", Secret, "Webhooks:0:Url")]
    [InlineData("not an address", Secret, "Webhooks:0:Url")]
    [InlineData("https://example.com/hook", "", "Webhooks:0:Secret")]
    [InlineData("https://example.com/hook", "whsec_c2hvcnQ=", "Webhooks:0:Secret")]
    public void A_wrong_setting_is_named_and_its_value_is_not_told(string url, string secret, string named)
    {
        var error = Assert.Throws<FormatException>(() => WebhookOptions.ReadAll(Settings(url, secret)));

        Assert.Contains(named, error.Message);
        Assert.True(secret.Length == 0 || !error.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_its_secret_is_not_resolved_a_webhook_keeps_its_events_and_the_host_starts()
    {
        var endpoint = new Endpoint(HttpStatusCode.OK);

        var delivery = await Sink(endpoint, "@Microsoft.KeyVault(SecretUri=https://vault/secrets/webhook-0)").DeliverAsync(Earned, default);

        Assert.False(Assert.IsType<Delivery.Failed>(delivery).IsPermanent);
        Assert.Null(endpoint.Got);
    }

    [Fact]
    public void A_webhook_on_this_machine_needs_no_certificate() =>
        Assert.Equal("0", Assert.Single(WebhookOptions.ReadAll(Settings("http://127.0.0.1:9/hook", Secret))).Name);

    private static WebhookSink Sink(Endpoint endpoint, string secret) => new(
        WebhookOptions.ReadAll(Settings("https://example.com/hook", secret))[0], new HttpClient(endpoint), new FakeTime());

    private static IConfiguration Settings(string url, string secret) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Webhooks:0:Url"] = url,
            ["Webhooks:0:Secret"] = secret,
        })
        .Build();

    /// <summary>As the receiver computes it, from the specification alone.</summary>
    private static string Signature(Dictionary<string, string> headers, byte[] body, string secret) =>
        Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]),
            Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(body)}")));

    /// <param name="status">Null: it never answers.</param>
    private sealed class Endpoint(HttpStatusCode? status) : HttpMessageHandler
    {
        public (Dictionary<string, string> Headers, byte[] Body)? Got { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Got = (
                request.Headers.Concat(request.Content!.Headers).ToDictionary(
                    static header => header.Key, static header => string.Join(',', header.Value)),
                await request.Content.ReadAsByteArrayAsync(cancellationToken));
            return status is { } code
                ? new HttpResponseMessage(code)
                : throw new TaskCanceledException("The request was cancelled because of its time-out.");
        }
    }
}
