using FsCheck.Fluent;

namespace Pipeline.Domain.Tests.Satisfaction;

public sealed class PersonalDataTests
{
    private static readonly string[] Personal =
    [
        "ann.smith+shop@example.co.uk", "ann [at] example.com", "wang_wei@163.com", "+44 20 7946 0958", "+86 138 1234 5678",
        "020 7946 0958", "(0571) 8888 1234", "(555) 123-4567", "555-0199", "13812345678", "138-1234-5678", "１３８１２３４５６７８",
        "400-820-8820", "4111 1111 1111 1111", "4111-1111-1111-1111", "3782 822463 10005", "41111 11111 11111 1", "GB82 WEST 1234 5698 7654 32",
        "DE89370400440532013000", "20251122", "11010519491231002X", "221B Baker Street", "1600 Pennsylvania Ave", "12 high street",
        "Flat 3", "P.O. Box 123", "SW1A 1AA", "CA 90210", "人民路12号", "北京市海淀区中关村大街27号1201室", "建国路八十八号", "3栋2单元1201室",
        "josé@café.fr", "4111\u20131111\u20131111\u20131111", "4111\u00A01111\u202F1111\u30001111", "07700\u2011900\u2011123", "555\u22120199",
        "+44.20.7946.0958", "+1.415.555.2671", "+49.(0)30.1234567", "0044.20.7946.0958", "+86.138.1234.5678", "+33 (0)1.23.45.67.89",
        "FR14 2004 1010 0505 0001 3M02 606", "de89 3704 0044 0532 0130 00", "DE89-3704-0044-0532-0130-00", "GB82WEST12345698765432",
        "110105 19491231 002X", "110105-1949-12-31-0021", "11010519491231002x", "110105491231002", "112-1234567-1234567",
        "30-123456-78", "2024-0001-2345", "ORD-2024-00123", "1234567-1", "南京西路1266弄5号302室", "南京西路 1266号", "12弄3号",
        "5号楼302", "3栋502", "3单元1201", "解放大街八号", "三零二室", "人民路和中山路交叉口", "张江镇幸福村3组12号", "中山北路三段15号",
    ];

    private static readonly string[] Feelings =
    [
        "terrible, arrived 3 days late!", "10/10 would buy again", "I love it", "worst service ever, 1 star", "not bad at all",
        "overpriced at £1,299.99", "ordered 2026-11-01, came 22.11.2026", "2 of 5 cups were broken", "9 out of 10", "waited 45 minutes",
        "waited 10\u201312 days", "came 2026\u201311\u201322", "bad \u2014 2 of 5 broken",
        "it broke after 5 miles down the road", "I WAITED 2 HOURS ON THE WAY", "2 bad drivers on the road", "24/7 support is great",
        "质量太差了", "送货很快，五星好评", "等了三个小时", "第2天就坏了", "客服态度恶劣", "性价比高，推荐", "3号发货5号到", "12月25日收到，很满意", "一路上都碎了",
        "costs 1000-2000 more", "2024-2026 was better", "rated 8-9 out of 10", "my name is wrong on the label", "my name is not on the list",
        "我叫客服来处理，没人理", "我叫了外卖，很慢", "花了1000-2000元", "买了3件，1楼302元", "楼下就能取", "这条路很好走", "路口取件，很方便", "1号2号都缺货",
    ];

    public static TheoryData<string> Data() => [.. Personal];

    public static TheoryData<string> Words() => [.. Feelings];

    [Theory]
    [MemberData(nameof(Data))]
    public void Personal_data_becomes_as_many_fillers_as_it_has_units(string data) =>
        Assert.Equal($"a, {new string('*', data.Length)}, b", PersonalData.Redact($"a, {data}, b"));

    [Theory]
    [MemberData(nameof(Words))]
    public void What_says_how_somebody_feels_stays(string words) => Assert.Equal(words, PersonalData.Redact(words));

