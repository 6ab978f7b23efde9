using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Tests.Http;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2010-12-01T08:26:00Z", "2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01t08:26:00z", "2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01T08:26:00+00:00", "2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01T08:26:00-00:00", "2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01T08:26:00+05:30", "2010-12-01T02:56:00Z")]
    [InlineData("2010-12-01T08:26:00-23:59", "2010-12-02T08:25:00Z")]
    [InlineData("2010-12-01T08:26:00.1Z", "2010-12-01T08:26:00.100Z")]
    [InlineData("2010-12-01T08:26:00.123Z", "2010-12-01T08:26:00.123Z")]
    [InlineData("2010-12-01T08:26:00.123999999Z", "2010-12-01T08:26:00.123Z")]
    [InlineData("2010-12-01T08:26:00.000999999Z", "2010-12-01T08:26:00Z")]
    [InlineData("2012-02-29T00:00:00Z", "2012-02-29T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    public void An_instant_with_offset_is_read_to_the_millisecond(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var instant, out var problem), problem);
        Assert.Equal(expected, Rfc3339.Format(instant));
        Assert.Equal(TimeSpan.Zero, instant.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2010-12-01")]
    [InlineData("2010-12-01T08:26:00")]
    [InlineData("2010-12-01T08:26Z")]
    [InlineData("2010-12-01 08:26:00Z")]
    [InlineData("2010-12-01T08:26:00 Z")]
    [InlineData("2010-12-01T08:26:00Z ")]
    [InlineData(" 2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01T08:26:00.Z")]
    [InlineData("2010-12-01T08:26:00,5Z")]
    [InlineData("2010-12-01T08:26:00.1234567890Z")]
    [InlineData("2010-12-01T08:26:00+5:30")]
    [InlineData("2010-12-01T08:26:00+0530")]
    [InlineData("2010-12-01T08:26:00+24:00")]
    [InlineData("2010-12-01T08:26:00+05:60")]
    [InlineData("2010-1-01T08:26:00Z")]
    [InlineData("2010-12-01T08:26:6Z0")]
    [InlineData("+2010-12-01T08:26:0Z")]
    [InlineData("２０１０-12-01T08:26:00Z")]
    public void Text_of_another_form_is_refused(string text)
    {
        Assert.False(Rfc3339.TryParse(text, out _, out var problem));
        Assert.Equal($"must be {Rfc3339.Description}", problem);
    }

    [Theory]
    [InlineData("2011-02-29T00:00:00Z")]
    [InlineData("2010-13-01T00:00:00Z")]
    [InlineData("2010-00-01T00:00:00Z")]
    [InlineData("2010-12-32T00:00:00Z")]
    [InlineData("2010-12-00T00:00:00Z")]
    [InlineData("2010-12-01T24:00:00Z")]
    [InlineData("2010-12-01T23:60:00Z")]
    [InlineData("2010-12-01T23:59:61Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    public void A_date_that_no_calendar_has_is_refused(string text) => Assert.False(Rfc3339.TryParse(text, out _, out _));

    [Fact]
    public void A_leap_second_is_refused_with_what_to_send_instead()
    {
        Assert.False(Rfc3339.TryParse("2016-12-31T23:59:60Z", out _, out var problem));
        Assert.Equal(Rfc3339.LeapSecond, problem);
    }
}
