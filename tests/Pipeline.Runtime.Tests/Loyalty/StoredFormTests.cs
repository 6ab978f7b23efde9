using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

/// <summary>What is written to disk stays readable for ever, so its form is spelt out here.</summary>
public sealed class StoredFormTests
{
    private const long Whole = long.MaxValue;
    private static readonly DateTimeOffset Noon = Shop.Opening;

    public static TheoryData<string> FactNames => [.. Facts.Keys];

    private static Dictionary<string, Fact> Facts { get; } = new()
    {
        ["a purchase"] = Bought(Line("85123A", "HEART", "home", 6, 255, 1_530, 1_530)),
        ["a purchase in Chinese"] = Bought(Line("茶-1", "白色“爱心”挂饰 😀", "家居 & 'x' <y>", 1, 9_900, 9_900, 9_900)),
        ["a purchase without names"] = Bought(Line("a", null, null, 1, 100, 100, 100)),
        ["a purchase with a free line"] = Bought(Line("a", "", null, 3, 0, 0, 0), Line("b", null, null, 1, 100, 90, 0)),
        ["a purchase with an excluded line"] = Bought(Line("a", null, null, 1, 100, 100, 0)),
        ["a purchase that is all discount"] = Bought(Line("a", null, null, 1, 100, 0, 0)),
        ["a purchase for ever"] = Bought(Line("a", null, null, 1, 100, 100, 100)) with { ExpiresAt = null },
        ["a purchase without a channel"] =
            Bought(Line("a", null, null, 1, 100, 100, 100)) with { Terms = new PurchaseTerms(Pounds, null, 0, 0, 0) },
        ["a purchase that paid with points"] =
            Bought(Line("a", null, null, 1, 100, 100, 100)) with { Redeemed = new Redeemed(new HoldId("h:1"), 40) },
        ["a purchase that earned nothing"] =
            Bought(Line("a", null, null, 1, 1, 1, 1)) with { Points = 0, Awards = [new AwardPart("base", 1, 0, "")] },
        ["a rejected purchase"] = Bought() with { Points = 0, Awards = [], Rejection = Reason.PointsOverflow },
        ["the greatest purchase"] = Bought(Line("a", null, null, 1, Whole, Whole, Whole)) with { Points = Whole },
        ["a whole refund"] = new Fact.Refunded(new RefundId("r:1"), new PurchaseId("p:1"), new RefundScope.Whole()),
        ["a refund by amount"] =
            new Fact.Refunded(new RefundId("r:1"), new PurchaseId("p"), new RefundScope.ByAmount(Whole)),
        ["a refund by lines"] = new Fact.Refunded(
            new RefundId("r:1"), new PurchaseId("p"),
            new RefundScope.ByLines([new ReturnedLine("茶", 2), new ReturnedLine("a", 1)])),
        ["a rejected refund"] = new Fact.Refunded(
            new RefundId("r:1"), new PurchaseId("p"), new RefundScope.Whole(), Reason.PointsOverflow),
        ["a hold"] = new Fact.Held(new HoldId("h:1"), 40, Noon.AddSeconds(60)),
        ["a capture"] = new Fact.Captured(new HoldId("h:1"), 40, null, 3, [new(new LotId("p1"), 40)], 0, 0),
        ["a capture by a purchase that owes"] = new Fact.Captured(
            new HoldId("h:1"), 40, new PurchaseId("p2"), 3, [new(new LotId("p1"), 10), new(new LotId("r~p0"), 5)], 25, 0),
        ["a capture that falls short"] = new Fact.Captured(new HoldId("h:1"), 40, null, 3, [], 0, 40),
        ["a release"] = new Fact.Released(new HoldId("h:1")),
        ["a restoration"] = new Fact.Restored(HoldId.Of(new RedemptionId("r:1")), 40, 3),
        ["an expiry"] = new Fact.Expired(Noon),
        ["a grant"] = new Fact.Granted(new GrantId("g:1"), 50, Noon, Noon.AddDays(365)),
        ["a grant for ever"] = new Fact.Granted(new GrantId("g:1"), Whole, Noon, null),
        ["a grant of a rule"] =
            new Fact.Granted(new GrantId("review:f:1"), 20, Noon, Noon.AddDays(365), new GrantRule("review", 3)),
        ["a deduction"] = new Fact.Deducted(new AdjustmentId("a:1"), 30, 3),
        ["a settlement"] = new Fact.Settled(new RefundId("r:1")),
    };

    private static Currency Pounds => Shop.Cups(1).Currency;

    private static Currency Yen => Shop.Basket("JPY").Currency;

