using Pipeline.Sentiment.Model;

namespace Pipeline.SentimentTrainer;

/// <param name="Rows">The rows that were held out.</param>
/// <param name="Raw">How a model that never saw them scores them.</param>
internal sealed record HeldOut(string Name, int[] Rows, RawScores[] Raw)
{
    public IEnumerable<Scored> Scored(TrainingSet set) =>
        Rows.Zip(Raw, (row, raw) => new Scored(raw, set[row].Label));
}

/// <summary>Scores every text by a model that has not seen it, or not even its source.</summary>
internal static class HoldingOut
{
    private const int ModelsAtOnce = 2;

    public static HeldOut[] Sources(TrainingSet set, int[] rows, Recipe recipe, int seed) => Run(
        set, recipe, seed,
        [.. rows.GroupBy(row => set[row].Source).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.ToArray()))], rows);

    /// <summary>Random folds: texts of sources that the model knows.</summary>
    public static HeldOut[] Folds(TrainingSet set, int[] rows, Recipe recipe, int seed, int folds)
    {
        var shuffled = rows.ToArray();
        new Random(seed).Shuffle(shuffled);
        return Run(set, recipe, seed,
            [.. shuffled.Chunk((shuffled.Length + folds - 1) / folds).Select((chunk, i) => ($"fold {i + 1}", chunk))], rows);
    }

    private static HeldOut[] Run(
        TrainingSet set, Recipe recipe, int seed, (string Name, int[] Rows)[] parts, int[] rows)
    {
        var results = new HeldOut[parts.Length];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = ModelsAtOnce }, i =>
        {
            var held = parts[i].Rows.ToHashSet();
            var weights = Trainer.Train(set, [.. rows.Where(row => !held.Contains(row))], recipe, seed);
            results[i] = new HeldOut(parts[i].Name, parts[i].Rows, weights.Score(set, parts[i].Rows));
        });
        return results;
    }
}
