using Pipeline.Domain;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>
/// Works feedback from the queue: understands the comments of all that wait together, and writes them down in one commit.
/// While the analyser is out of reach nothing is lost or counted against a message: it comes again.
/// </summary>
public sealed class AnalyseFeedback(ITextAnalyser analyser, FeedbackDesk desk, ReviewAwards reviews) : ISessionHandler
{
    public string Queue => QueueNames.Feedback;

    public async ValueTask<IReadOnlyList<Settlement>> HandleAsync(
        string session, IReadOnlyList<DeliveredMessage> messages, CancellationToken cancellation)
    {
        var settlements = new List<Settlement>(messages.Count);
        var feedback = new List<Feedback>(messages.Count);
        foreach (var message in messages)
        {
            var read = FeedbackMessages.Read(message.Message.Body.Span, out var problem);
            if (read is not null && FeedbackMessages.SessionOf(read.Id, read.Customer) != session)
                (read, problem) = (null, "The message is not of its session.");
            if (read is not null)
                feedback.Add(read);
            settlements.Add(read is null
                ? new Settlement.DeadLetter(message.Sequence, "malformed", problem)
                : new Settlement.Complete(message.Sequence));
        }

        if (feedback.Count > 0)
        {
            var analysed = await Comments.AnalyseAsync(analyser, feedback, cancellation);
            var recorded = await desk.RecordAsync(analysed, opensCases: true, cancellation);
            await reviews.AwardAsync(recorded, cancellation);
        }

        return settlements;
    }
}

/// <summary>Has comments understood in batches, and keeps what is stored of them bounded.</summary>
internal static class Comments
{
    public const int BatchMax = 50;
    public const int SentencesMax = 100;
    public const int MentionsMax = 50;

    /// <exception cref="AnalyserUnavailableException">It cannot answer now.</exception>
    public static async ValueTask<IReadOnlyList<AnalysedFeedback>> AnalyseAsync(
        ITextAnalyser analyser, IReadOnlyList<Feedback> feedback, CancellationToken cancellation)
    {
        var analyses = new TextAnalysis?[feedback.Count];
        var commented = Enumerable.Range(0, feedback.Count).Where(i => feedback[i].Comment is not null);
        foreach (var places in commented.Chunk(BatchMax))
        {
            var answers = await analyser.AnalyseAsync(
                Array.ConvertAll(places, i => new CommentText(feedback[i].Comment!, feedback[i].Locale)), cancellation);
            if (answers.Count != places.Length)
                throw new InvalidOperationException("The analyser has not answered every comment.");
            for (var i = 0; i < places.Length; i++)
                analyses[places[i]] = Bounded(answers[i]);
        }

        return [.. feedback.Select((one, i) => new AnalysedFeedback(one, analyses[i]))];
    }

    private static TextAnalysis Bounded(TextAnalysis analysis) =>
        analysis.Sentences.Count <= SentencesMax && analysis.Aspects.Count <= MentionsMax ? analysis : analysis with
        {
            Sentences = [.. analysis.Sentences.Take(SentencesMax)],
            Aspects = [.. analysis.Aspects.Take(MentionsMax)],
        };
}
