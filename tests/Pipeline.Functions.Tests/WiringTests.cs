using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Functions.Hosting;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests;

/// <summary>Every trigger is there, says what it should, and can be made.</summary>
public sealed partial class WiringTests
{
    private static readonly string Root = FindRoot();

    private static readonly Function[] All =
    [
        .. from type in typeof(Api).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           select new Function(function.Name, type, method),
    ];

    [Fact]
    public async Task Every_endpoint_of_the_catalogue_has_its_function_with_its_route_and_method()
    {
        await using var cloud = await Cloud.StartAsync();
        var wired = All
            .Where(static one => one.Http is { Route: not "{*path}" })
            .Select(static one => $"{one.Name} {string.Join(',', one.Http!.Methods!).ToUpperInvariant()} /{one.Http.Route}");

        var catalogue = cloud.Get<EndpointCatalogue>().All
            .Select(static endpoint => $"{endpoint.Name} {endpoint.Method} {endpoint.Route}");

        Assert.Equal(catalogue.Order(), wired.Order());
    }

    [Fact]
    public async Task Every_HTTP_function_answers_with_its_own_endpoint()
    {
        await using var cloud = await Cloud.StartAsync();
        foreach (var function in All.Where(static one => one.Http is { Route: not "{*path}" }))
        {
            var endpoint = cloud.Get<EndpointCatalogue>()[function.Name];
            var context = new DefaultHttpContext { RequestServices = cloud.Services, Response = { Body = new MemoryStream() } };
            var made = ActivatorUtilities.CreateInstance(cloud.Services, function.Type);

            var result = await (Task<IActionResult>)function.Method.Invoke(made, [context.Request])!;
            await result.ExecuteResultAsync(new ActionContext { HttpContext = context });

            // The public route lets a request without a key in as far as its body.
            Assert.Equal(endpoint.Scopes is not null && !endpoint.IsPublic, context.Response.StatusCode == StatusCodes.Status401Unauthorized);
        }
    }

    [Fact]
    public void HTTP_functions_leave_the_keys_to_the_gate() => Assert.All(
        All.Where(static one => one.Http is not null),
        static one => Assert.Equal(AuthorizationLevel.Anonymous, one.Http!.AuthLevel));

    [Fact]
    public void What_takes_every_address_comes_last_in_the_order_of_names_and_takes_every_method()
    {
        var last = All.Where(static one => one.Http is not null).OrderBy(static one => one.Name, StringComparer.OrdinalIgnoreCase).Last();

        Assert.Equal("{*path}", last.Http!.Route);
        Assert.Empty(last.Http.Methods ?? []);
    }

    [Fact]
    public async Task Every_queue_of_the_runtime_has_one_trigger_with_sessions_that_settles_itself()
    {
        var triggers = All.Select(static one => one.Trigger<ServiceBusTriggerAttribute>()).OfType<ServiceBusTriggerAttribute>().ToArray();

        await using var cloud = await Cloud.StartAsync();
        Assert.Equal(cloud.Get<CloudSettings>().Queues.Keys.Order(), QueueNames.All.Order());
        Assert.Equal(QueueNames.All.Select(static queue => $"%{char.ToUpperInvariant(queue[0])}{queue[1..]}Queue%").Order(),
            triggers.Select(static trigger => trigger.QueueName).Order());
        Assert.All(triggers, static trigger =>
        {
            Assert.True(trigger.IsSessionsEnabled);
            // The listener works batches of sessions one after another, single messages of many sessions at once.
            Assert.False(trigger.IsBatched);
            Assert.False(trigger.AutoCompleteMessages);
            Assert.Equal("ServiceBus", trigger.Connection);
        });
    }

