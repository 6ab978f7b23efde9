using Pipeline.Local.Work;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Local.Hosting;

/// <summary>
/// What the server is told by its command line; what that leaves open, by the section "Pipeline" of its settings.
/// </summary>
internal sealed record ServeOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5080";
    public const string Section = "Pipeline";

    public required string Folder { get; init; }

    public string? Urls { get; init; }

    /// <summary>The file of the loyalty program that is to hold from now on.</summary>
    public string? Program { get; init; }

    /// <summary>The file of the case rules that are to hold from now on.</summary>
    public string? CaseRules { get; init; }

    /// <summary>Where survey links lead; null: what the settings say, or this host's own page.</summary>
    public string? SurveyUrl { get; init; }

    /// <summary>Requests a second for each API key; null: what the settings say, or no limit.</summary>
    public double? RateLimit { get; init; }

    public int? SessionsInFlight { get; init; }

    public string? NightlyCron { get; init; }

    public string UrlsFrom(IConfiguration settings) => Urls ?? settings[$"{Section}:Urls"] ?? DefaultUrl;

    public string? ProgramFrom(IConfiguration settings) => Program ?? settings[$"{Section}:Program"];

    public string? CaseRulesFrom(IConfiguration settings) => CaseRules ?? settings[$"{Section}:CaseRules"];

    public HttpOptions HttpFrom(IConfiguration settings) =>
        HttpOptions.From(settings.GetSection(Section), RateLimit, SurveyUrl);

    public PumpOptions PumpsFrom(IConfiguration settings)
    {
        var defaults = new PumpOptions();
        return defaults with
        {
            SessionsInFlightMax = Math.Clamp(
                SessionsInFlight ?? settings.GetValue<int?>($"{Section}:SessionsInFlight") ?? defaults.SessionsInFlightMax,
                1, 1_024),
        };
    }

    public TimerOptions TimersFrom(IConfiguration settings) =>
        new(NightlyCron ?? settings[$"{Section}:NightlyCron"] ?? new TimerOptions().Cron);
}
