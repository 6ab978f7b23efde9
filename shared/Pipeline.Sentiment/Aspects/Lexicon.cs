using System.Collections.Frozen;

namespace Pipeline.Sentiment.Aspects;

/// <param name="Phrase">In small letters.</param>
/// <param name="Leaning">+1 where the words praise by themselves, -1 where they blame, 0 where they only name.</param>
/// <param name="IsThing">Gives way to any other aspect beside it.</param>
/// <param name="GivesWayTo">The aspect that it speaks of where that one is named beside it.</param>
internal sealed record Term(string Phrase, string Aspect, int Leaning, bool IsThing = false, string? GivesWayTo = null);

/// <summary>Finds the terms of one language in a text, the longest first.</summary>
internal sealed class Lexicon
{
    private readonly FrozenDictionary<char, Term[]> byFirst;
    private readonly bool isByWords;

    /// <param name="isByWords">Whether a term begins and ends where a word does, as in English.</param>
    public Lexicon(IEnumerable<Term> terms, bool isByWords)
    {
        byFirst = terms
            .GroupBy(term => term.Phrase[0])
            .ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(term => term.Phrase.Length).ToArray());
        this.isByWords = isByWords;
    }

    public static Lexicon English(Taxonomy taxonomy) => new(Terms(taxonomy, aspect => aspect.En), isByWords: true);

    public static Lexicon Chinese(Taxonomy taxonomy) => new(Terms(taxonomy, aspect => aspect.Zh), isByWords: false);

    /// <summary>The longest term that begins at <paramref name="at"/>, or null.</summary>
    /// <param name="text">In small letters.</param>
    public Term? At(ReadOnlySpan<char> text, int at)
    {
        if ((isByWords && at > 0 && char.IsLetterOrDigit(text[at - 1])) || !byFirst.TryGetValue(text[at], out var terms))
            return null;
        var rest = text[at..];
        foreach (var term in terms)
            if (rest.StartsWith(term.Phrase, StringComparison.Ordinal)
                && !(isByWords && rest.Length > term.Phrase.Length && char.IsLetterOrDigit(rest[term.Phrase.Length])))
                return term;
        return null;
    }

    private static IEnumerable<Term> Terms(Taxonomy taxonomy, Func<AspectWords, WordLists> of) =>
        taxonomy.Aspects.SelectMany(aspect => Terms(aspect, of(aspect)));

    private static IEnumerable<Term> Terms(AspectWords aspect, WordLists words)
    {
        var manners = (words.Manners ?? []).ToHashSet(StringComparer.Ordinal);
        return Of(words.About, 0)
            .Concat((words.Things ?? []).Select(phrase => new Term(phrase, aspect.Aspect, 0, IsThing: true)))
            .Concat(Of(words.Positive, +1))
            .Concat(Of(words.Negative, -1));

        IEnumerable<Term> Of(string[] phrases, int leaning) => phrases.Select(phrase => new Term(
            phrase, aspect.Aspect, leaning, GivesWayTo: manners.Contains(phrase) ? aspect.MannersGiveWayTo : null));
    }
}