    [Fact]
    public async Task Every_function_s_class_has_one_trigger_and_can_be_made_by_the_host()
    {
        await using var cloud = await Cloud.StartAsync();

        Assert.Equal(All.Length, All.Select(static one => one.Type).Distinct().Count());
        Assert.Equal(All.Length, All.Select(static one => one.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(All, one => Assert.NotNull(ActivatorUtilities.CreateInstance(cloud.Services, one.Type)));
    }

    [Fact]
    public void A_trigger_s_body_has_at_most_ten_lines()
    {
        var bodies = Directory
            .GetFiles(Path.Combine(Root, "functions", "Pipeline.Functions"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static file => Body().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups["body"].Value.AsSpan().Count('\n') + 1)
            .ToArray();

        Assert.Equal(All.Length, bodies.Length);
        Assert.All(bodies, static lines => Assert.InRange(lines, 1, 10));
    }

    [Fact]
    public void The_host_file_takes_the_prefix_away_and_leaves_the_settling_to_the_functions()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "host.json")));
        var extensions = file.RootElement.GetProperty("extensions");

        Assert.Equal("2.0", file.RootElement.GetProperty("version").GetString());
        Assert.Equal("OpenTelemetry", file.RootElement.GetProperty("telemetryMode").GetString());
        Assert.Equal("", extensions.GetProperty("http").GetProperty("routePrefix").GetString());
        var bus = extensions.GetProperty("serviceBus");
        Assert.False(bus.GetProperty("autoCompleteMessages").GetBoolean());
        Assert.True(bus.GetProperty("maxConcurrentSessions").GetInt32() >= 16);
        // A session that is done keeps its place until then: a second would leave most of an instance idle.
        Assert.InRange(TimeSpan.Parse(bus.GetProperty("sessionIdleTimeout").GetString()!).TotalMilliseconds, 50, 1_000);
    }

    [InfraFact]
    public void The_infrastructure_sets_every_setting_that_a_trigger_names()
    {
        var bicep = File.ReadAllText(Path.Combine(Root, "infra", "modules", "functions.bicep"));
        var names = All
            .SelectMany(static one => one.Method.GetParameters())
            .SelectMany(static parameter => parameter.GetCustomAttributesData())
            .SelectMany(static attribute => attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(static it => it.TypedValue)))
            .Select(static argument => argument.Value as string ?? "")
            .SelectMany(static text => SettingName().Matches(text).Select(static match => match.Groups[1].Value))
            .Distinct();

        Assert.All(names, name => Assert.Contains($"{name}:", bicep));
        foreach (var name in new[] { "ServiceBus__fullyQualifiedNamespace", "Cosmos__accountEndpoint", "Pipeline__FirstAdminKey" })
            Assert.Contains($"{name}:", bicep);
    }

    [InfraFact]
    public void What_the_app_reads_the_infrastructure_sets_and_the_page_on_Azure_explains()
    {
        var set = SettingsOfTheInfrastructure();
        var source = string.Concat(Directory
            .GetFiles(Path.Combine(Root, "functions", "Pipeline.Functions"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var read = ReadSetting().Matches(source).Select(static match => match.Groups["name"].Value.Replace(":", "__", StringComparison.Ordinal));
        var page = File.ReadAllText(Path.Combine(Root, "docs", "azure.md"));

        Assert.Superset(read.ToHashSet(), set);
        Assert.All(set, name => Assert.Contains($"`{name}`", page));
    }

    [InfraFact]
    public void Each_section_of_settings_that_the_runtime_reads_is_set_whole()
    {
        // These are the runtime's to read, so the test above does not find them in the app's source.
        string[] sections = ["RateLimit__RequestsPerSecond", "RateLimit__Burst", "PublicRateLimit__RequestsPerSecond",
            "PublicRateLimit__Burst", "TrustForwardedFor", "SurveyUrl"];
        using var example = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(Root, "functions", "Pipeline.Functions", "local.settings.json.example")));
        var values = example.RootElement.GetProperty("Values");

        Assert.Superset(sections.Select(static name => $"Pipeline__{name}").ToHashSet(), SettingsOfTheInfrastructure());
        Assert.All(sections, name => Assert.True(values.TryGetProperty($"Pipeline__{name}", out _), name));
    }

    [InfraFact]
    public void The_example_of_local_settings_has_only_what_the_infrastructure_sets_too()
    {
        string[] localOnly = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "Webhooks__0__Url", "Webhooks__0__Secret"];
        using var example = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(Root, "functions", "Pipeline.Functions", "local.settings.json.example")));

        var names = example.RootElement.GetProperty("Values").EnumerateObject().Select(static it => it.Name).Except(localOnly).ToHashSet();

        Assert.Superset(names, SettingsOfTheInfrastructure());
        Assert.Superset(
            new HashSet<string> { "PurchasesQueue", "Cosmos__accountEndpoint", "CosmosLeaseContainer", "Pipeline__CaseRules" }, names);
    }

    [InfraFact]
    public void Every_parameter_of_the_infrastructure_that_azd_fills_is_one_and_is_explained()
    {
        var main = File.ReadAllText(Path.Combine(Root, "infra", "main.bicep"));
        var page = File.ReadAllText(Path.Combine(Root, "docs", "azure.md"));
        using var parameters = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "infra", "main.parameters.json")));

        foreach (var parameter in parameters.RootElement.GetProperty("parameters").EnumerateObject())
        {
            Assert.Matches($@"(?m)^param {parameter.Name} ", main);
            var variable = parameter.Value.GetProperty("value").GetString()!.Trim('$', '{', '}');
            // What azd itself knows, and what the hook keeps, nobody chooses.
            if (!variable.StartsWith("AZURE_", StringComparison.Ordinal) && variable != "BUDGET_START_DATE")
                Assert.Contains($"`{variable}`", page);
        }
    }

    [InfraFact]
    public void The_infrastructure_has_every_queue_with_sessions_and_more_deliveries_than_we_use()
    {
        var main = File.ReadAllText(Path.Combine(Root, "infra", "main.bicep"));
        var bus = File.ReadAllText(Path.Combine(Root, "infra", "modules", "service-bus.bicep"));

        Assert.All(QueueNames.All, queue => Assert.Contains($"'{queue}'", main));
        Assert.Matches(@"requiresSession:\s*true", bus);
        Assert.Matches(@"requiresDuplicateDetection:\s*true", bus);
        var most = int.Parse(Regex.Match(bus, @"maxDeliveryCount:\s*(\d+)").Groups[1].Value);
        Assert.True(most > ServiceBus.SessionWorker.DeliveriesMax);
    }

    private static HashSet<string> SettingsOfTheInfrastructure()
    {
        var bicep = File.ReadAllText(Path.Combine(Root, "infra", "modules", "functions.bicep"));
        var settings = bicep[bicep.IndexOf("properties: union(webhookSettings", StringComparison.Ordinal)..];
        return BicepSetting().Matches(settings[..settings.IndexOf("\n  })", StringComparison.Ordinal)])
            .Select(static match => match.Groups["name"].Value)
            .ToHashSet();
    }

    /// <summary>From a function's attribute to the end of its method: an expression, or a block.</summary>
    [GeneratedRegex(@"\[Function\(.*?\)(?<body> =>.*?;|\s*\{.*?\n    \})\s*(\n\}|\n\n)", RegexOptions.Singleline)]
    private static partial Regex Body();

    [GeneratedRegex(@"(?m)^    (?<name>\w+): ")]
    private static partial Regex BicepSetting();

    /// <summary>As the app's code asks for one; those of sections are the runtime's.</summary>
    [GeneratedRegex(@"(?:Required\(|Optional\(|Number\(settings, |settings\[|Configuration\[)""(?<name>[\w:]+)""")]
    private static partial Regex ReadSetting();

    [GeneratedRegex("%([A-Za-z]+)%")]
    private static partial Regex SettingName();

    /// <summary>From the source and not from the binaries, which may stand outside the repository.</summary>
    internal static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = Directory.GetParent(here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Pipeline.sln is not above the tests.");
    }

    private sealed record Function(string Name, Type Type, MethodInfo Method)
    {
        public HttpTriggerAttribute? Http => Trigger<HttpTriggerAttribute>();

        public T? Trigger<T>()
            where T : Attribute => Method.GetParameters()
            .Select(static parameter => parameter.GetCustomAttribute<T>())
            .FirstOrDefault(static trigger => trigger is not null);
    }
}

/// <summary>Runs where the repository has its infrastructure.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class InfraFactAttribute : FactAttribute
{
    public InfraFactAttribute()
    {
        if (!File.Exists(Path.Combine(WiringTests.FindRoot(), "infra", "main.bicep")))
            Skip = "There is no infrastructure in this tree.";
    }
}