    [Theory]
    [InlineData("Call me on 07700 900123, the parcel never came.", "Call me on ************, the parcel never came.")]
    [InlineData("I give it 5. My card 4111 1111 1111 1111 was charged twice!", "I give it 5. My card ******************* was charged twice!")]
    [InlineData("Left at 12 Oak Lane instead of 14 Oak Lane, useless", "Left at *********** instead of ***********, useless")]
    [InlineData("快递扔在人民路12号门口，太差了，我的电话13812345678", "快递扔在******门口，太差了，我的电话***********")]
    [InlineData("客服很好！微信wang@qq.com请联系", "客服很好！微信***********请联系")]
    [InlineData("质量差人民路12号退货", "质量差******退货")]
    [InlineData("NL91 ABNA 0417 1643 00 VERY BAD", "********************** VERY BAD")]
    [InlineData("ES91 2100 0418 4502 0005 1332 VERY POOR", "***************************** VERY POOR")]
    [InlineData("😀 a@b.org 😡", "😀 ******* 😡")]
    [InlineData("Hi, my name is John Smith and I am angry.", "Hi, my name is ********** and I am angry.")]
    [InlineData("My name's o'neill. Terrible!", "My name's *******. Terrible!")]
    [InlineData("My name is John F. Kennedy. I want my money", "My name is ***************. I want my money")]
    [InlineData("my full name is Jean-Luc Picard", "my full name is ***************")]
    [InlineData("我叫王小明，快递太慢", "我叫***，快递太慢")]
    [InlineData("收件人：欧阳娜娜，包装破了", "收件人：****，包装破了")]
    [InlineData("我的名字是李雷我要退货", "我的名字是**我要退货")]
    [InlineData("身份证110105 19491231 002X被泄露了", "身份证********************被泄露了")]
    [InlineData("order 112-1234567-1234567 of 2026-11-01 never came", "order ******************* of 2026-11-01 never came")]
    [InlineData("送到幸福路12弄3号302室门口，太差", "送到************门口，太差")]
    public void Only_the_personal_part_of_a_comment_goes(string comment, string redacted) =>
        Assert.Equal(redacted, PersonalData.Redact(comment));

    [Theory]
    [InlineData("41 11 11 11 11 11 11 11", "***********************")]
    [InlineData("41 11 11 11 11 11 11 12", "41 11 11 11 11 11 11 12")]
    [InlineData("5 5 4 5 5 3 4 5 5 5 4 5", "5 5 4 5 5 3 4 5 5 5 4 5")]
    public void However_a_card_is_grouped_its_check_digit_tells_it(string digits, string redacted) =>
        Assert.Equal(redacted, PersonalData.Redact(digits));

    [Fact]
    public void Redacting_keeps_every_offset_and_all_that_stands_around() => Proving.ForAll(
        Gen.ArrayOf(Gen.Elements([.. Personal.Select(static data => (data, true)), .. Feelings.Select(static said => (said, false))])),
        static parts =>
        {
            var comment = string.Join("; ", parts.Select(static part => part.Item1));
            var expected = string.Join("; ", parts.Select(static part => part.Item2 ? new string('*', part.Item1.Length) : part.Item1));
            return PersonalData.Redact(comment) == expected;
        });

    [Fact]
    public void Whatever_the_text_no_six_digits_in_a_row_and_no_address_of_mail_is_left() => Proving.ForAll(
        Gen.ArrayOf(Gen.Elements("0123456789 -.@()+aZ号路室人street\n\uD83D\uDE00".ToCharArray())),
        static units =>
        {
            var text = new string(units);
            var redacted = PersonalData.Redact(text);
            return redacted.Length == text.Length
                && text.Zip(redacted).All(static pair => pair.First == pair.Second || pair.Second == PersonalData.Filler)
                && !System.Text.RegularExpressions.Regex.IsMatch(redacted, @"\d{6}|[a-z0-9]@[a-z0-9]+\.[a-z]{2}");
        });

    [Theory]
    [InlineData("1 ")]
    [InlineData("a@")]
    [InlineData("12 A ")]
    [InlineData("路人")]
    [InlineData("GB82 ")]
    [InlineData("1-")]
    [InlineData("1-1")]
    [InlineData("my name is ")]
    [InlineData("我叫王")]
    [InlineData("一弄")]
    [InlineData("路和")]
    [InlineData("110105 ")]
    public void The_longest_comment_is_redacted_in_a_moment(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 5_000 / part.Length));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        PersonalData.Redact(text);

        // A pattern that backtracks would need minutes.
        Assert.InRange(watch.ElapsedMilliseconds, 0, 2_000);
    }
}
