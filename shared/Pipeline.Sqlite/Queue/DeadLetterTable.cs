using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Sql;

namespace Pipeline.Sqlite.Queue;

/// <summary>The dead letters on one connection.</summary>
internal sealed class DeadLetterTable(Database database) : IDisposable
{
    private const string Columns =
        """
        sequence, message_id, session, body, fingerprint, trace_parent, enqueued_at, dead_lettered_at,
        delivery_count, reason, description
        """;

    private readonly Statement insert = database.Prepare(
        $"INSERT INTO dead_letters(queue, {Columns}) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");

    private readonly Statement find = database.Prepare(
        "SELECT fingerprint FROM dead_letters WHERE queue = ?1 AND message_id = ?2");

    private readonly Statement select = database.Prepare(
        $"SELECT {Columns} FROM dead_letters WHERE queue = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3");

    private readonly Statement delete = database.Prepare(
        "DELETE FROM dead_letters WHERE queue = ?1 AND sequence = ?2");

    public void Insert(string queue, DeadLetter letter)
    {
        var message = letter.Message;
        insert.Bind(1, queue).Bind(2, letter.Sequence).Bind(3, message.MessageId).Bind(4, message.Session)
            .Bind(5, message.Body.Span).Bind(6, message.Fingerprint).Bind(7, message.TraceParent)
            .Bind(8, letter.EnqueuedAt.UtcTicks).Bind(9, letter.DeadLetteredAt.UtcTicks)
            .Bind(10, letter.DeliveryCount).Bind(11, letter.Reason).Bind(12, letter.Description).Run();
    }

    /// <summary>The fingerprint of the dead letter with this message id, or null.</summary>
    public string? Find(string queue, string messageId)
    {
        if (!find.Bind(1, queue).Bind(2, messageId).Step())
            return null;
        var fingerprint = find.Text(0);
        find.Reset();
        return fingerprint;
    }

    public List<DeadLetter> Read(string queue, long afterSequence, int limit)
    {
        var letters = new List<DeadLetter>();
        select.Bind(1, queue).Bind(2, afterSequence).Bind(3, limit);
        while (select.Step())
        {
            var message = new QueueMessage(
                select.Text(1), select.Text(2), select.Blob(3).ToArray(), select.Text(4), select.TextOrNull(5));
            letters.Add(new DeadLetter(
                select.Long(0), message, new DateTimeOffset(select.Long(6), TimeSpan.Zero),
                new DateTimeOffset(select.Long(7), TimeSpan.Zero), (int)select.Long(8), select.Text(9), select.Text(10)));
        }

        return letters;
    }

    public void Delete(string queue, long sequence) => delete.Bind(1, queue).Bind(2, sequence).Run();

    public void Dispose()
    {
        insert.Dispose();
        find.Dispose();
        select.Dispose();
        delete.Dispose();
    }
}
