namespace Pipeline.Domain;

/// <summary>Along what feedback is grouped.</summary>
public enum Dimension
{
    /// <summary>One group: everything. The groups of a day, a week and a month are made of these.</summary>
    All,
    Channel,
    Tier,
    Stage,
    Product,
    Aspect,
}

public readonly record struct TallyKey(Dimension Dimension, string Value)
{
    public static TallyKey All { get; } = new(Dimension.All, "");
}

/// <summary>Counts of one day, or of a part of it, in every group. Tallies add up.</summary>
public sealed class SatisfactionTally
{
    public const string Unknown = "unknown";

    private readonly Dictionary<TallyKey, SatisfactionCounts> groups = [];

    public IReadOnlyDictionary<TallyKey, SatisfactionCounts> Groups => groups;

    /// <summary>
    /// Counts one feedback in every group that it belongs to: in each of its products, and in each aspect that its
    /// comment mentions, there with the label of the aspect.
    /// </summary>
    public static SatisfactionTally Of(Feedback feedback, CommentSense? sense, Placing placing, bool opensCase)
    {
        var tally = new SatisfactionTally();
        var counts = SatisfactionCounts.OfFeedback(feedback.Answers, sense?.Label);
        tally.Add(TallyKey.All, counts);
        tally.Add(new TallyKey(Dimension.Channel, feedback.Channel ?? Unknown), counts);
        tally.Add(new TallyKey(Dimension.Tier, placing.Tier), counts);
        tally.Add(new TallyKey(Dimension.Stage, placing.Stage), counts);
        foreach (var product in placing.Products.IsEmpty ? [Unknown] : placing.Products)
            tally.Add(new TallyKey(Dimension.Product, product), counts);
        foreach (var (aspect, label) in sense?.Aspects ?? [])
            tally.Add(new TallyKey(Dimension.Aspect, aspect), SatisfactionCounts.OfFeedback(feedback.Answers, label));
        if (opensCase)
            tally.Add(TallyKey.All, SatisfactionCounts.OfCaseOpened());
        return tally;
    }

    public void Add(TallyKey key, SatisfactionCounts counts)
    {
        if (!groups.TryGetValue(key, out var known))
            groups.Add(key, known = new SatisfactionCounts());
        known.Add(counts);
    }

    public void Add(SatisfactionTally other)
    {
        foreach (var (key, counts) in other.groups)
            Add(key, counts);
    }
}
