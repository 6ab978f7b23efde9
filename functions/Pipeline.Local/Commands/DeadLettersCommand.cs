using System.CommandLine;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Local.Commands;

/// <summary>Lists the messages that were set aside, and puts them back.</summary>
internal static class DeadLettersCommand
{
    private const int PageLetters = 200;

    public static Command Create(Terminal terminal) =>
        new("deadletters", "The messages that could not be worked and were set aside.")
        {
            List(terminal), Replay(terminal),
        };

    private static Command List(Terminal terminal)
    {
        var (data, json, queue) = (Options.Data(), Options.Json(), Queue());
        var command = new Command("list", "Lists them, the oldest first. Works while the host serves.") { queue, data, json };
        command.SetAction((parsed, cancellation) => ListAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(queue), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static Command Replay(Terminal terminal)
    {
        var (data, json, queue) = (Options.Data(), Options.Json(), Queue());
        var sequence = new Argument<long?>("SEQUENCE")
        {
            Description = "The number of one message, as 'deadletters list' shows it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "All of them." };
        var command = new Command(
            "replay", "Puts messages back at the end of their queue; the host works them at its next start.")
        {
            sequence, all, queue, data, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(sequence) is not null)
                result.AddError("Say either the SEQUENCE of one message, or --all.");
            if (result.GetValue(sequence) is not null && result.GetValue(queue) is null)
                result.AddError("Say the --queue of the message: every queue counts for itself.");
        });
        command.SetAction((parsed, cancellation) => ReplayAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(queue), parsed.GetValue(sequence), parsed.GetValue(json),
            terminal, cancellation));
        return command;
    }

    private static Option<string?> Queue()
    {
        var queue = new Option<string?>("--queue")
        {
            Description = "Only of this queue.",
            HelpName = string.Join('|', QueueNames.All),
        };
        queue.AcceptOnlyFromAmong([.. QueueNames.All]);
        return queue;
    }

    private static async Task<int> ListAsync(
        string folder, string? queue, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        await using var engine = Folder.Read(folder);
        var list = new DeadLetterList([.. await LettersAsync(engine.DeadLetters, queue, cancellation)]);
        terminal.Print(asJson, list, ReportJson.Default.DeadLetterList, list.WriteTo);
        return 0;
    }

    private static async Task<int> ReplayAsync(
        string folder, string? queue, long? sequence, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        await using var engine = OpenAlone(folder, terminal);
        var replayed = 0;
        foreach (var letter in await LettersAsync(engine.DeadLetters, queue, cancellation))
            if ((sequence ?? letter.Sequence) == letter.Sequence
                && await engine.DeadLetters.ReplayAsync(letter.Queue, letter.Sequence, cancellation))
                replayed++;
        if (sequence is not null && replayed == 0)
            throw new CommandException($"the queue {queue} has no dead letter {sequence}.");
        var report = new ReplayReport(replayed);
        terminal.Print(asJson, report, ReportJson.Default.ReplayReport, report.WriteTo);
        return 0;
    }

    private static SqliteEngine OpenAlone(string folder, Terminal terminal)
    {
        // Without this, a misspelt folder would be made.
        Folder.MustExist(folder);
        try
        {
            return SqliteEngine.Open(new SqliteOptions { Folder = folder }, terminal.Time);
        }
        catch (DataFolderInUseException error)
        {
            throw new CommandException(
                $"the data folder '{folder}' is being served. Ask the host instead: "
                + "POST /v1/dead-letters/{queue}/{sequence}/replay, or stop it first.", error);
        }
    }

    private static async Task<List<DeadLetterLine>> LettersAsync(
        IDeadLetters letters, string? queue, CancellationToken cancellation)
    {
        var lines = new List<DeadLetterLine>();
        foreach (var name in queue is null ? QueueNames.All : [queue])
        {
            string? cursor = null;
            do
            {
                var page = await letters.ListAsync(name, PageLetters, cursor, cancellation);
                lines.AddRange(page.Letters.Select(letter => new DeadLetterLine(
                    name, letter.Sequence, letter.Message.MessageId, letter.Message.Session, letter.Reason,
                    letter.Description, letter.DeliveryCount, letter.EnqueuedAt, letter.DeadLetteredAt)));
                cursor = page.Cursor;
            }
            while (cursor is not null);
        }

        return lines;
    }
}

/// <summary>A dead letter without its body.</summary>
internal sealed record DeadLetterLine(
    string Queue,
    long Sequence,
    string MessageId,
    string Session,
    string Reason,
    string Description,
    int DeliveryCount,
    DateTimeOffset EnqueuedAt,
    DateTimeOffset DeadLetteredAt);

internal sealed record DeadLetterList(DeadLetterLine[] DeadLetters)
{
    public void WriteTo(TextWriter writer)
    {
        foreach (var letter in DeadLetters)
            writer.WriteLine(
                $"{letter.Queue} {letter.Sequence}  {letter.DeadLetteredAt:yyyy-MM-dd'T'HH:mm:ss'Z'}  "
                + $"{letter.MessageId}  {letter.Reason}: {letter.Description}");
        writer.WriteLine($"{Words.Count(DeadLetters.Length, "dead letter", "dead letters")}.");
    }
}

internal sealed record ReplayReport(int Replayed)
{
    public void WriteTo(TextWriter writer) =>
        writer.WriteLine(Words.Count(Replayed, "message is back in its queue.", "messages are back in their queues."));
}
