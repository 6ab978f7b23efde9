using System.Globalization;
using System.Text;
using Pipeline.Contracts;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Tests;

/// <summary>Random commits, flushes and reopenings against a dictionary.</summary>
public sealed class ModelTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder folder = new();
    private readonly SortedDictionary<(string Partition, string Kind, string Id), (string Version, string Text, DateTimeOffset? Due)>
        model = new(Comparer<(string, string, string)>.Create(static (a, b) =>
            Order(a.Item1, b.Item1) ?? Order(a.Item2, b.Item2) ?? Order(a.Item3, b.Item3) ?? 0));

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 1_024, 2)]
    [InlineData(2, 4_096, 3)]
    [InlineData(3, 16_384, 2)]
    [InlineData(4, 1_048_576, 8)]
    public async Task The_store_agrees_with_a_dictionary(int seed, int memtableBytesMax, int runsPerLevelMax)
    {
        var random = new Random(seed);
        var options = new SqliteOptions
        {
            Folder = folder.Path,
            MemtableBytesMax = memtableBytesMax,
            RunsPerLevelMax = runsPerLevelMax,
            BlockCacheBytesMax = seed % 2 * 65_536,
            ShardCount = 4,
        };
        var engine = SqliteEngine.Open(options, new FakeTime());
        try
        {
            for (var step = 0; step < 1_200; step++)
            {
                var chance = random.Next(1_000);
                if (chance < 3)
                {
                    await engine.DisposeAsync();
                    engine = SqliteEngine.Open(options, new FakeTime());
                }
                else if (chance < 10)
                {
                    await engine.FlushAsync();
                }
                else
                {
                    await CommitAsync(engine.Documents, random);
                }

                if (step % 100 == 99)
                    await CompareAsync(engine.Documents, $"seed {seed}, step {step}");
            }
        }
        finally
        {
            await engine.DisposeAsync();
        }
    }

    private static int? Order(string a, string b) => string.CompareOrdinal(a, b) is var order and not 0 ? order : null;

    private async Task CommitAsync(IDocumentStore store, Random random)
    {
        var partition = $"p{random.Next(12)}";
        var writes = new List<Write>();
        var expected = new List<WriteStatus>();
        foreach (var number in Enumerable.Range(0, 40).OrderBy(_ => random.Next()).Take(random.Next(1, 6)))
        {
            var (kind, id) = ($"k{number % 2}", $"i{number}");
            var known = model.TryGetValue((partition, kind, id), out var now);
            var body = Encoding.UTF8.GetBytes(new string((char)('a' + random.Next(26)), random.Next(1, 400)) + random.Next());
            DateTimeOffset? due = random.Next(3) == 0 ? null : Noon.AddMinutes(random.Next(-50, 50));
            switch (random.Next(12))
            {
                case 0 or 1 or 2:
                    writes.Add(new Write.Create(kind, id, body, due));
                    expected.Add(known ? WriteStatus.Conflict : WriteStatus.Done);
                    break;
                case 3 or 4 or 5:
                    var version = random.Next(20) == 0 ? "0" : now.Version ?? "1";
                    writes.Add(new Write.Replace(kind, id, version, body, due));
                    expected.Add(!known ? WriteStatus.Missing : version == now.Version ? WriteStatus.Done : WriteStatus.Stale);
                    break;
                case 6:
                    writes.Add(new Write.Delete(kind, id));
                    expected.Add(known ? WriteStatus.Done : WriteStatus.Missing);
                    break;
                default:
                    writes.Add(new Write.Upsert(kind, id, body, due));
                    expected.Add(WriteStatus.Done);
                    break;
            }
        }

        var done = expected.TrueForAll(static status => status == WriteStatus.Done);
        var result = await store.CommitAsync(partition, writes, None);
        Assert.Equal(done, result.Committed);
        Assert.Equal(
            done ? expected : expected.Select(static status => status == WriteStatus.Done ? WriteStatus.Aborted : status),
            result.Results.Select(static one => one.Status));
        if (done)
            Apply(partition, writes, result);
    }

    private void Apply(string partition, List<Write> writes, CommitResult result)
    {
        for (var i = 0; i < writes.Count; i++)
        {
            var key = (partition, writes[i].Kind, writes[i].Id);
            var (body, due) = writes[i] switch
            {
                Write.Create create => (create.Body, create.DueAt),
                Write.Replace replace => (replace.Body, replace.DueAt),
                Write.Upsert upsert => (upsert.Body, upsert.DueAt),
                _ => (default(ReadOnlyMemory<byte>), null),
            };
            if (writes[i] is Write.Delete)
                model.Remove(key);
            else
                model[key] = (result.Results[i].Version!, Encoding.UTF8.GetString(body.Span), due);
        }
    }

    private async Task CompareAsync(IDocumentStore store, string where)
    {
        foreach (var (key, value) in model)
        {
            var read = await store.ReadAsync(new(key.Partition, key.Kind, key.Id), None);
            Assert.True(read is not null, $"{where}: {key} is missing");
            Assert.Equal(value, (read.Version, Encoding.UTF8.GetString(read.Body.Span), read.DueAt));
        }

        foreach (var kind in new[] { "k0", "k1" })
        {
            for (var partition = 0; partition < 12; partition++)
            {
                var descending = partition % 2 == 1;
                var expected = model.Keys.Where(key => key.Partition == $"p{partition}" && key.Kind == kind)
                    .Select(static key => key.Id);
                var page = await store.PageAsync(new($"p{partition}", kind, 1_000, Descending: descending), None);
                Assert.Equal(descending ? expected.Reverse() : expected, page.Documents.Select(static one => one.Key.Id));
            }

            Assert.Equal(Names(kind, null), await ScanAsync(store, kind, null));
            Assert.Equal(Names(kind, Noon), await ScanAsync(store, kind, Noon));
        }
    }

    private IEnumerable<string> Names(string kind, DateTimeOffset? due) => model
        .Where(one => one.Key.Kind == kind && (due is null || one.Value.Due <= due))
        .Select(static one => $"{one.Key.Partition}/{one.Key.Id}").Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> ScanAsync(IDocumentStore store, string kind, DateTimeOffset? due)
    {
        var names = new List<string>();
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            string? after = null;
            do
            {
                var page = await store.ScanAsync(new(shard, kind, 7, after, due), None);
                names.AddRange(page.Documents.Select(static one =>
                    string.Create(CultureInfo.InvariantCulture, $"{one.Key.Partition}/{one.Key.Id}")));
                after = page.Cursor;
            }
            while (after is not null);
        }

        return names.Order(StringComparer.Ordinal);
    }
}
