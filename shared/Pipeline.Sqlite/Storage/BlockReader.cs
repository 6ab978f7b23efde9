using System.Collections.Concurrent;
using System.Numerics;
using Pipeline.Sqlite.Sql;

namespace Pipeline.Sqlite.Storage;

/// <summary>Reads blocks on pooled read-only connections through a small cache of decompressed ones.</summary>
internal sealed class BlockReader : IBlockSource, IDisposable
{
    private readonly Func<Database>? open;
    private readonly BlockingCollection<Connection>? only;
    private readonly ConcurrentBag<Connection> idle = [];
    private readonly Block?[] cache;

    /// <summary>Everyone in turn on one connection.</summary>
    public BlockReader(Database only, int cacheBytesMax) : this((Func<Database>?)null, cacheBytesMax) =>
        this.only = [new Connection(only)];

    public BlockReader(Func<Database>? open, int cacheBytesMax)
    {
        this.open = open;
        // Direct-mapped: one slot a block number, so that a hit costs one volatile read and no lock.
        var slots = Math.Max(1, cacheBytesMax / (Block.BytesTarget + 256));
        cache = new Block?[BitOperations.RoundUpToPowerOf2((uint)slots + 1) / 2];
    }

    public Block Read(Run run, int block)
    {
        var id = run.BlockId(block);
        ref var slot = ref cache[id & (cache.Length - 1)];
        if (Volatile.Read(ref slot) is { } cached && cached.Id == id)
            return cached;
        var loaded = Load(run, id);
        Volatile.Write(ref slot, loaded);
        return loaded;
    }

    /// <summary>Past the cache: a merge reads everything once.</summary>
    public Block Load(Run run, long id) => new(id, ReadRow(id, run.Dictionary));

    /// <summary>Runs something on a read connection.</summary>
    public TResult Use<TResult>(Func<Database, TResult> use)
    {
        var connection = Rent();
        try
        {
            return use(connection.Database);
        }
        finally
        {
            Return(connection);
        }
    }

    public byte[] ReadIndex(RunHead head)
    {
        var bytes = new ByteWriter(64 * 1024);
        var connection = Rent();
        try
        {
            foreach (var extent in head.IndexExtents)
            {
                for (var i = 0; i < extent.Count; i++)
                {
                    if (!connection.Select.Bind(1, extent.First + i).Step())
                        throw new InvalidDataException("The index of a run is missing.");
                    bytes.Raw(connection.Select.Blob(0));
                    connection.Select.Reset();
                }
            }

            return bytes.Written.ToArray();
        }
        finally
        {
            Return(connection);
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var connection))
            connection.Dispose();
        if (only is not null)
        {
            only.Take().Dispose();
            only.Dispose();
        }
    }

    private byte[] ReadRow(long id, byte[] dictionary)
    {
        var connection = Rent();
        try
        {
            var select = connection.Select;
            if (!select.Bind(1, id).Step())
                throw new RunRetiredException();
            try
            {
                return BlockCodec.Decompress(select.Blob(0), dictionary);
            }
            finally
            {
                select.Reset();
            }
        }
        finally
        {
            Return(connection);
        }
    }

    private Connection Rent()
    {
        if (only is not null)
            return only.Take();
        return idle.TryTake(out var connection) ? connection : new Connection(open!());
    }

    private void Return(Connection connection)
    {
        if (only is not null)
            only.Add(connection);
        else
            idle.Add(connection);
    }

    private sealed class Connection(Database database) : IDisposable
    {
        public Database Database { get; } = database;

        public Statement Select { get; } = database.Prepare("SELECT body FROM blocks WHERE id = ?1");

        public void Dispose()
        {
            Select.Dispose();
            Database.Dispose();
        }
    }
}
