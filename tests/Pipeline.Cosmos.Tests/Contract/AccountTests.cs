using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Azure.Cosmos;
using Pipeline.Contracts;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Contract;

/// <summary>
/// The store contract against a real account: each test in a container of its own, which it deletes. Without an account they
/// show as skipped.
/// </summary>
public sealed class AccountTests
{
    public static TheoryData<string> Tests => [.. Methods().Select(static method => method.Name)];

    [AccountTheory, MemberData(nameof(Tests))]
    public async Task A_real_account_keeps_the_contract(string test)
    {
        var method = Methods().Single(one => one.Name == test);
        var rows = method.GetCustomAttributes<InlineDataAttribute>().SelectMany(data => data.GetData(method));
        foreach (var row in method.IsDefined(typeof(TheoryAttribute)) ? rows : [[]])
        {
            var contract = new AccountContract();
            await contract.InitializeAsync();
            try
            {
                await (Task)method.Invoke(contract, row)!;
            }
            finally
            {
                await contract.DisposeAsync();
            }
        }
    }

    private static IEnumerable<MethodInfo> Methods() =>
        typeof(StoreContract).GetMethods().Where(static method => method.IsDefined(typeof(FactAttribute)));

    private sealed class AccountContract : StoreContract
    {
        private readonly string container = $"contract-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        private CosmosEngine engine = null!;

        private const string Database = "pipeline-contract";

        protected override async Task<IDocumentStore> OpenAsync()
        {
            engine = await CosmosEngine.OpenAsync(
                new CosmosOptions
                {
                    ConnectionString = AccountTheoryAttribute.Connection,
                    Database = Database,
                    Container = container,
                    CreatesMissing = true,
                    ShardCount = 3,
                },
                TimeProvider.System,
                default);
            return engine.Documents;
        }

        protected override async Task CloseAsync()
        {
            engine.Dispose();
            using var client = new CosmosClient(AccountTheoryAttribute.Connection);
            using var deleted = await client.GetContainer(Database, container).DeleteContainerStreamAsync();
        }
    }
}

/// <summary>Runs where <c>PIPELINE_COSMOS_CONNECTION</c> names an account; elsewhere it shows as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AccountTheoryAttribute : TheoryAttribute
{
    public AccountTheoryAttribute()
    {
        if (string.IsNullOrEmpty(Connection))
            Skip = "Needs an account: set PIPELINE_COSMOS_CONNECTION to its connection string.";
    }

    public static string? Connection { get; } = Environment.GetEnvironmentVariable("PIPELINE_COSMOS_CONNECTION");
}
