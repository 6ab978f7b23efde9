using System.Globalization;

namespace Pipeline.Domain.Tests.Value;

/// <summary>
/// The published results on the CDNOW sample (Fader, Hardie and Lee 2005; notes 018 and 025 of Hardie). The data are not
/// part of the project: <c>PIPELINE_CDNOW</c>, or <c>../shared/data/cdnow</c> beside the repository, is where they lie.
/// </summary>
public sealed class CdnowTests
{
    [CdnowFact]
    public void BG_NBD_finds_the_published_parameters()
    {
        var fit = PurchaseFit.Of(DropoutRule.AfterRepeats, Cdnow.Records());

        Assert.True(fit.HasConverged);
        Assert.Equal(0.243, fit.Model.R, 0.001);
        Assert.Equal(4.414, fit.Model.Alpha, 0.001);
        Assert.Equal(0.793, fit.Model.A, 0.001);
        Assert.Equal(2.426, fit.Model.B, 0.001);
        Assert.Equal(-9582.4, fit.LogLikelihood, 0.05);
        Assert.Equal(1.226, fit.Model.Expected(new PurchaseRecord(2, 30.43, 38.86), 39), 0.001);
    }

    [CdnowFact]
    public void MBG_NBD_finds_the_published_parameters()
    {
        var fit = PurchaseFit.Of(DropoutRule.AfterEveryPurchase, Cdnow.Records());

        Assert.True(fit.HasConverged);
        Assert.Equal(0.525, fit.Model.R, 0.001);
        Assert.Equal(6.183, fit.Model.Alpha, 0.001);
        Assert.Equal(0.891, fit.Model.A, 0.001);
        Assert.Equal(1.614, fit.Model.B, 0.001);
    }

    [CdnowFact]
    public void Gamma_Gamma_finds_the_published_parameters()
    {
        var fit = SpendFit.Of(Cdnow.Spend());

        Assert.True(fit.IsUsable);
        Assert.Equal(6.25, fit.Model.P, 0.01);
        Assert.Equal(3.74, fit.Model.Q, 0.01);
        Assert.Equal(15.44, fit.Model.V, 0.01);
    }

    [CdnowFact]
    public void Gamma_Gamma_expects_of_the_first_ten_customers_what_the_note_does()
    {
        var model = new SpendModel(6.25, 3.74, 15.44);
        double[] published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17];
        var first = Cdnow.Rows("cdnow_customers_summary_with_transactions.csv").Take(10).ToArray();
        for (var i = 0; i < published.Length; i++)
            Assert.Equal(published[i], model.Expected((int)first[i][1], first[i][4]), 0.1);
    }

    private static class Cdnow
    {
        public static string? Folder { get; } = Find();

        public static CountedRecord[] Records() =>
        [
            .. Rows("cdnow_customers_summary.csv").Select(static row =>
                new CountedRecord(new PurchaseRecord((int)row[1], row[2], row[3]), 1)),
        ];

        public static SpendRecord[] Spend() =>
        [
            .. Rows("cdnow_customers_summary_with_transactions.csv").Where(static row => row[1] > 0)
                .Select(static row => new SpendRecord((int)row[1], row[4])),
        ];

        public static IEnumerable<double[]> Rows(string file) =>
            File.ReadLines(Path.Combine(Folder!, file)).Skip(1).Select(static line =>
                Array.ConvertAll(line.Split(','), static cell => double.Parse(cell, CultureInfo.InvariantCulture)));

        private static string? Find()
        {
            if (Environment.GetEnvironmentVariable("PIPELINE_CDNOW") is { Length: > 0 } named)
                return named;
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (!File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
                    continue;
                var beside = Path.Combine(folder.FullName, "..", "shared", "data", "cdnow");
                return Directory.Exists(beside) ? beside : null;
            }

            return null;
        }
    }

    private sealed class CdnowFactAttribute : FactAttribute
    {
        public CdnowFactAttribute()
        {
            if (Cdnow.Folder is null)
                Skip = "The CDNOW data are not on this machine (PIPELINE_CDNOW names their folder).";
        }
    }
}