    [Theory, MemberData(nameof(FactNames))]
    public void Every_fact_is_read_back_as_it_was_written(string name)
    {
        var fact = Facts[name];
        var id = fact switch
        {
            Fact.Purchased bought => EntryIds.Purchase(bought.Purchase.Value),
            Fact.Refunded refunded => EntryIds.Refund(refunded.Refund.Value),
            Fact.Held held => EntryIds.Hold(held.Hold),
            Fact.Captured captured => EntryIds.Capture(captured.Hold),
            Fact.Released released => EntryIds.Release(released.Hold),
            Fact.Restored restored => EntryIds.Restoration(restored.Hold),
            Fact.Expired => EntryIds.Expiry(Noon, 7),
            Fact.Granted granted => EntryIds.Grant(granted.Grant),
            Fact.Deducted deducted => EntryIds.Deduction(deducted.Adjustment),
            Fact.Settled settled => EntryIds.Settlement(settled.Refund),
            _ => throw new InvalidOperationException($"{name} has no sample id."),
        };
        var reference = fact is Fact.Purchased purchase ? purchase.Purchase.Value : "";
        var entry = new Entry(
            id, 7, "purchase:p0", -40, Noon, Noon.AddMilliseconds(1), reference, "Because 因为 \"it\" is",
            [new(new LotId("p1"), -40)],
            fact, "print");

        var body = LedgerMapping.Write(entry);
        var read = LedgerMapping.ReadEntry(Stored(LedgerKinds.Entry, id, body));

        Assert.Equivalent(entry, read, strict: true);
        Assert.Equal(entry.Fact.GetType(), read.Fact.GetType());
        Assert.Equal(Encoding.UTF8.GetString(body.Span), Encoding.UTF8.GetString(LedgerMapping.Write(read).Span));
    }

