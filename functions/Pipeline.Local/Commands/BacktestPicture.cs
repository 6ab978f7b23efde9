using System.Globalization;
using System.Text;
using Pipeline.Domain;

namespace Pipeline.Local.Commands;

/// <summary>Calibration and lift of a backtest, side by side, as SVG.</summary>
internal static class BacktestPicture
{
    private const int Width = 960;
    private const int Height = 460;
    private const int Side = 340;
    private const int Top = 70;
    private const int LeftPanel = 70;
    private const int RightPanel = 540;
    private const string ScoreColour = "#0b6e4f";
    private const string BaselineColour = "#b5651d";
    private const string Grey = "#888";

    public static string Of(BacktestReport report)
    {
        var svg = new StringBuilder();
        Append(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" font-family="sans-serif" font-size="13">""");
        Append(svg, $"""<title>Backtest at {report.Cutoff:yyyy-MM-dd}, {report.HorizonDays} days</title>""");
        Append(svg, $"""<rect width="{Width}" height="{Height}" fill="white"/>""");
        Calibration(svg, report);
        Lift(svg, report);
        Append(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Calibration(StringBuilder svg, BacktestReport report)
    {
        Panel(svg, LeftPanel, $"Calibration: error {report.CalibrationError:0.000}", "said", "bought again", 1);
        Append(svg, $"""<line x1="{LeftPanel}" y1="{Top + Side}" x2="{LeftPanel + Side}" y2="{Top}" stroke="{Grey}" stroke-dasharray="4 4"/>""");
        var points = report.Calibration.Select(static bin => (bin.Predicted, bin.Observed)).ToList();
        Curve(svg, LeftPanel, points, 1, ScoreColour);
        foreach (var (x, y) in points)
            Append(svg, $"""<circle cx="{X(LeftPanel, x):0.0}" cy="{Y(y, 1):0.0}" r="4" fill="{ScoreColour}"/>""");
    }

    private static void Lift(StringBuilder svg, BacktestReport report)
    {
        var baseline = report.Baselines.MaxBy(static one => one.Auc)!;
        var most = Math.Ceiling(10 * report.Ranking.Curve.Concat(baseline.Curve).Max(static at => at.Lift)) / 10;
        Panel(svg, RightPanel, $"Lift: AUC {report.Ranking.Auc:0.000}", "share of customers, best first", "times the base rate", most);
        Curve(svg, RightPanel, [.. baseline.Curve.Select(static at => (at.Share, at.Lift))], most, BaselineColour);
        Curve(svg, RightPanel, [.. report.Ranking.Curve.Select(static at => (at.Share, at.Lift))], most, ScoreColour);
        Append(svg, $"""<line x1="{RightPanel}" y1="{Y(1, most):0.0}" x2="{RightPanel + Side}" y2="{Y(1, most):0.0}" stroke="{Grey}" stroke-dasharray="4 4"/>""");
        Text(svg, RightPanel + Side - 8, Top + 22, $"score {report.Ranking.Auc:0.000}", ScoreColour, "end");
        Text(svg, RightPanel + Side - 8, Top + 42, $"{baseline.Name} {baseline.Auc:0.000}", BaselineColour, "end");
    }

    private static void Panel(StringBuilder svg, int left, FormattableString title, string across, string up, double most)
    {
        Text(svg, left, Top - 24, title.ToString(CultureInfo.InvariantCulture), "black", "start", bold: true);
        Append(svg, $"""<rect x="{left}" y="{Top}" width="{Side}" height="{Side}" fill="none" stroke="#ccc"/>""");
        for (var quarter = 0; quarter <= 4; quarter++)
        {
            var share = quarter / 4.0;
            Text(svg, X(left, share), Top + Side + 18, $"{share:0%}", Grey, "middle");
            Text(svg, left - 6, Y(share * most, most) + 4, most == 1 ? $"{share:0%}" : $"{share * most:0.00}", Grey, "end");
        }

        Text(svg, left + (Side / 2.0), Top + Side + 38, across, "black", "middle");
        Text(svg, left, Top - 6, up, Grey, "start");
    }

    private static void Curve(StringBuilder svg, int left, List<(double X, double Y)> points, double most, string colour)
    {
        var path = string.Join(" ", points.Select(point => Invariant($"{X(left, point.X):0.0},{Y(point.Y, most):0.0}")));
        Append(svg, $"""<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>""");
    }

    private static void Text(
        StringBuilder svg, double x, double y, string text, string colour, string anchor, bool bold = false) =>
        Append(svg, $"""<text x="{x:0.0}" y="{y:0.0}" fill="{colour}" text-anchor="{anchor}"{(bold ? " font-weight=\"bold\"" : "")}>{text}</text>""");

    private static void Text(StringBuilder svg, double x, double y, FormattableString text, string colour, string anchor) =>
        Text(svg, x, y, text.ToString(CultureInfo.InvariantCulture), colour, anchor);

    private static double X(int left, double share) => left + (share * Side);

    private static double Y(double value, double most) => Top + Side - (Math.Clamp(value / most, 0, 1) * Side);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Append(StringBuilder svg, FormattableString line) => svg.Append(Invariant(line)).Append('\n');
}
