using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Cosmos.Tests.Store;

public sealed partial class ContainerTests
{
    [Theory]
    [InlineData("""{"partitionKey":{"paths":["/customerId"],"version":2},"defaultTtl":-1}""", null)]
    [InlineData("""{"partitionKey":{"paths":["/id"],"version":2},"defaultTtl":-1}""", "partition key is /id")]
    [InlineData("""{"partitionKey":{"paths":["/customerId"]},"defaultTtl":-1}""", "hashed")]
    [InlineData("""{"partitionKey":{"paths":["/customerId"],"version":2}}""", "time to live")]
    public void A_container_that_cannot_be_used_is_refused_with_the_reason(string definition, string? why)
    {
        var error = Record.Exception(() => CosmosContainer.Check(new MemoryStream(Encoding.UTF8.GetBytes(definition))));

        if (why is null)
            Assert.Null(error);
        else
            Assert.Contains(why, Assert.IsType<InvalidOperationException>(error).Message);
    }

    [InfrastructureFact]
    public void The_infrastructure_s_template_makes_the_container_that_the_store_needs()
    {
        var template = File.ReadAllText(InfrastructureFactAttribute.Template!);

        Assert.Contains($"'{CosmosContainer.PartitionKeyPath}'", template);
        Assert.Matches($@"defaultTtl:\s*{CosmosContainer.DefaultTimeToLiveSeconds}\b", template);
        Assert.Equal(CosmosContainer.IndexedPaths, Paths(template, "includedPaths"));
        Assert.Equal(CosmosContainer.ExcludedPaths, Paths(template, "excludedPaths"));
    }

    private static IEnumerable<string> Paths(string template, string list)
    {
        // The container of the documents: the leases' has a policy of its own.
        var block = Regex.Match(template, $@"indexingPolicy:.*?{list}:\s*\[(.*?)\]", RegexOptions.Singleline);
        return PathPattern().Matches(block.Groups[1].Value).Select(static match => match.Groups[1].Value);
    }

    [GeneratedRegex("path:\\s*'([^']+)'")]
    private static partial Regex PathPattern();
}

/// <summary>Runs where the infrastructure's template is; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InfrastructureFactAttribute : FactAttribute
{
    public InfrastructureFactAttribute()
    {
        if (Template is null)
            Skip = "There is no infra/modules/cosmos.bicep yet.";
    }

    public static string? Template { get; } = Find();

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            folder = folder.Parent;
        var template = Path.Combine(folder?.FullName ?? "", "infra", "modules", "cosmos.bicep");
        return File.Exists(template) ? template : null;
    }
}