    [Fact]
    public void Every_kind_of_fact_has_a_sample()
    {
        var cases = typeof(Fact).GetNestedTypes().Where(static type => type.IsSubclassOf(typeof(Fact)));

        Assert.Equal(
            cases.Select(static type => type.Name).Order(),
            Facts.Values.Select(static fact => fact.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void An_account_with_everything_is_read_back_as_it_was_written()
    {
        var account = Account.New with
        {
            Entries = 12,
            Head = "settled:r:1",
            Chain = new ChainHead(new string('h', 43), 3),
            Deficit = 0,
            LatestThrough = FactOrder.Refund(Noon),
            OrderedThrough = FactOrder.Checkout(Noon),
            ExpiredThrough = Noon.AddDays(-1),
            Lots = [new(new LotId("p1"), 40, Noon, Noon.AddDays(9)), new(new LotId("r:1~p0"), 5, Noon, null)],
            Holds =
            [
                new(new HoldId("h:1"), 45, Noon, Noon.AddSeconds(60), [new(new LotId("p1"), 40), new(new LotId("r:1~p0"), 5)]),
                new(new HoldId("h:2"), 10, Noon, Noon.AddSeconds(60), []),
            ],
            Waiting = [new(new RefundId("r2"), new PurchaseId("p2")), new(new RefundId("r3"), new PurchaseId("p2"))],
            Rhythm = new PurchaseRhythm
            {
                Days = 14,
                FirstDay = 739_000,
                Recent = [new(739_100, 1_530, 2, 12), new(739_130, -20, 1, 1)],
                Lines = 40,
                Units = Whole,
                Spend = [new(Pounds, 13, 90_000), new(Yen, 1, -5)],
                Categories = [new("home", 9), new("家居", 1)],
                HasDroppedCategory = true,
                FirstReturnDay = 739_101,
                Redemptions = 2,
                LastRedemptionDay = 739_130,
            },
            Flows = new PointFlows(900, 100, 50, 20),
            InsightDueAt = Noon,
            BirthdayDueAt = Noon.AddDays(3),
            ReferralDueAt = Noon.AddDays(4),
        };
        var profile = new Profile(
            "王小明 O'Brien", "a@b.example", "+86", new DateOnly(2000, 2, 29), "zh-Hans", "CN",
            ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("b", "2").Add("颜色", "红"));

        var (read, readProfile) = LedgerMapping.ReadAccount(LedgerMapping.Write(account, profile));

        Assert.Equal(account, read);
        Assert.Equal((account.InsightDueAt, account.Chain), (read.InsightDueAt, read.Chain));
        Assert.Equal((account.BirthdayDueAt, account.ReferralDueAt), (read.BirthdayDueAt, read.ReferralDueAt));
        Assert.Equal(profile with { Attributes = readProfile!.Attributes }, readProfile);
        Assert.Equal(profile.Attributes, readProfile.Attributes);
        Assert.Equal(Account.New, LedgerMapping.ReadAccount(LedgerMapping.Write(Account.New, null)).Account);
        Assert.Null(LedgerMapping.ReadAccount(LedgerMapping.Write(Account.New, null)).Profile);
        Assert.Equal(
            Account.New with { Deficit = Whole },
            LedgerMapping.ReadAccount(LedgerMapping.Write(Account.New with { Deficit = Whole }, null)).Account);
    }

    [Fact]
    public void An_account_from_before_there_were_rhythms_does_not_know_its_own()
    {
        var stored = """{"n":1,"head":"purchase:p1"}"""u8.ToArray();

        Assert.Null(LedgerMapping.ReadAccount(stored).Account.Rhythm);
        Assert.DoesNotContain("\"rh\"", Encoding.UTF8.GetString(
            LedgerMapping.Write(LedgerMapping.ReadAccount(stored).Account, null).Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_book_of_refunds_is_read_back_as_it_was_written()
    {
        var book = new RefundBook(
            new PurchaseId("p:1"),
            [
                new(new RefundId("a"), Noon, new RefundScope.Whole(), new RefundOutcome.Waiting()),
                new(new RefundId("b"), Noon, new RefundScope.ByAmount(5), new RefundOutcome.Applied(5, 0, 0)),
                new(new RefundId("c"), Noon, new RefundScope.ByLines([new("茶", 1)]), new RefundOutcome.Applied(100, 1, 40)),
                new(new RefundId("d"), Noon, new RefundScope.Whole(), new RefundOutcome.Rejected(Reason.NothingLeftToRefund)),
            ],
            IsWhole: true);

        var read = LedgerMapping.ReadRefunds(Stored(LedgerKinds.Refunds, "p:1", LedgerMapping.Write(book)));

        Assert.Equal((book.Purchase, book.IsWhole), (read.Purchase, read.IsWhole));
        Assert.Equal(book.Refunds.ToArray(), read.Refunds.ToArray());
    }

    [Fact]
    public void An_account_with_two_years_of_monthly_purchases_takes_two_kilobytes_at_most()
    {
        var account = Account.New with
        {
            Entries = 96,
            Head = "purchase:581587",
            Chain = new ChainHead(new string('h', 43), 1),
            LatestThrough = FactOrder.Purchase(Noon),
            OrderedThrough = FactOrder.Checkout(Noon),
            ExpiredThrough = Noon,
            Lots = [.. Enumerable.Range(0, 24).Select(i => new Lot(
                new LotId($"{581_000 + i}"), 1_250 + i, Noon.AddDays(30 * i), Noon.AddDays((30 * i) + 365)))],
        };
        var profile = new Profile(
            "Margaret Thatcher-Nightingale", "margaret.nightingale@example.com", "+44 20 7946 0958", new DateOnly(1980, 1, 1),
            "en-GB", "GB", ImmutableSortedDictionary<string, string>.Empty);

        Assert.InRange(LedgerMapping.Write(account, profile).Length, 1, 2_048);
    }

    [Fact]
    public async Task A_purchase_is_stored_in_this_form()
    {
        var shop = new Shop();
        var basket = new Basket(
            Pounds, "web",
            [
                new BasketLine("85123A", "WHITE HANGING HEART", "home", 6, 255),
                new BasketLine("茶", null, null, 1, 1_000),
            ],
            30, 495, 100);
        await shop.Intake.AcceptAsync(
            Shop.Ann, new PurchaseId("536365"), basket, null,
            new DateTimeOffset(2026, 3, 1, 8, 26, 0, TimeSpan.Zero), null, default);
        await shop.WorkAsync();

        Assert.Equal(
            """{"n":1,"p":25,"at":1772353560000,"rec":1772366400000,"ref":"536365","fp":"2xVpMDiXe8dvpC8W8bSnPw","lots":{"id":["536365"],"p":[25]},"bought":{"v":1,"p":25,"a":1772353560000,"e":1806537600000,"cur":"GBP","ch":"web","disc":30,"ship":495,"tax":100,"lines":[{"s":"85123A","t":"WHITE HANGING HEART","c":"home","q":6,"u":255,"net":1512},{"s":"茶","q":1,"u":1000,"net":988}],"awards":[{"r":"base","b":2500,"p":25,"why":"1 point per GBP 1.00 on GBP 25.00"}]},"h":"Rln0kYAGuD3c3hCsIUwJyts8j2YvBhBEav8S5ihpCH8"}""",
            await shop.StoredAsync(Shop.Entry("purchase:536365")));
        Assert.Equal(
            """{"n":1,"head":"purchase:536365","hh":"Rln0kYAGuD3c3hCsIUwJyts8j2YvBhBEav8S5ihpCH8","latest":7089414240000,"lots":{"id":["536365"],"p":[25],"da":[1772353560000],"de":[1806537600000]},"rh":{"n":1,"f":739675,"d":[0],"m":[2500],"l":[2],"u":[7],"c":["GBP"],"s":[1,2500],"g":["home"],"k":[1]},"fl":[25],"look":1772353560000,"s":"dfUg706o-cKBs4tF3Ovqaw"}""",
            await shop.StoredAsync(Shop.Account()));
    }

    [Fact]
    public async Task A_queued_purchase_has_this_form()
    {
        var shop = new Shop();
        await shop.AcceptAsync("p1", 2, hold: "h1");

        var message = shop.Queue.TryReceive(QueueNames.Purchases, 1)!.Messages[0].Message;

        Assert.Equal(
            """{"customer":"ann","purchase":"p1","at":1772366400000,"cur":"GBP","ch":"web","lines":[{"s":"cup","t":"Cup","c":"home","q":2,"u":100}],"hold":"h1","rec":1772366400000}""",
            Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(("ann/purchase:p1", "ann"), (message.MessageId, message.Session));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"n":2,"f":739675,"d":[0,9],"m":[2500,-1],"l":[2,1],"u":[7,9223372036854775807],"c":["GBP"],"s":[2,2499]}""")]
    [InlineData("""{"new":{"n":5,"d":[1]},"lines":3,"units":9,"g":["茶 \u0041","b"],"k":[4,1],"more":true,"back":5,"paid":6,"paidOn":7,"x":[[1]]}""")]
    [InlineData("""{"m":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33],"d":null,"c":null,"u":[]}""")]
    [InlineData("""{"\u006e":4}""")]
    public void A_rhythm_is_read_by_hand_as_the_serializer_reads_it(string stored)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"n":1,"rh":{{stored}},"look":5}""");

        var byHand = AccountRhythmReader.Instance.Read(body);

        var expected = JsonSerializer.Deserialize(body, LedgerJson.Default.AccountRhythmDocument)!;
        Assert.Equal(
            JsonSerializer.Serialize(expected, LedgerJson.Default.AccountRhythmDocument),
            JsonSerializer.Serialize(byHand, LedgerJson.Default.AccountRhythmDocument));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("""{"n":"x"}""")]
    [InlineData("""{"n":9999999999}""")]
    [InlineData("""{"d":[9999999999]}""")]
    [InlineData("""{"d":["x"]}""")]
    [InlineData("""{"d":5}""")]
    [InlineData("""{"c":[null]}""")]
    [InlineData("""{"more":1}""")]
    [InlineData("""{"d":[1""")]
    public void A_rhythm_that_is_none_is_not_read_as_one(string stored)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"n":1,"rh":{{stored}}}""");

        Assert.ThrowsAny<Exception>(() => LedgerMapping.ReadRhythm(body));
        Assert.ThrowsAny<Exception>(() => LedgerMapping.ReadAccount(body));
    }

    [Fact]
    public void A_form_without_optional_fields_and_one_with_unknown_fields_are_read()
    {
        var least = Stored(
            LedgerKinds.Entry, "purchase:p1",
            """{"n":1,"at":5,"rec":6,"ref":"p1","bought":{"v":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":100,"new":true}],"new":{}},"new":[1]}"""u8.ToArray());

        var read = LedgerMapping.ReadEntry(least);
        var (account, profile) = LedgerMapping.ReadAccount("""{"n":1,"head":"purchase:p1","new":1}"""u8.ToArray());

        var bought = Assert.IsType<Fact.Purchased>(read.Fact);
        Assert.Equal(("", "", 0L), (read.Reason, read.Fingerprint, read.Points));
        Assert.Empty(bought.Awards);
        Assert.Equal(new PurchaseLine("a", null, null, 1, 100, 100, 100), Assert.Single(bought.Lines));
        Assert.Equal((1, "purchase:p1"), (account.Entries, account.Head));
        Assert.Empty(account.Lots);
        Assert.Null(profile);
        Assert.Empty(LedgerMapping.ReadRefunds(Stored(LedgerKinds.Refunds, "p1", "{}"u8.ToArray())).Refunds);
    }

    private static Fact.Purchased Bought(params PurchaseLine[] lines) => new(
        new PurchaseId("p:1"), 3, 25, Noon, Noon.AddDays(365), new PurchaseTerms(Pounds, "web", 30, 495, 100), [.. lines],
        [new AwardPart("base", 2_500, 25, "25.00 × 1 “因为”")], null);

    private static PurchaseLine Line(
        string sku, string? name, string? category, long quantity, long unitPrice, long net, long weight) =>
        new(sku, name, category, quantity, unitPrice, net, weight);

    private static Document Stored(string kind, string id, ReadOnlyMemory<byte> body) =>
        new(new DocumentKey("ann", kind, id), "1", body, null);
}
