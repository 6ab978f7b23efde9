using System.Text;

namespace Pipeline.Domain.Tests;

public sealed class AwardDocumentTests
{
    internal const string Document = """
        {
          "version": 3, "name": "Members", "timeZone": "Europe/London",
          "awards": {
            "signUp": { "points": 100 },
            "birthday": { "points": 200, "leapDay": "mar1" },
            "review": { "points": 20, "minCommentCharacters": 20, "perCustomer": 50, "perCustomerPerDay": 2 },
            "referral": { "referrerPoints": 500, "refereePoints": 250, "minimumPurchase": { "GBP": 2000 }, "keptDays": 7, "validDays": 30,
              "maxPerReferrer": 12, "codeLength": 10 },
            "events": { "app-install": { "points": 50, "perCustomer": 1 }, "check-in": { "points": 5, "perCustomerPerDay": 1 } }
          },
          "adjustments": { "fourEyesAbove": 500, "max": 10000 }
        }
        """;

    [Fact]
    public void Every_setting_of_awards_and_adjustments_is_read()
    {
        var program = Parse(Document);

        var awards = program.Awards!;
        Assert.Equal(new SignUpRule(100), awards.SignUp);
        Assert.Equal(new BirthdayRule(200, LeapDay.March1), awards.Birthday);
        Assert.Equal(new ReviewRule(20, 20, new AwardLimits(50, 2)), awards.Review);
        Assert.Equal(
            (500, 250, 7, 30, 12, 10),
            (awards.Referral!.ReferrerPoints, awards.Referral.RefereePoints, awards.Referral.KeptDays, awards.Referral.ValidDays,
                awards.Referral.MaxPerReferrer, awards.Referral.CodeLength));
        Assert.Equal(2000, Assert.Single(awards.Referral.MinimumPurchase).Value);
        Assert.Equal(new EventRule(50, new AwardLimits(1, null)), awards.Events["app-install"]);
        Assert.Equal(new EventRule(5, new AwardLimits(null, 1)), awards.Events["check-in"]);
        Assert.Equal(new AdjustmentRules(500, 10_000), program.Adjustments);
    }

    [Fact]
    public void A_program_that_is_written_is_read_back_the_same()
    {
        var program = Parse(Document);

        Assert.Equal(program, Parse(Encoding.UTF8.GetString(ProgramDocument.Write(program))));
    }

    [Fact]
    public void A_program_without_awards_is_written_as_it_always_was()
    {
        var written = Encoding.UTF8.GetString(ProgramDocument.Write(LoyaltyProgram.Default));

        Assert.DoesNotContain("awards", written, StringComparison.Ordinal);
        Assert.DoesNotContain("adjustments", written, StringComparison.Ordinal);
        Assert.Null(LoyaltyProgram.Default.Awards);
        Assert.Null(LoyaltyProgram.Default.Adjustments);
    }

    [Fact]
    public void What_is_left_out_of_a_rule_has_its_default()
    {
        var awards = Parse("""
            { "version": 1, "name": "a", "timeZone": "UTC",
              "awards": { "birthday": { "points": 1 }, "review": { "points": 1 }, "referral": { "referrerPoints": 1, "refereePoints": 0 } } }
            """).Awards!;

        Assert.Equal(LeapDay.February28, awards.Birthday!.LeapDay);
        Assert.Equal(new ReviewRule(1, 1, default), awards.Review);
        Assert.Equal((14, 90, null, 8), (awards.Referral!.KeptDays, awards.Referral.ValidDays, awards.Referral.MaxPerReferrer, awards.Referral.CodeLength));
        Assert.Empty(awards.Events);
    }

    [Theory]
    [InlineData("\"leapDay\": \"mar1\"", "\"leapDay\": \"mar2\"", "/awards/birthday/leapDay")]
    [InlineData("\"codeLength\": 10", "\"codeLength\": 5", "/awards/referral/codeLength")]
    [InlineData("\"app-install\"", "\"App install\"", "/awards/events/App install")]
    [InlineData("\"points\": 100", "\"points\": 0", "/awards/signUp/points")]
    [InlineData("\"GBP\": 2000", "\"XAU\": 2000", "/awards/referral/minimumPurchase/XAU")]
    [InlineData("\"signUp\"", "\"signup\"", "/awards/signup")]
    [InlineData("\"max\": 10000", "\"max\": 0", "/adjustments/max")]
    public void What_is_wrong_is_named_with_its_place(string right, string wrong, string place)
    {
        var parse = ProgramDocument.Parse(Encoding.UTF8.GetBytes(Document.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Equal([place], parse.Errors.Keys);
    }

    private static LoyaltyProgram Parse(string text)
    {
        var parse = ProgramDocument.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Empty(parse.Errors);
        return parse.Program!;
    }
}
