using System.Collections.Concurrent;
using System.Numerics;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Sql;

namespace Pipeline.Sqlite.Storage;

/// <summary>Reads blocks on pooled read-only connections through a small cache of decompressed ones.</summary>
internal sealed class BlockReader : IBlockSource, IDisposable
{
    private readonly Func<Database>? open;
    private readonly BlockingCollection<Connection>? only;
    private readonly ConcurrentBag<Connection> idle = [];
    private readonly Block?[] cache;
    private volatile bool disposed;

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
        if (FromCache(run.BlockId(block)) is { } cached)
            return cached;
        using var session = Begin();
        return session.Read(run, block);
    }

    /// <summary>One read transaction for many blocks, on the caller's thread.</summary>
    public ReadSession Begin() => new(this, keepsBlocks: true);

    /// <summary>
    /// The same, but what it reads is not kept: who passes over everything once would push what others read out of the cache.
    /// </summary>
    public ReadSession BeginPassing() => new(this, keepsBlocks: false);

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
        disposed = true;
        while (idle.TryTake(out var connection))
            connection.Dispose();
        if (only is not null)
        {
            only.Take().Dispose();
            only.Dispose();
        }
    }

    private Block? FromCache(long id) =>
        Volatile.Read(ref cache[id & (cache.Length - 1)]) is { } cached && cached.Id == id ? cached : null;

    private Connection Rent()
    {
        if (disposed)
            throw new StoreUnavailableException("The store is closed.");
        if (only is not null)
            return only.Take();
        return idle.TryTake(out var connection) ? connection : new Connection(open!());
    }

    private void Return(Connection connection)
    {
        if (disposed)
            connection.Dispose();
        else if (only is not null)
            only.Add(connection);
        else
            idle.Add(connection);
    }

    internal sealed class ReadSession(BlockReader owner, bool keepsBlocks) : IBlockSource, IDisposable
    {
        private Connection? connection;

        public Block Read(Run run, int block)
        {
            var id = run.BlockId(block);
            if (owner.FromCache(id) is { } cached)
                return cached;
            // Opened only for the first block that is not cached.
            var select = Connect().Select;
            if (!select.Bind(1, id).Step())
                throw new RunRetiredException();
            Block loaded;
            try
            {
                loaded = new Block(id, BlockCodec.Decompress(select.Blob(0), run.Dictionary));
            }
            finally
            {
                select.Reset();
            }

            if (keepsBlocks)
                Volatile.Write(ref owner.cache[id & (owner.cache.Length - 1)], loaded);
            return loaded;
        }

        public void Dispose()
        {
            if (connection is null)
                return;
            if (owner.only is null)
                connection.End.Run();
            owner.Return(connection);
        }

        private Connection Connect()
        {
            if (connection is not null)
                return connection;
            connection = owner.Rent();
            // Without a transaction around them SQLite would lock and look for changes with each block.
            if (owner.only is null)
                connection.Begin.Run();
            return connection;
        }
    }

    internal sealed class Connection(Database database) : IDisposable
    {
        public Database Database { get; } = database;

        public Statement Select { get; } = database.Prepare("SELECT body FROM blocks WHERE id = ?1");

        public Statement Begin { get; } = database.Prepare("BEGIN");

        public Statement End { get; } = database.Prepare("ROLLBACK");

        public void Dispose()
        {
            Select.Dispose();
            Begin.Dispose();
            End.Dispose();
            Database.Dispose();
        }
    }
}
