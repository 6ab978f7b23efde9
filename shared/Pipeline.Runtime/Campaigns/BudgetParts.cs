using System.Globalization;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <summary>Parts of a budget as they were read, and what is to become of them.</summary>
internal sealed class BudgetParts
{
    private readonly SortedDictionary<int, (Document Stored, AllowanceDocument Part)> parts = [];
    private readonly HashSet<int> changed = [];

    private BudgetParts()
    {
    }

    public bool IsEmpty => parts.Count == 0;

    public long Left => parts.Values.Sum(static one => one.Part.Left);

    public long Drawn => parts.Values.Sum(static one => one.Part.Drawn);

    public long Purchases => parts.Values.Sum(static one => one.Part.Purchases);

    public static BudgetParts Of(Document? part)
    {
        var one = new BudgetParts();
        if (part is not null)
            one.Add(part);
        return one;
    }

    public static async ValueTask<BudgetParts> LoadAsync(
        IDocumentStore store, string campaign, CancellationToken cancellation)
    {
        var all = new BudgetParts();
        var page = await store.PageAsync(
            new PartitionQuery(CampaignKinds.PartitionOf(campaign), CampaignKinds.Allowance, CampaignKinds.Parts), cancellation);
        foreach (var document in page.Documents)
            all.Add(document);
        return all;
    }

    /// <summary>
    /// Whether the parts were made of this budget. A host that has not seen the newest version of the program yet takes what
    /// that one made.
    /// </summary>
    public bool IsOf(long budget, int programVersion) =>
        parts.Values.All(one => one.Part.Budget == budget || one.Part.ProgramVersion > programVersion);

    /// <summary>Takes up to so many points, of the first part first.</summary>
    /// <param name="isFirst">Whether the purchase has not had any yet.</param>
    /// <returns>How many there were.</returns>
    public long Take(int first, long points, bool isFirst)
    {
        long taken = 0;
        for (var step = 0; step < CampaignKinds.Parts && taken < points; step++)
        {
            if (!parts.TryGetValue((first + step) % CampaignKinds.Parts, out var one))
                continue;
            var some = Math.Min(points - taken, Math.Max(0, one.Part.Left));
            if (some == 0)
                continue;
            one.Part.Left -= some;
            taken += some;
            changed.Add((first + step) % CampaignKinds.Parts);
        }

        if (taken == 0)
            return 0;
        var own = parts[first].Part;
        own.Drawn += taken;
        own.Purchases += isFirst ? 1 : 0;
        changed.Add(first);
        return taken;
    }

    /// <summary>Puts points back that a purchase drew and did not use.</summary>
    public void Return(int part, long points, bool isAll)
    {
        var one = parts[part].Part;
        one.Left += points;
        one.Drawn -= points;
        one.Purchases -= isAll ? 1 : 0;
        changed.Add(part);
    }

    public IEnumerable<Write> Writes() => changed.Order().Select(part => Replace(part));

    /// <summary>
    /// Makes the parts of what a budget has left: at the first draw, and where a version of the program changes the budget. Where
    /// more was drawn than the new budget, nothing is left.
    /// </summary>
    public List<Write> Spread(long budget, int programVersion)
    {
        var left = Math.Max(0, budget - Drawn);
        var writes = new List<Write>(CampaignKinds.Parts);
        for (var part = 0; part < CampaignKinds.Parts; part++)
        {
            var isNew = !parts.TryGetValue(part, out var one);
            var document = isNew ? new AllowanceDocument() : one.Part;
            document.Left = (left / CampaignKinds.Parts) + (part < left % CampaignKinds.Parts ? 1 : 0);
            document.Budget = budget;
            document.ProgramVersion = programVersion;
            writes.Add(isNew
                ? new Write.Create(CampaignKinds.Allowance, part.ToString("D2", CultureInfo.InvariantCulture), document.Write())
                : Replace(part));
        }

        return writes;
    }

    private Write.Replace Replace(int part) => new(
        CampaignKinds.Allowance, parts[part].Stored.Key.Id, parts[part].Stored.Version, parts[part].Part.Write());

    private void Add(Document document) => parts.Add(
        int.Parse(document.Key.Id, CultureInfo.InvariantCulture), (document, AllowanceDocument.Read(document)));
}
