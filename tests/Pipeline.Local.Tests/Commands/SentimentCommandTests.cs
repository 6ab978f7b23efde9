using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Pipeline.Local.Commands;

namespace Pipeline.Local.Tests.Commands;

public class SentimentCommandTests
{
    [Fact]
    public async Task Lines_are_answered_in_their_order_with_their_ids()
    {
        var lines = Enumerable.Range(0, 3_000).Select(i =>
            $$"""{ "id": {{i.ToString(CultureInfo.InvariantCulture)}}, "text": "{{(i % 2 == 0 ? "Excellent, I love it!" : "太差了，退货！")}}" }""");

        var result = await RunAsync(string.Join('\n', lines));

        var answers = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(Enumerable.Range(0, 3_000), answers.Select(answer => answer.GetProperty("id").GetInt32()));
        Assert.All(answers, answer => Assert.Equal(
            answer.GetProperty("id").GetInt32() % 2 == 0 ? "en positive" : "zh negative",
            $"{answer.GetProperty("language").GetString()} {answer.GetProperty("label").GetString()}"));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task An_answer_has_label_confidence_scores_and_language()
    {
        var result = await RunAsync("""{ "id": "a-1", "text": "Never again, awful service." }""");

        var answer = result.Json();
        Assert.Equal(
            ["id", "label", "confidence", "scores", "language"],
            answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal("a-1", answer.GetProperty("id").GetString());
        var scores = answer.GetProperty("scores").EnumerateObject().ToDictionary(score => score.Name, score => score.Value.GetDouble());
        Assert.Equal(["positive", "neutral", "negative"], scores.Keys);
        Assert.Equal(1, scores.Values.Sum(), 3);
        Assert.Equal(scores["negative"], answer.GetProperty("confidence").GetDouble());
    }

    [Fact]
    public async Task A_line_that_is_refused_is_named_and_the_others_are_answered()
    {
        var result = await RunAsync("""
            { "id": 1, "text": "Lovely." }
            { "id": 2 }

            not JSON
            { "id": 3, "text": "Awful." }
            """);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(2, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("line 2: \"text\" must be a string.", result.Error, StringComparison.Ordinal);
        Assert.Contains("line 4: not JSON", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_is_answered_while_the_next_is_waited_for()
    {
        var (input, output) = (new Pipe(), new Pipe());
        using var reader = new StreamReader(input.Reader.AsStream());
        await using var writer = new StreamWriter(output.Writer.AsStream()) { AutoFlush = true };
        var terminal = new Terminal(writer, TextWriter.Null, IsErrorInteractive: false, TimeProvider.System) { In = reader };
        var running = CommandLine.RunAsync(["sentiment"], terminal, CancellationToken.None);
        using var answers = new StreamReader(output.Reader.AsStream());

        for (var i = 0; i < 3; i++)
        {
            await input.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{ "id": {{i}}, "text": "Lovely." }""" + "\n"));
            var answer = await answers.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(i, JsonDocument.Parse(answer!).RootElement.GetProperty("id").GetInt32());
        }

        await input.Writer.CompleteAsync();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task A_language_can_be_forced()
    {
        var result = await RunAsync("""{ "id": 1, "text": "ok 很好" }""", "--language", "en");

        Assert.Equal("en", result.Json().GetProperty("language").GetString());
    }

    private static async Task<CliResult> RunAsync(string input, params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        var terminal = new Terminal(output, error, IsErrorInteractive: false, TimeProvider.System) { In = reader };
        var exitCode = await CommandLine.RunAsync(["sentiment", .. options], terminal, CancellationToken.None);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }
}
