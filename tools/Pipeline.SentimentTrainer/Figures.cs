using Pipeline.Runtime.Ports;

namespace Pipeline.SentimentTrainer;

/// <summary>What is measured of answers against gold labels. Gold "mixed" is in no figure: no model was taught it.</summary>
internal sealed class Figures
{
    private const int Bins = 15;
    private const double SureFrom = 0.8;

    private static readonly SentimentLabel[] Labels =
        [SentimentLabel.Positive, SentimentLabel.Neutral, SentimentLabel.Negative];

    private readonly List<Answer> answers = [];

    private IEnumerable<Answer> Sides => answers.Where(answer => answer.Gold != SentimentLabel.Neutral);

    public int Count => answers.Count;

    public int SideCount => Sides.Count();

    /// <summary>Positive against negative: which of the two scores is higher, on texts that take a side.</summary>
    public double TwoClassAccuracy => Share(Sides, answer => answer.IsSideRight);

    public double Accuracy => Share(answers, answer => answer.IsRight);

    /// <summary>The mean of the labels' F1, over the labels that occur.</summary>
    public double MacroF1 => 100 * Labels.Where(label => answers.Any(answer => answer.Gold == label)).Average(F1);

    /// <summary>Expected calibration error of the answer's confidence (Naeini and others 2015), 15 equal bins.</summary>
    public double CalibrationError => Error(answers, answer => answer.Confidence, answer => answer.IsRight);

    public double TwoClassCalibrationError => Error(Sides, answer => answer.SideConfidence, answer => answer.IsSideRight);

    public (double Coverage, double Accuracy) Sure =>
        At(answers, answer => answer.Confidence >= SureFrom, answer => answer.IsRight);

    /// <summary>As the two-class accuracy, where the answer's own confidence is high enough.</summary>
    public (double Coverage, double Accuracy) SureOfSide =>
        At(Sides, answer => answer.SideConfidence >= SureFrom, answer => answer.IsSideRight);

    /// <summary>On texts that take a side: answered by the label, with the label's confidence.</summary>
    public (double Coverage, double Accuracy) SureOfLabelOnSides =>
        At(Sides, answer => answer.Confidence >= SureFrom, answer => answer.IsRight);

    public void Add(SentimentLabel gold, SentimentScores scores)
    {
        if (gold != SentimentLabel.Mixed)
            answers.Add(new Answer(gold, scores));
    }

    public int Confused(SentimentLabel gold, SentimentLabel answered) =>
        answers.Count(answer => answer.Gold == gold && answer.Label == answered);

    /// <summary>The share of wrong answers among the surest <paramref name="coverage"/> of them.</summary>
    public double Risk(double coverage)
    {
        var surest = answers.OrderByDescending(answer => answer.Confidence)
            .Take((int)Math.Round(coverage * answers.Count)).ToArray();
        return 100 - Share(surest, answer => answer.IsRight);
    }

    private double F1(SentimentLabel label)
    {
        var right = answers.Count(answer => answer.Gold == label && answer.Label == label);
        var said = answers.Count(answer => answer.Label == label);
        var gold = answers.Count(answer => answer.Gold == label);
        return 2.0 * right / (said + gold);
    }

    private static double Share(IEnumerable<Answer> answers, Func<Answer, bool> isRight)
    {
        var all = answers.ToArray();
        return all.Length == 0 ? double.NaN : 100.0 * all.Count(isRight) / all.Length;
    }

    private static (double Coverage, double Accuracy) At(
        IEnumerable<Answer> answers, Func<Answer, bool> isSure, Func<Answer, bool> isRight)
    {
        var all = answers.ToArray();
        var sure = all.Where(isSure).ToArray();
        return (all.Length == 0 ? double.NaN : 100.0 * sure.Length / all.Length, Share(sure, isRight));
    }

    private static double Error(IEnumerable<Answer> answers, Func<Answer, double> confidence, Func<Answer, bool> isRight)
    {
        var all = answers.ToArray();
        return all.GroupBy(answer => Math.Min(Bins - 1, (int)(confidence(answer) * Bins)))
            .Sum(bin => Math.Abs(bin.Sum(answer => confidence(answer) - (isRight(answer) ? 1 : 0)))) / all.Length;
    }

    private readonly record struct Answer(SentimentLabel Gold, SentimentScores Scores)
    {
        public SentimentLabel Label =>
            Scores.Positive >= Scores.Negative && Scores.Positive >= Scores.Neutral ? SentimentLabel.Positive
            : Scores.Negative >= Scores.Neutral ? SentimentLabel.Negative : SentimentLabel.Neutral;

        public double Confidence => Math.Max(Scores.Positive, Math.Max(Scores.Neutral, Scores.Negative));

        public bool IsRight => Label == Gold;

        public bool IsSideRight => Scores.Positive >= Scores.Negative == (Gold == SentimentLabel.Positive);

        public double SideConfidence =>
            Math.Max(Scores.Positive, Scores.Negative) / (Scores.Positive + Scores.Negative);
    }
}
