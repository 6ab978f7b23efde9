using System.Text.Json;

namespace Pipeline.Local.Tests.Commands;

/// <summary>
/// The score on a year of real orders (UCI Online Retail). The data are not part of the project: <c>PIPELINE_ONLINE_RETAIL</c>,
/// or <c>../shared/data/online-retail</c> beside the repository, is where they lie.
/// </summary>
public sealed class BacktestCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [OnlineRetailFact]
    public async Task On_a_year_of_real_orders_the_score_beats_every_baseline_and_means_what_it_says()
    {
        var import = await Cli.RunAsync(
            "import", "purchases", OnlineRetail.File!, "--mapping", OnlineRetail.Mapping, "--data", folder.Path);
        Assert.True(import.ExitCode == 0, import.Error);
        var picture = Path.Combine(folder.Path, "curves.svg");
        string[] arguments =
            ["backtest", "--cutoff", "2011-09-09", "--horizon", "90d", "--data", folder.Path, "--svg", picture, "--json"];

        var found = (await Cli.RunAsync(arguments)).Json();

        var auc = found.GetProperty("auc").GetDouble();
        Assert.True(auc >= 0.74, $"AUC {auc}");
        Assert.All(found.GetProperty("baselines").EnumerateArray(), baseline => Assert.True(
            baseline.GetProperty("auc").GetDouble() <= auc, $"{baseline} beats {auc}"));
        Assert.InRange(found.GetProperty("calibrationError").GetDouble(), 0, 0.05);
        Assert.True(found.GetProperty("brier").GetDouble() < found.GetProperty("baseBrier").GetDouble());
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(picture), StringComparison.Ordinal);
        Assert.Equal(Figures(found), Figures((await Cli.RunAsync(arguments)).Json()));
    }

    [Fact]
    public async Task A_cutoff_before_all_history_says_that_there_is_too_little()
    {
        await Cli.RunAsync("keys", "create", "--name", "n", "--scopes", "staff", "--data", folder.Path);

        var result = await Cli.RunAsync("backtest", "--cutoff", "2011-09-09", "--data", folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("too little history", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--horizon", "0d")]
    [InlineData("--horizon", "soon")]
    public async Task What_is_no_number_of_days_is_said(string option, string value)
    {
        var result = await Cli.RunAsync("backtest", "--cutoff", "2011-09-09", option, value, "--data", folder.Path);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
    }

    private static string Figures(JsonElement result) => string.Join(
        ",", result.EnumerateObject().Where(static one => one.Name != "seconds").Select(static one => one.ToString()));
}

internal static class OnlineRetail
{
    public static string? File { get; } = Find("PIPELINE_ONLINE_RETAIL", "shared/data/online-retail/online-retail.csv.gz");

    public static string Mapping => Find(null, "samples/online-retail.mapping.json")!;

    private static string? Find(string? variable, string path)
    {
        if (variable is not null && Environment.GetEnvironmentVariable(variable) is { } named)
            return System.IO.File.Exists(named) ? named : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (System.IO.File.Exists(Path.Combine(at.FullName, path)))
                return Path.Combine(at.FullName, path);
        return null;
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnlineRetailFactAttribute : FactAttribute
{
    public OnlineRetailFactAttribute()
    {
        if (OnlineRetail.File is null)
            Skip = "The Online Retail data are not on this machine (PIPELINE_ONLINE_RETAIL).";
    }
}
