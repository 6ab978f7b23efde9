using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Pipeline.Local.Tests.Hosting;

public sealed class SurveyPageTests : IDisposable
{
    /// <summary>Does what a person does, and writes what is then seen where the page's source tells it.</summary>
    private const string Hands = """
        <script>
          const seen = [], look = () => seen.push(document.querySelectorAll(':checked').length
            + '/' + document.querySelectorAll('.clear:not([hidden])').length);
          const radio = (name, value) => document.querySelector(`[name=${name}][value="${value}"]`);
          look();
          radio('csat', 3).click();
          radio('nps', 0).click();
          look();
          radio('csat', 3).closest('fieldset').querySelector('.clear').click();
          look();
          seen.push(radio('csat', 1) === document.activeElement, radio('nps', 0).checked);
          radio('csat', 5).click();
          look();
          document.body.dataset.seen = seen.join(' ');
        </script>
        """;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [BrowserFact]
    public async Task An_answer_that_was_chosen_can_be_taken_back_and_the_others_stay()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);
        var page = Path.Combine(folder.Path, "survey.html");
        await File.WriteAllTextAsync(page, await shop.Client.GetStringAsync("/survey") + Hands);

        var seen = Regex.Match(await Browser.SourceAfterAsync(page, folder.Path), "data-seen=\"([^\"]*)\"").Groups[1].Value;

        Assert.Equal("0/0 2/2 1/1 true true 2/2", seen);
    }
}

/// <summary>Runs where there is a browser; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Path is null)
            Skip = "Needs a browser: chromium, google-chrome or chrome in the PATH, or PIPELINE_BROWSER.";
    }
}

internal static class Browser
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(60);

    public static string? Path { get; } = Find();

    /// <summary>The page as it is after its scripts.</summary>
    public static async Task<string> SourceAfterAsync(string page, string folder)
    {
        var start = new ProcessStartInfo(Path!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                $"--user-data-dir={System.IO.Path.Combine(folder, "browser")}", "--dump-dom", new Uri(page).AbsoluteUri,
            },
        };
        using var browser = Process.Start(start)!;
        using var patience = new CancellationTokenSource(PatienceMax);
        var errors = browser.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            var source = await browser.StandardOutput.ReadToEndAsync(patience.Token);
            await browser.WaitForExitAsync(patience.Token);
            await errors;
            return source;
        }
        finally
        {
            if (!browser.HasExited)
                browser.Kill(entireProcessTree: true);
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PIPELINE_BROWSER") is { Length: > 0 } named)
            return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator);
        return ((string[])["chromium", "google-chrome", "chrome"])
            .SelectMany(name => folders.Select(folder => System.IO.Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
