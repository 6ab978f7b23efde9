using System.Collections.Frozen;
using System.Text;

namespace Pipeline.Domain.Tests;

public sealed class ProgramDocumentTests
{
    private const string Head = "\"version\": 2, \"name\": \"Spring\", \"timeZone\": \"Europe/London\"";

    [Fact]
    public void The_default_program_is_written_in_full()
    {
        const string expected = """
            {
              "version": 1,
              "name": "default",
              "timeZone": "UTC",
              "earning": {
                "pointsPerMajorUnit": {
                  "default": 1
                },
                "rounding": "floor",
                "shippingEarns": false,
                "taxEarns": false,
                "excludedSkus": [],
                "excludedCategories": [],
                "pendingDays": 0
              },
              "expiry": {
                "rule": "rolling",
                "months": 12,
                "align": "monthEnd"
              },
              "refund": {
                "policy": "allowDeficit",
                "reinstateDays": 30
              },
              "redemption": {
                "value": {
                  "default": {
                    "points": 100,
                    "majorUnits": 1
                  }
                },
                "minimumPoints": 1,
                "stepPoints": 1,
                "largestShare": 1
              },
              "holds": {
                "openMax": 64,
                "secondsMax": 86400
              }
            }
            """;
        Assert.Equal(expected, Encoding.UTF8.GetString(ProgramDocument.Write(LoyaltyProgram.Default)));
    }

    [Fact]
    public void A_document_of_three_fields_has_the_defaults_for_all_others() =>
        Assert.Equal(
            LoyaltyProgram.Default with { Version = 2, Name = "Spring", TimeZone = "Europe/London" },
            Valid($"{{ {Head} }}"));

    [Fact]
    public void The_first_document_of_the_guide_doubles_the_points()
    {
        var award = Domain.Earning.Award(Valid(Samples.FirstOfTheGuide()), Baskets.Priced("GBP", (1, 1530)));
        Assert.Equal(30, award.Points);
        Assert.Equal("2 points per GBP 1.00 on GBP 15.30, rounded down", award.Parts[0].Reason);
    }

    [Fact]
    public void Every_setting_survives_writing_and_reading()
    {
        var gbp = Baskets.Currency("GBP");
        var program = new LoyaltyProgram(
            int.MaxValue, "名前 \"x\"", "America/Sao_Paulo",
            new EarningRules(
                new EarnRates(null, new Dictionary<Currency, ExactRate> { [gbp] = ExactRate.Of(0.000001m) }),
                Rounding.HalfEven, true, true, new[] { "b", "a" }.ToFrozenSet(), new[] { "c" }.ToFrozenSet(), 3650),
            new ExpiryRule.Once(new DateOnly(2027, 12, 31)),
            new RefundRules(RefundPolicy.WithinBalance, 0),
            new RedemptionRules(
                new PointValues(null, new Dictionary<Currency, PointValue> { [gbp] = new(3, 2) }),
                500, 50, ExactRate.Of(0.333333m)),
            new HoldLimits(9_000, 2, 60));
        Assert.Equal(program, ProgramDocument.Parse(ProgramDocument.Write(program)).Program);
        foreach (var expiry in new ExpiryRule[]
        {
            new ExpiryRule.Never(), new ExpiryRule.Yearly(2, 29), new ExpiryRule.RollingDays(90, ExpiryAlignment.None),
            new ExpiryRule.RollingMonths(3, ExpiryAlignment.DayEnd),
        })
        {
            var read = ProgramDocument.Parse(ProgramDocument.Write(program with { Expiry = expiry })).Program;
            Assert.Equal(expiry, read!.Expiry);
        }
    }

