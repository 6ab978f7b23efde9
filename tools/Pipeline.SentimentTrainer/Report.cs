using System.Globalization;
using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Model;

namespace Pipeline.SentimentTrainer;

/// <summary>Figures as tables in Markdown.</summary>
internal sealed class Report(TrainingSet set, Calibration calibration, TextWriter writer)
{
    private static readonly double[] Coverages = [1, 0.9, 0.8, 0.7, 0.6, 0.5];

    private static readonly SentimentLabel[] Labels =
        [SentimentLabel.Positive, SentimentLabel.Neutral, SentimentLabel.Negative];

    /// <summary>One part, a line for each of its sources and one for all.</summary>
    public void BySource(string title, HeldOut part)
    {
        var sources = part.Scored(set).Zip(part.Rows, (scored, row) => (scored, set[row].Source))
            .GroupBy(item => item.Source, item => item.scored)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, Figures(group)))
            .ToArray();
        Tables(title, sources, Figures(part.Scored(set)));
    }

    /// <summary>A line for each part and one for all.</summary>
    public void Parts(string title, HeldOut[] parts) => Tables(
        title,
        [.. parts.Select(part => (part.Name, Figures(part.Scored(set))))],
        Figures(parts.SelectMany(part => part.Scored(set))));

    private void Tables(string title, (string Name, Figures Figures)[] parts, Figures all)
    {
        Line($"## {title}\n");
        Line($"| source | n | accuracy | macro-F1 | ECE | n pos/neg | two-class | ECE | answered at 0.8 | right of them |");
        Line($"| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var (name, figures) in parts)
            Row(name, figures);
        Row("**all**", all);
        var accuracies = parts.Select(part => part.Figures.TwoClassAccuracy).Where(double.IsFinite).ToArray();
        Line($"\nTwo-class accuracy, the mean over the sources: {accuracies.Average():F1}.");
        var (coverage, accuracy) = all.Sure;
        Line($"Three labels at a confidence of 0.8: {coverage:F1} % answered, {accuracy:F1} % of them right.");
        (coverage, accuracy) = all.SureOfLabelOnSides;
        Line($"The same on positive and negative texts: {coverage:F1} % answered, {accuracy:F1} % of them right.\n");
        Confusion(all);
        Line($"| the surest | {string.Join(" | ", Coverages.Select(share => $"{100 * share:F0} %"))} |");
        Line($"| --- |{string.Concat(Coverages.Select(_ => " --: |"))}");
        var risks = Coverages.Select(share => all.Risk(share).ToString("F1", CultureInfo.InvariantCulture));
        Line($"| wrong, % | {string.Join(" | ", risks)} |\n");
    }

    private void Row(string name, Figures figures)
    {
        var (coverage, accuracy) = figures.SureOfSide;
        FormattableString labels =
            $"| {name} | {figures.Count} | {figures.Accuracy:F1} | {figures.MacroF1:F1} | {figures.CalibrationError:F3} |";
        FormattableString sides =
            $" {figures.SideCount} | {figures.TwoClassAccuracy:F1} | {figures.TwoClassCalibrationError:F3} | {coverage:F1} | {accuracy:F1} |";
        Line($"{FormattableString.Invariant(labels)}{FormattableString.Invariant(sides)}");
    }

    private void Confusion(Figures figures)
    {
        Line($"| gold \\ answered | {string.Join(" | ", Labels)} |");
        Line($"| --- | --: | --: | --: |");
        foreach (var gold in Labels)
            Line($"| {gold} | {string.Join(" | ", Labels.Select(answered => figures.Confused(gold, answered)))} |");
        Line($"");
    }

    private Figures Figures(IEnumerable<Scored> scored)
    {
        var figures = new Figures();
        foreach (var item in scored)
            figures.Add(item.Label, calibration.Scores(item.Raw));
        return figures;
    }

    private void Line(FormattableString line) => writer.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
