using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

/// <summary>Bodies that no intake of ours makes: each is set aside with its reason, and harms nobody else.</summary>
public sealed class PoisonTests
{
    private readonly Shop shop = new();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"customer":"ann"}""")]
    [InlineData("""{"customer":null,"purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p 1","at":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"pounds","lines":[{"s":"a","q":1,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"lines":[{"s":"a","q":1,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[null],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":null,"q":1,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":-1,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":1.5,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":1}],"disc":2,"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":1}],"hold":"","rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":9223372036854775807,"cur":"GBP","lines":[{"s":"a","q":1,"u":1}],"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":1}]}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r 1","at":1,"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r1","at":1,"scope":{"amount":0},"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r1","at":1,"scope":{"amount":-5},"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r1","at":1,"scope":{},"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r1","at":1,"scope":{"skus":["a"]},"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r1","at":1,"scope":{"skus":["a","b"],"q":[1]},"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r1","at":1,"scope":{"skus":[null],"q":[1]},"rec":1}""")]
    [InlineData("""{"customer":"ann","purchase":"p1","refund":"r1","at":1,"scope":{"skus":["a"],"q":[0]},"rec":1}""")]
    public async Task A_poisoned_body_is_set_aside_with_its_reason_and_its_neighbours_are_worked(string body)
    {
        await shop.AcceptAsync("before", 10);
        await SendAsync("poison", "ann", body);
        await shop.AcceptAsync("after", 10);

        await shop.WorkAsync();

        var letter = Assert.Single(await shop.DeadLettersAsync(QueueNames.Purchases));
        Assert.Equal(("poison", "malformed", 1), (letter.Message.MessageId, letter.Reason, letter.DeliveryCount));
        Assert.NotEmpty(letter.Description);
        Assert.Equal((20, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_message_of_another_sessions_customer_is_set_aside()
    {
        await SendAsync(
            "m", "bob", """{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":100}],"rec":1}""");

        await shop.WorkAsync();

        var letter = Assert.Single(await shop.DeadLettersAsync(QueueNames.Purchases));
        Assert.Equal("The message is not of its session's customer.", letter.Description);
        Assert.Empty(shop.Stored());
    }

    [Fact]
    public async Task Fields_of_a_newer_version_are_ignored()
    {
        await SendAsync(
            "m", "ann",
            """{"customer":"ann","purchase":"p1","at":1,"cur":"GBP","lines":[{"s":"a","q":1,"u":100,"new":1}],"new":{},"rec":1}""");

        await shop.WorkAsync();

        Assert.Empty(await shop.DeadLettersAsync(QueueNames.Purchases));
        Assert.Equal(1, (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!.Purchase.Points);
    }

    [Fact]
    public async Task A_purchase_of_a_customer_whose_account_is_unreadable_is_set_aside_after_its_deliveries()
    {
        await shop.BuyAsync("p1", 10);
        var good = await shop.StoredAsync(Shop.Account());
        await shop.TamperAsync(Shop.Account(), static _ => "{");
        await shop.AcceptAsync("p2", 10);
        await shop.BuyAsync("q1", 10, customer: new CustomerId("bob"));

        var letter = Assert.Single(await shop.DeadLettersAsync(QueueNames.Purchases));
        Assert.Equal(
            ("ann/purchase:p2", "JsonException", 10), (letter.Message.MessageId, letter.Reason, letter.DeliveryCount));
        Assert.Equal((10, 0, 0, 0), await shop.PointsAsync(new CustomerId("bob")));

        await shop.TamperAsync(Shop.Account(), _ => good);
        await shop.Queue.ReplayAsync(QueueNames.Purchases, letter.Sequence, default);
        await shop.WorkAsync();
        Assert.Equal((20, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_second_content_that_slipped_past_intake_changes_nothing_and_leaves_the_queue()
    {
        await shop.BuyAsync("p1", 10);
        var (body, fingerprint) = Messages.Seal(
            Messages.Of(Shop.Ann, new PurchaseId("p1"), Shop.Cups(99), null, shop.Now), shop.Now);
        await shop.Queue.SendAsync(
            QueueNames.Purchases, new QueueMessage("m", "ann", body, fingerprint), default);

        await shop.WorkAsync();

        Assert.Empty(await shop.DeadLettersAsync(QueueNames.Purchases));
        Assert.Equal((10, 0, 0, 0), await shop.PointsAsync());
    }

    private async Task SendAsync(string id, string session, string body) => await shop.Queue.SendAsync(
        QueueNames.Purchases, new QueueMessage(id, session, Encoding.UTF8.GetBytes(body), "print"), default);
}