    [Fact]
    public void Equal_programs_are_those_whose_documents_are_equal()
    {
        var same = Valid($"{{ {Head} }}");
        var program = LoyaltyProgram.Default with { Version = 2, Name = "Spring", TimeZone = "Europe/London" };
        Assert.Equal(program.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(program, program with { Refund = new RefundRules(RefundPolicy.AllowDeficit, 31) });
        Assert.NotEqual(program, program with { TimeZone = "UTC" });
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var errors = Errors("""
            {
              "version": 0, "nane": "x", "timeZone": "Europe/Londn",
              "earning": { "rounding": "flor", "pointsPerMajorUnit": { "currencies": { "GPB": 1, "GBP": 0.0000001 } } },
              "expiry": { "rule": "rolling", "months": 12.5 },
              "refund": 3
            }
            """);
        Assert.Equal(
            [
                "/nane", "/name", "/version", "/timeZone", "/earning/pointsPerMajorUnit/currencies/GPB",
                "/earning/pointsPerMajorUnit/currencies/GBP", "/earning/rounding", "/expiry/align", "/expiry/months", "/refund",
            ],
            errors.Keys);
        Assert.Equal("Must be a whole number from 1 to 2147483647; it is 0.", errors["/version"]);
        Assert.StartsWith("Unknown field. Did you mean 'name'? Allowed here: ", errors["/nane"], StringComparison.Ordinal);
        Assert.EndsWith("Did you mean 'Europe/London'?", errors["/timeZone"], StringComparison.Ordinal);
        Assert.Equal(
            "Must be one of floor, halfUp, halfEven, ceiling; it is 'flor'. Did you mean 'floor'?", errors["/earning/rounding"]);
        Assert.Equal(
            "Must be a number from 0 to 1000000 with at most 6 decimals; it is 0.0000001.",
            errors["/earning/pointsPerMajorUnit/currencies/GBP"]);
        Assert.Equal("Must be an object; it is a number.", errors["/refund"]);
    }

    [Theory]
    [InlineData("{\n \"é\": tru }", "line 2, column 10")]
    [InlineData("", "line 1, column 1")]
    [InlineData("{} {}", "line 1, column 4")]
    [InlineData("{\"a\": 1,}", "line 1, column 9")]
    [InlineData("// no\n{}", "line 1, column 1")]
    public void What_is_not_json_is_told_with_line_and_column(string text, string place) =>
        Assert.StartsWith(
            $"The document is not JSON: {place}: ", Assert.Single(Errors(text)).Value, StringComparison.Ordinal);

    [Theory]
    [InlineData("{ \"version\": 1, \"version\": 1, \"name\": \"x\", \"timeZone\": \"UTC\" }", "/version")]
    [InlineData("{ \"version\": 1, \"name\": \"x\", \"timeZone\": \"UTC\", \"refund\": { \"policy\": \"allowDeficit\", \"policy\": \"withinBalance\" } }", "/refund/policy")]
    public void A_field_that_occurs_twice_is_an_error(string text, string place) =>
        Assert.Equal(KeyValuePair.Create(place, "The field occurs twice; give it once."), Assert.Single(Errors(text)));

    [Theory]
    [InlineData("posix/Europe/London")]
    [InlineData("../UTC")]
    [InlineData("GMT Standard Time")]
    [InlineData("")]
    public void A_time_zone_is_an_id_of_iana(string zone) =>
        Assert.Contains("/timeZone", Errors($"{{ \"version\": 1, \"name\": \"x\", \"timeZone\": \"{zone}\" }}").Keys);

    [Theory]
    [InlineData("\"2027-02-29\"")]
    [InlineData("\"02-30\"")]
    [InlineData("\"31-12\"")]
    [InlineData("\"2027-1-1\"")]
    public void A_date_is_a_day_of_the_calendar(string on) =>
        Assert.Equal(
            ["/expiry/on"], Errors($"{{ {Head}, \"expiry\": {{ \"rule\": \"fixedDate\", \"on\": {on} }} }}").Keys);

    [Fact]
    public void A_field_of_another_expiry_rule_is_an_error() =>
        Assert.Equal(
            "Unknown field. Allowed here: rule.",
            Errors($"{{ {Head}, \"expiry\": {{ \"rule\": \"none\", \"months\": 12 }} }}")["/expiry/months"]);

    [Fact]
    public void Broken_text_is_an_error_and_never_an_exception()
    {
        Assert.Equal("The document is not UTF-8 text.", ProgramDocument.Parse([0x22, 0xff, 0x22]).Errors[""]);
        Assert.Contains("surrogate", Errors($"{{ {Head}, \"\\ud800\": 1 }}")[""], StringComparison.Ordinal);
        Assert.Contains("surrogate", Errors("{ \"name\": \"\\ud800\" }")["/name"], StringComparison.Ordinal);
        Assert.Contains("depth", Errors(new string('[', 100))[""], StringComparison.Ordinal);
        Assert.Equal("Must be an object; it is null.", Errors("null")[""]);
        Assert.Contains("bytes", ProgramDocument.Parse(new byte[ProgramDocument.BytesMax + 1]).Errors[""], StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_error() =>
        Assert.True(ProgramDocument.Parse([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes($"{{ {Head} }}")]).IsValid);

    [Fact]
    public void Errors_are_bounded_and_their_pointers_escaped()
    {
        var many = string.Concat(Enumerable.Range(0, 500).Select(i => $", \"x{i}\": 1"));
        Assert.Equal(ProgramDocument.ErrorsMax, Errors($"{{ {Head}{many} }}").Count);
        Assert.Equal(["/a~1b~0c"], Errors($"{{ {Head}, \"a/b~c\": 1 }}").Keys);
    }

    [Theory]
    [InlineData("0.1", 100_000)]
    [InlineData("1e-6", 1)]
    [InlineData("0.00000100", 1)]
    [InlineData("1E3", 1_000_000_000)]
    [InlineData("-0", 0)]
    public void A_rate_is_read_exactly(string number, long millionths) =>
        Assert.Equal(
            millionths,
            Valid($"{{ {Head}, \"earning\": {{ \"pointsPerMajorUnit\": {{ \"default\": {number} }} }} }}")
                .Earning.Rates.Default!.Value.Millionths);

    [Theory]
    [InlineData("1e-7")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999")]
    [InlineData("1e-99999999999")]
    [InlineData("1000000.000001")]
    [InlineData("-0.000001")]
    [InlineData("\"1\"")]
    public void A_rate_that_would_be_rounded_or_is_out_of_range_is_an_error(string number) =>
        Assert.Equal(
            ["/earning/pointsPerMajorUnit/default"],
            Errors($"{{ {Head}, \"earning\": {{ \"pointsPerMajorUnit\": {{ \"default\": {number} }} }} }}").Keys);

    private static LoyaltyProgram Valid(string text)
    {
        var parse = ProgramDocument.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Empty(parse.Errors);
        return parse.Program!;
    }

    private static IReadOnlyDictionary<string, string> Errors(string text)
    {
        var parse = ProgramDocument.Parse(Encoding.UTF8.GetBytes(text));
        Assert.False(parse.IsValid);
        return parse.Errors;
    }
}
