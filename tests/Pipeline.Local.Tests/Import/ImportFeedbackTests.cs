using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Local.Tests.Hosting;

namespace Pipeline.Local.Tests.Import;

public sealed class ImportFeedbackTests : IDisposable
{
    private const string Mapping = """
        {
          // Comments are welcome.
          "columns": {
            "id": "Response", "date": "Date", "customer": "Customer", "purchase": "Order", "channel": "Via",
            "csat": "Stars", "nps": "Recommend", "ces": "Easy", "comment": "Words",
          },
          "date": { "formats": ["yyyy-MM-dd HH:mm"], "zone": "Europe/London" },
          "locale": "en-GB",
        }
        """;

    private const string Answers = """"
        Response,Date,Customer,Order,Via,Stars,Recommend,Easy,Words
        r-1,2025-03-01 10:00,alice,o-1,email,5,10,7,"Good, really"
        r-2,2025-03-01 11:00,,,web,1,,,Broken
        r-3,2025-03-02 11:00,bob,,web,,,,
        r-4,2025-03-02 11:00,bob,,web,6,,,
        r-5,2025-03-02 11:00,bob,,web,,11,,
        r-6,2025-03-02 11:00,bob,,web,,,0,
        r 7,2025-03-02 11:00,bob,,web,5,,,
        r-8,yesterday,bob,,web,5,,,
        r-9,2027-03-02 11:00,bob,,web,5,,,
        r-10,2025-03-02 11:00,b b,,web,5,,,
        r-1,2025-03-01 10:00,alice,o-1,email,4,10,7,"Good, really"
        r-2,2025-03-01 11:00,,,web,1,,,Broken
        r-11,2025-03-02
        """";

    private readonly TempFolder folder = new();
    private readonly ManualTime time = new(DateTimeOffset.Parse("2025-06-01T00:00:00Z"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_line_is_accounted_for()
    {
        var summary = (await ImportAsync("--json")).Json();

        Assert.Equal((13, 2, 1, 10, 0), (Int(summary, "read"), Int(summary, "recorded"), Int(summary, "repeated"), Int(summary, "refusedLines"), Int(summary, "cases")));
        Assert.Equal(
            """{"bad-ces":1,"bad-csat":1,"bad-customer":1,"bad-date":1,"bad-feedback-id":1,"bad-nps":1,"content-differs":1,"date-out-of-range":1,"missing-columns":1,"no-answer":1}""",
            JsonSerializer.Serialize(summary.GetProperty("refused")));
        var refused = await File.ReadAllLinesAsync(Path.Combine(folder.Data, "answers.csv.refused.csv"));
        Assert.Equal("line,reason,Response,Date,Customer,Order,Via,Stars,Recommend,Easy,Words", refused[0]);
        Assert.Equal("4,no-answer,r-3,2025-03-02 11:00,bob,,web,,,,", refused[1]);
    }

    [Fact]
    public async Task A_rerun_repeats_everything_and_the_report_stays_as_it_was()
    {
        await ImportAsync();
        var before = await ReportAsync();
        time.Advance(TimeSpan.FromDays(1));

        var summary = (await ImportAsync("--json")).Json();

        Assert.Equal((0, 3), (Int(summary, "recorded"), Int(summary, "repeated")));
        Assert.Equal(before, await ReportAsync());
        Assert.Contains("\"csat\":{", before, StringComparison.Ordinal);
        Assert.Contains("\"value\":100", before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cases_are_opened_only_where_that_is_asked_for()
    {
        var summary = (await ImportAsync("--json", "--cases")).Json();

        Assert.Equal(1, Int(summary, "cases"));
    }

    [Fact]
    public async Task What_the_human_summary_says_adds_up()
    {
        var result = await ImportAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("13 lines read", result.Output, StringComparison.Ordinal);
        Assert.Contains("bad-csat", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("columns", """{ "id": "Response", "date": "Date" }""")]
    [InlineData("columns", """{ "id": "Response", "csat": "Stars" }""")]
    [InlineData("column", "{}")]
    [InlineData("date", "null")]
    [InlineData("columns", """{ "id": "Response", "date": "Date", "csat": "Nowhere" }""")]
    public async Task A_mapping_that_does_not_fit_is_said_so(string name, string value)
    {
        var json = (JsonObject)JsonNode.Parse(
            Mapping, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        json[name] = JsonNode.Parse(value);

        var result = await Cli.RunAsync(time, "import", "feedback", folder.File("answers.csv", Answers),
            "--mapping", folder.File("wrong.json", json.ToJsonString()), "--data", folder.Data);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("pipeline: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> ImportAsync(params string[] options) => Cli.RunAsync(time, [
        "import", "feedback", folder.File("answers.csv", Answers), "--mapping", folder.File("mapping.json", Mapping),
        "--data", folder.Data, .. options]);

    private async Task<string> ReportAsync()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data, time: time);
        var report = await shop.GetAsync("/v1/reports/satisfaction?from=2025-01-01&to=2025-12-31&by=channel");
        return report.GetProperty("groups").GetRawText();
    }

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
