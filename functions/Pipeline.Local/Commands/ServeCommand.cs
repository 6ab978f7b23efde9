using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Pipeline.Local.Hosting;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Local.Commands;

/// <summary>Serves the API over a data folder until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "serve",
            "Serves the API. Settings may also stand in appsettings.json, section Pipeline: Urls, Program, CaseRules, "
            + "SurveyUrl, SessionsInFlight, NightlyCron, RateLimit:RequestsPerSecond, RateLimit:Burst, "
            + "PublicRateLimit:RequestsPerSecond, PublicRateLimit:Burst, TrustForwardedFor (true behind a proxy that sets "
            + "X-Forwarded-For); section Webhooks: 0:Url, 0:Secret. Traces and metrics are sent where "
            + "OTEL_EXPORTER_OTLP_ENDPOINT is set.");
        AddTo(command, terminal);
        return command;
    }

    /// <summary>Serving is also what the program does without a command.</summary>
    public static void AddTo(Command command, Terminal terminal)
    {
        var data = Options.Data();
        var urls = new Option<string?>("--urls")
        {
            Description = $"Where to listen; several with ';' between them. [default: {ServeOptions.DefaultUrl}]",
            HelpName = "URL",
        };
        var program = Options.Program();
        var caseRules = new Option<string?>("--case-rules")
        {
            Description = "The file of the case rules that are to hold from now on (docs/cases.md). "
                + "[default: those that the data folder has]",
            HelpName = "FILE",
        };
        var surveyUrl = new Option<string?>("--survey-url")
        {
            Description = "Where survey links lead; the token follows it, as https://shop.example/survey?token=. "
                + "[default: this host's own page]",
            HelpName = "URL",
        };
        var rate = new Option<double?>("--rate-limit")
        {
            Description = "Requests a second for each API key. [default: no limit]",
            HelpName = "N",
        };
        var sessions = new Option<int?>("--sessions")
        {
            Description = "Customers whose purchases are worked at once. [default: 64]",
            HelpName = "N",
        };
        var nightly = new Option<string?>("--nightly")
        {
            Description = "When the nightly run is planned, as cron in the program's zone. "
                + $"[default: {new TimerOptions().Cron}]",
            HelpName = "CRON",
        };
        command.Add(data);
        command.Add(urls);
        command.Add(program);
        command.Add(caseRules);
        command.Add(surveyUrl);
        command.Add(rate);
        command.Add(sessions);
        command.Add(nightly);
        command.SetAction((parsed, cancellation) => RunAsync(
            new ServeOptions
            {
                Folder = parsed.GetRequiredValue(data),
                Urls = parsed.GetValue(urls),
                Program = parsed.GetValue(program),
                CaseRules = parsed.GetValue(caseRules),
                SurveyUrl = parsed.GetValue(surveyUrl),
                RateLimit = parsed.GetValue(rate),
                SessionsInFlight = parsed.GetValue(sessions),
                NightlyCron = parsed.GetValue(nightly),
            },
            terminal,
            cancellation));
    }

    private static async Task<int> RunAsync(ServeOptions options, Terminal terminal, CancellationToken cancellation)
    {
        await using var app = Build(options, terminal.Time);
        await PrepareAsync(app, options, cancellation);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new CommandException(
                $"another program listens on {options.UrlsFrom(app.Configuration)}. Stop it, or choose another address "
                + "with --urls, as --urls http://127.0.0.1:5081.", error);
        }
        catch (Exception error) when (
            error is FormatException or ArgumentException or InvalidOperationException or SocketException)
        {
            throw new CommandException($"it cannot listen on {options.UrlsFrom(app.Configuration)}: {error.Message}", error);
        }

        var commandEnd = options.Folder == Options.DefaultData ? "" : $" --data {options.Folder}";
        await app.Services.GetRequiredService<FirstStart>().TellAsync(
            terminal.Out, app.Urls.First(), options.Folder, commandEnd, CancellationToken.None);

        var stopping = app.Lifetime.ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, terminal.Time, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var isFailed = stopping.IsCancellationRequested;
        await app.StopAsync(CancellationToken.None);
        await terminal.Out.WriteLineAsync("Stopped.");
        return isFailed ? CommandLine.Failed : 0;
    }

    private static WebApplication Build(ServeOptions options, TimeProvider time)
    {
        try
        {
            return LocalHost.Build(options, time);
        }
        catch (FormatException error)
        {
            throw new CommandException(error.Message, error);
        }
    }

    /// <summary>What would only fail later is found before anything listens.</summary>
    private static async Task PrepareAsync(WebApplication app, ServeOptions options, CancellationToken cancellation)
    {
        await UseCases.LoadAsync(
            app.Services, options.ProgramFrom(app.Configuration), options.CaseRulesFrom(app.Configuration), cancellation);
        var programs = app.Services.GetRequiredService<StoredPrograms>();
        try
        {
            _ = new CronSchedule(
                app.Services.GetRequiredService<TimerOptions>().Cron, programs.Current.Calendar);
        }
        catch (FormatException error)
        {
            throw new CommandException(error.Message, error);
        }
    }
}
