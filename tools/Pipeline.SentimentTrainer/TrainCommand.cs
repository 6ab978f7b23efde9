using System.CommandLine;
using Pipeline.Sentiment.Features;
using Pipeline.Sentiment.Model;

namespace Pipeline.SentimentTrainer;

/// <summary>Trains a model, calibrates it, writes its file, and reports how good it is.</summary>
internal static class TrainCommand
{
    private const int CalibrationFolds = 10;

    /// <param name="figures">Takes the report, as Markdown.</param>
    /// <param name="progress">Takes what is going on.</param>
    public static RootCommand Create(TextWriter figures, TextWriter progress)
    {
        var language = new Option<string>("--language") { Required = true, HelpName = "en|zh" };
        language.AcceptOnlyFromAmong("en", "zh");
        var train = Files(
            "--train", "Labelled texts to learn from: label, language, source and text, tab-separated; plain or gzip.");
        var dev = Files("--dev", "Labelled texts to measure on; nothing is learnt from them.");
        var lexicon = Files(
            "--lexicon", "Words and phrases with their valence, tab-separated: what is known before any text is read.");
        var output = new Option<string>("--output") { Description = "Where the model goes.", Required = true, HelpName = "FILE" };
        var name = new Option<string>("--name") { Description = "Its name, as answers will say: en-1.", Required = true };
        var seed = new Option<int>("--seed") { Description = "The same seed makes the same file.", DefaultValueFactory = _ => 1 };
        var command = new RootCommand("Trains the sentiment model of one language (docs/sentiment.md).")
        {
            language, train, dev, lexicon, output, name, seed,
        };
        command.SetAction(parsed => Run(new TrainOptions(
            parsed.GetRequiredValue(language) == "zh" ? ModelLanguage.Chinese : ModelLanguage.English,
            parsed.GetRequiredValue(train), parsed.GetValue(dev) ?? [], parsed.GetValue(lexicon) ?? [],
            parsed.GetRequiredValue(output), parsed.GetRequiredValue(name), parsed.GetValue(seed)), figures, progress));
        return command;
    }

    private static Option<string[]> Files(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        Required = name == "--train",
        HelpName = "FILE...",
    };

    private static void Run(TrainOptions options, TextWriter figures, TextWriter progress)
    {
        var recipe = Recipe.For(options.Language);
        var texts = options.Train.SelectMany(Corpus.Read).ToList();
        var trained = texts.Count;
        texts.AddRange(options.Dev.SelectMany(Corpus.Read));
        var set = new TrainingSet(texts, [.. options.Lexicon.SelectMany(Lexicon.Read)], options.Language);
        int[] rows = [.. Enumerable.Range(0, trained)];
        int[] devRows = [.. Enumerable.Range(trained, texts.Count - trained)];
        progress.WriteLine($"{rows.Length:N0} texts to learn from, {devRows.Length:N0} to measure on.");

        var known = HoldingOut.Folds(set, rows, recipe, options.Seed, CalibrationFolds);
        var calibration = Platt.Fit([.. known.SelectMany(part => part.Scored(set))]);
        progress.WriteLine($"Calibrated on {CalibrationFolds} folds: {calibration}.");
        var weights = Trainer.Train(set, rows, recipe, options.Seed);
        using (var file = File.Create(options.Output))
            new ModelContent(options.Name, calibration, weights.Polarity, weights.Neutrality).Write(file);
        progress.WriteLine($"Wrote {options.Output}: {new FileInfo(options.Output).Length:N0} bytes.");

        var report = new Report(set, calibration, figures);
        if (devRows.Length > 0)
            report.BySource(
                "Texts to measure on, of sources that it knows", new HeldOut("all", devRows, weights.Score(set, devRows)));
        if (rows.Select(row => set[row].Source).Distinct().Count() > 1)
            report.Parts(
                "Leave-one-source-out: each source by a model that never saw it",
                HoldingOut.Sources(set, rows, recipe, options.Seed));
    }
}

internal sealed record TrainOptions(
    ModelLanguage Language, string[] Train, string[] Dev, string[] Lexicon, string Output, string Name, int Seed);
