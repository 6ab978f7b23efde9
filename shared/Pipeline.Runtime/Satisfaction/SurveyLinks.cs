using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Satisfaction;

/// <param name="Token">Opens the public route once, without a key.</param>
public readonly record struct SurveyLink(string Token, DateTimeOffset ExpiresAt);

/// <summary>A link in the store, beside the counts of the day on which it was made.</summary>
internal sealed class LinkDocument
{
    [JsonPropertyName("customer")]
    public required string Customer { get; init; }

    [JsonPropertyName("purchase")]
    public string? Purchase { get; init; }

    /// <summary>The case after whose resolution it was sent.</summary>
    [JsonPropertyName("case")]
    public string? Case { get; init; }

    [JsonPropertyName("to")]
    public long ExpiresAt { get; init; }

    [JsonPropertyName("day")]
    public required string MadeOn { get; init; }

    /// <summary>The content that it was used with; null: not yet.</summary>
    [JsonPropertyName("fp")]
    public string? UsedWith { get; init; }

    /// <summary>The feedback that it was used for.</summary>
    [JsonPropertyName("for")]
    public string? UsedFor { get; init; }

    public LinkDocument UsedBy(FeedbackId feedback, string fingerprint) => new()
    {
        Customer = Customer,
        Purchase = Purchase,
        Case = Case,
        ExpiresAt = ExpiresAt,
        MadeOn = MadeOn,
        UsedWith = fingerprint,
        UsedFor = feedback.Value,
    };
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LinkDocument))]
internal sealed partial class LinkJson : JsonSerializerContext;

/// <summary>What a token opens.</summary>
/// <param name="Id">Of the link.</param>
/// <param name="Version">Of its document.</param>
internal sealed record OpenedLink(string Id, string Version, LinkDocument Link)
{
    /// <summary>What its feedback is called where the sender has no name for it.</summary>
    public FeedbackId FeedbackId => new($"survey:{Id}");

    public CustomerId Customer => new(Link.Customer);

    public PurchaseId? Purchase => Link.Purchase is { } purchase ? new PurchaseId(purchase) : null;

    public CaseId? Case => Link.Case is { } id ? new CaseId(id) : null;

    public bool HasEndedAt(DateTimeOffset instant) => instant >= LedgerMapping.At(Link.ExpiresAt);
}

/// <summary>
/// Survey links: for one customer, expiring, used once. A link is made and used in one atomic write with the count of it,
/// so that the response rate is exact.
/// </summary>
public sealed class SurveyLinks
{
    internal const string Kind = "survey-link";
    private const string DayFormat = "yyyy-MM-dd";
    private const int NameBytes = 16;

    private readonly IDocumentStore store;
    private readonly SatisfactionBook book;
    private readonly SurveyTokens tokens;
    private readonly IProgramSource programs;
    private readonly TimeProvider clock;

    internal SurveyLinks(
        IDocumentStore store, SatisfactionBook book, SurveyTokens tokens, IProgramSource programs, TimeProvider clock) =>
        (this.store, this.book, this.tokens, this.programs, this.clock) = (store, book, tokens, programs, clock);

    /// <summary>Makes a link for a customer and, where there is one, a purchase.</summary>
    public async ValueTask<SurveyLink> MakeAsync(
        CustomerId customer, PurchaseId? purchase, TimeSpan lifetime, CancellationToken cancellation)
    {
        var now = WholeSecond(clock.GetUtcNow());
        var id = NewId(now, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NameBytes)));
        await KeepAsync(id, customer, purchase, null, now + lifetime, now, cancellation);
        return await LinkAsync(id, now + lifetime, cancellation);
    }

    /// <summary>The link after the resolution of a case, before it is made: the same for the same request.</summary>
    internal FollowUpLink Plan(CaseId of, string key, DateTimeOffset now, int days) =>
        new(NewId(now, ShortHash.Of($"{of}\n{key}")), WholeSecond(now).AddDays(days));

    /// <summary>Makes a planned link; made before, it stays as it is.</summary>
    internal ValueTask MakeAsync(
        FollowUpLink planned, CaseFile file, PurchaseId? purchase, DateTimeOffset at, CancellationToken cancellation) =>
        KeepAsync(planned.LinkId, file.Customer!.Value, purchase, file.Id, planned.ExpiresAt, at, cancellation);

    /// <summary>The token of a link that is made or will be.</summary>
    internal async ValueTask<SurveyLink> LinkAsync(
        string linkId, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        new(await tokens.SignAsync(linkId, expiresAt, cancellation), expiresAt);

    /// <summary>Null where we did not sign the token. Whether it has ended is the caller's to ask.</summary>
    internal async ValueTask<OpenedLink?> OpenAsync(string token, CancellationToken cancellation)
    {
        if (await tokens.LinkOfAsync(token, cancellation) is not { } id)
            return null;
        var document = await store.ReadAsync(new DocumentKey(PlaceOf(id).Partition, Kind, id), cancellation);
        return document is null ? null : new OpenedLink(id, document.Version, Read(document));
    }

    /// <summary>Binds a link to the content that it is used with; false where another was faster.</summary>
    internal async ValueTask<bool> UseAsync(
        OpenedLink opened, FeedbackId feedback, string fingerprint, CancellationToken cancellation)
    {
        var place = PlaceOf(opened.Id);
        var write = new Write.Replace(
            Kind, opened.Id, opened.Version,
            StoredJson.Write(opened.Link.UsedBy(feedback, fingerprint), LinkJson.Default.LinkDocument));
        if (opened.Link.UsedWith is not null)
            return (await store.CommitAsync(place.Partition, [write], cancellation)).Committed;
        return await book.AddWithAsync(place, write, DayOf(opened.Link), SatisfactionCounts.OfLinkUsed(), cancellation);
    }

    /// <summary>The day with which it is counted, made and used.</summary>
    internal static DateOnly DayOf(LinkDocument link) =>
        DateOnly.ParseExact(link.MadeOn, DayFormat, CultureInfo.InvariantCulture);

    internal static LinkDocument Read(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, LinkJson.Default.LinkDocument)
            ?? throw LedgerMapping.Corrupt("survey link");

    private async ValueTask KeepAsync(
        string id, CustomerId customer, PurchaseId? purchase, CaseId? of, DateTimeOffset expiresAt, DateTimeOffset at,
        CancellationToken cancellation)
    {
        var day = programs.Current.DayOf(at);
        var link = new LinkDocument
        {
            Customer = customer.Value,
            Purchase = purchase?.Value,
            Case = of?.Value,
            ExpiresAt = expiresAt.ToUnixTimeMilliseconds(),
            MadeOn = day.ToString(DayFormat, CultureInfo.InvariantCulture),
        };
        await book.AddWithAsync(
            PlaceOf(id), new Write.Create(Kind, id, StoredJson.Write(link, LinkJson.Default.LinkDocument)), day,
            SatisfactionCounts.OfLinkMade(), cancellation);
    }

    /// <summary>Says where the link lies: the year of its day, the slot, and then its name.</summary>
    private string NewId(DateTimeOffset at, string name) => string.Create(
        CultureInfo.InvariantCulture,
        $"{programs.Current.DayOf(at).Year:D4}-{TallyPlace.Of(0, name).Slot:D2}-{name}");

    private static TallyPlace PlaceOf(string linkId) => new(
        int.Parse(linkId.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture),
        int.Parse(linkId.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture));

    private static DateTimeOffset WholeSecond(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}
