using System.CommandLine;
using Pipeline.Local.Sentiment;
using Pipeline.Runtime.Ports;
using Pipeline.Sentiment;
using Pipeline.Sentiment.Features;

namespace Pipeline.Local.Commands;

/// <summary>Analyses texts from standard input, one JSON document a line.</summary>
internal static class SentimentCommand
{
    private const string Auto = "auto";

    public static Command Create(Terminal terminal)
    {
        var language = new Option<string>("--language")
        {
            Description = "Read every text as English or Chinese, or look at the text.",
            DefaultValueFactory = _ => Auto,
            HelpName = "en|zh|auto",
        };
        language.AcceptOnlyFromAmong("en", "zh", Auto);
        var command = new Command(
            "sentiment",
            """
            Reads { "id", "text" } a line on standard input and writes { "id", "label", "confidence", "scores", "language" }
            a line on standard output, in order. Labels: positive, neutral, negative, mixed.
            """)
        {
            language,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetRequiredValue(language), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string language, Terminal terminal, CancellationToken cancellation)
    {
        await using var services = new ServiceCollection()
            .AddSentiment(new SentimentOptions { Language = Forced(language) })
            .BuildServiceProvider();
        var stream = new SentimentStream(services.GetRequiredService<ITextAnalyser>(), terminal);
        var refused = await stream.RunAsync(cancellation);
        if (refused == 0)
            return 0;
        await terminal.Error.WriteLineAsync(
            $"pipeline: {Words.Count(refused, "line was", "lines were")} refused; the others are answered.");
        return CommandLine.Failed;
    }

    private static ModelLanguage? Forced(string language) => language switch
    {
        "en" => ModelLanguage.English,
        "zh" => ModelLanguage.Chinese,
        _ => null,
    };
}
