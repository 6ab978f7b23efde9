using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Pipeline.Architecture.Tests;

/// <summary>References point one way: hosts -> adapters -> runtime -> domain.</summary>
public class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Pipeline.Domain"] = [],
        ["Pipeline.Runtime"] = ["Pipeline.Domain"],
        ["Pipeline.Sentiment"] = ["Pipeline.Runtime"],
        ["Pipeline.Sqlite"] = ["Pipeline.Runtime"],
        ["Pipeline.Cosmos"] = ["Pipeline.Runtime"],
        ["Pipeline.Local"] = ["Pipeline.Sentiment", "Pipeline.Sqlite"],
        ["Pipeline.Functions"] = ["Pipeline.Cosmos", "Pipeline.Sentiment"],
    };

    /// <summary>Their packages are not on every feed: only the configuration Cloud builds, and so restores, them.</summary>
    private static readonly string[] CloudOnly = ["Pipeline.Functions", "Pipeline.Functions.Tests"];

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Projects() => [.. ProductProjects().Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_the_layer_below_it(string project)
    {
        var file = ProductProjects().Single(path => Path.GetFileNameWithoutExtension(path) == project);

        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.True(Allowed.ContainsKey(project), $"{project} has no place in the layers: give it one here.");
        Assert.Equal(Allowed[project].Order(), references.Order());
    }

    [Fact]
    public void The_domain_has_no_package_and_no_framework_beyond_the_base_library()
    {
        var project = XDocument.Load(Path.Combine(Root, "shared", "Pipeline.Domain", "Pipeline.Domain.csproj"));

        Assert.Empty(project.Descendants("PackageReference"));
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.All(
            typeof(Domain.Ledger).Assembly.GetReferencedAssemblies(),
            assembly => Assert.StartsWith("System.", assembly.Name));
    }

    [Fact]
    public void The_domain_decides_without_waiting()
    {
        var asynchronous = typeof(Domain.Ledger).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
                | BindingFlags.DeclaredOnly))
            .Where(method => typeof(Task).IsAssignableFrom(method.ReturnType)
                || method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null);

        Assert.Empty(asynchronous);
    }

    [Fact]
    public void The_solution_builds_every_project_in_every_configuration_but_the_cloud_s_only_in_Cloud()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "Pipeline.sln"));
        var tests = Directory.GetFiles(Path.Combine(Root, "tests"), "*.csproj", SearchOption.AllDirectories);

        foreach (var project in ProductProjects().Concat(tests).Select(file => Path.GetFileNameWithoutExtension(file)))
        {
            var id = Regex.Match(solution, $@"= ""{Regex.Escape(project)}"", ""[^""]+"", ""(\{{[^}}]+\}})""").Groups[1].Value;
            Assert.True(id.Length > 0, $"{project} is not in the solution.");
            foreach (var configuration in new[] { "Debug", "Release", "Cloud" })
                Assert.Equal(
                    configuration == "Cloud" || !CloudOnly.Contains(project),
                    solution.Contains($"{id}.{configuration}|Any CPU.Build.0 = {configuration}|Any CPU", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Internals_are_visible_to_a_project_s_own_tests_only()
    {
        Type[] product =
            [typeof(Domain.Ledger), typeof(Runtime.PipelineRuntime), typeof(Sqlite.SqliteEngine), typeof(Cosmos.CosmosEngine)];

        foreach (var assembly in product.Select(type => type.Assembly))
            Assert.All(
                assembly.GetCustomAttributes<InternalsVisibleToAttribute>(),
                friend => Assert.Equal($"{assembly.GetName().Name}.Tests", friend.AssemblyName));
    }

    private static IEnumerable<string> ProductProjects() =>
        new[] { "functions", "shared" }.SelectMany(folder =>
            Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories));

    /// <summary>From the source and not from the binaries, which may stand outside the repository.</summary>
    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = Directory.GetParent(here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Pipeline.sln is not above the tests.");
    }
}
