using Pipeline.Sentiment.Text;

namespace Pipeline.Sentiment.Aspects;

/// <summary>A term of the taxonomy where a text has it.</summary>
internal readonly record struct Hit(TextSpan Span, Term Term);

/// <summary>
/// Words that tell how somebody was, and not who: they speak of whoever the clause names nearest before them, or else
/// behind, so that "support was rude" counts once.
/// </summary>
internal static class Manners
{
    public static void GiveWay(List<Hit> hits, TextSpan clause)
    {
        for (var i = 0; i < hits.Count; i++)
            if (hits[i] is { Term.GivesWayTo: { } named } hit && IsWithin(hit, clause)
                && (Named(hits, clause, i, step: -1) ?? Named(hits, clause, i, step: +1)) == named)
                hits[i] = hit with { Term = hit.Term with { Aspect = named } };
    }

    /// <summary>The aspect of the nearest term that names whom the manner may belong to.</summary>
    private static string? Named(List<Hit> hits, TextSpan clause, int from, int step)
    {
        var manner = hits[from].Term;
        for (var i = from + step; i >= 0 && i < hits.Count && IsWithin(hits[i], clause); i += step)
            if (hits[i].Term is { GivesWayTo: null } term
                && (term.Aspect == manner.Aspect || term.Aspect == manner.GivesWayTo))
                return term.Aspect;
        return null;
    }

    private static bool IsWithin(Hit hit, TextSpan clause) =>
        hit.Span.Offset >= clause.Offset && hit.Span.End <= clause.End;
}
