using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Features;
using Pipeline.Sentiment.Text;

namespace Pipeline.Sentiment.Aspects;

/// <summary>
/// What a comment is about. The clause around a word of the taxonomy is the evidence and is judged by itself; words that
/// praise or blame on their own ("late", "broken") outweigh the model, which has little to go by in three words.
/// </summary>
internal sealed class AspectFinder(Taxonomy taxonomy)
{
    private const int MentionsMax = 50;

    /// <summary>A text without any punctuation is one clause; the words around the term are evidence enough.</summary>
    private const int EvidenceUnitsMax = 200;

    /// <summary>How much more likely a side becomes when the term itself takes it.</summary>
    private const double LeaningOdds = 20;

    /// <summary>How much less likely it is then that no side is taken.</summary>
    private const double LeaningNeutralOdds = 1.0 / 6;

    /// <summary>Below this a clause says nothing by itself, and the sentence speaks for it.</summary>
    private const double ClauseSureFrom = 0.5;

    private readonly Lexicon english = Lexicon.English(taxonomy);
    private readonly Lexicon chinese = Lexicon.Chinese(taxonomy);

    public IReadOnlyList<AspectMention> Find(
        string text, int length, IReadOnlyList<TextSpan> sentences, IReadOnlyList<SentenceAnalysis> analyses, Scorer scorer)
    {
        var lexicon = scorer.Language == ModelLanguage.Chinese ? chinese : english;
        var small = Small(text.AsSpan(0, length));
        List<AspectMention>? mentions = null;
        List<TextSpan> clauses = [];
        List<Hit> hits = [];
        for (var i = 0; i < sentences.Count; i++)
        {
            Hits(small, sentences[i], lexicon, hits);
            if (hits.Count == 0)
                continue;
            clauses.Clear();
            Clauses.Split(small, sentences[i], clauses);
            foreach (var clause in clauses)
                Manners.GiveWay(hits, clause);
            foreach (var clause in clauses)
                Judge(text, small, clause, hits, analyses[i].Label, scorer, mentions ??= []);
            if (mentions is { Count: >= MentionsMax })
                break;
        }

        return mentions is null ? [] : mentions;
    }

    private static void Hits(ReadOnlySpan<char> small, TextSpan sentence, Lexicon lexicon, List<Hit> hits)
    {
        hits.Clear();
        for (var at = sentence.Offset; at < sentence.End;)
        {
            var term = lexicon.At(small[..sentence.End], at);
            if (term is not null)
                hits.Add(new Hit(new TextSpan(at, term.Phrase.Length), term));
            at += term?.Phrase.Length ?? 1;
        }
    }

    private static void Judge(
        string text, ReadOnlySpan<char> small, TextSpan clause, List<Hit> hits, SentimentLabel sentence, Scorer scorer,
        List<AspectMention> mentions)
    {
        var rest = clause;
        while (rest.Length > 0)
        {
            var part = FirstPart(small, rest, hits);
            JudgePart(text, small, part, hits, sentence, scorer, mentions);
            rest = part.End == rest.End ? default : After(small, rest, part);
        }
    }

    /// <summary>Up to an "and" with different subjects on its sides, or all of it.</summary>
    private static TextSpan FirstPart(ReadOnlySpan<char> small, TextSpan clause, List<Hit> hits)
    {
        var aspect = default(string);
        var end = 0;
        foreach (var hit in hits)
        {
            if (hit.Span.Offset < clause.Offset || hit.Span.End > clause.End)
                continue;
            if (hit.Term.IsThing)
                continue;
            if (aspect is not null && hit.Term.Aspect != aspect)
            {
                var between = small[end..hit.Span.Offset].IndexOf(" and ", StringComparison.Ordinal);
                if (between >= 0)
                    return new TextSpan(clause.Offset, end + between - clause.Offset);
            }

            aspect = hit.Term.Aspect;
            end = hit.Span.End;
        }

        return clause;
    }

    private static TextSpan After(ReadOnlySpan<char> small, TextSpan clause, TextSpan part) =>
        TextSpan.Trimmed(small, part.End + " and ".Length, clause.End);

    private static void JudgePart(
        string text, ReadOnlySpan<char> small, TextSpan part, List<Hit> hits, SentimentLabel sentence, Scorer scorer,
        List<AspectMention> mentions)
    {
        SentimentScores? scores = null;
        var first = mentions.Count;
        foreach (var hit in hits)
        {
            if (hit.Span.Offset < part.Offset || hit.Span.End > part.End || mentions.Count >= MentionsMax
                || IsSaid(mentions, first, hit.Term.Aspect) || (hit.Term.IsThing && GivesWay(part, hits)))
                continue;
            var leaning = Leaning(small, part, hits, hit.Term.Aspect, scorer.Language);
            var label = Label(scores ??= scorer.Scores(part.Of(text)), leaning, sentence);
            var evidence = Evidence(text, part, hit.Span);
            mentions.Add(new AspectMention(
                hit.Term.Aspect, label, text.Substring(evidence.Offset, evidence.Length), evidence.Offset, evidence.Length));
        }
    }

    private static bool GivesWay(TextSpan part, List<Hit> hits)
    {
        foreach (var hit in hits)
            if (!hit.Term.IsThing && hit.Span.Offset >= part.Offset && hit.Span.End <= part.End)
                return true;
        return false;
    }

    private static bool IsSaid(List<AspectMention> mentions, int first, string aspect)
    {
        for (var i = first; i < mentions.Count; i++)
            if (mentions[i].Aspect == aspect)
                return true;
        return false;
    }

    /// <summary>What the terms of the aspect say by themselves, those that are denied turned round.</summary>
    private static int Leaning(
        ReadOnlySpan<char> small, TextSpan part, List<Hit> hits, string aspect, ModelLanguage language)
    {
        var leaning = 0;
        foreach (var hit in hits)
            if (hit.Term.Aspect == aspect && hit.Span.Offset >= part.Offset && hit.Span.End <= part.End)
                leaning += Denial.IsBefore(small, part.Offset, hit.Span.Offset, language)
                    ? -hit.Term.Leaning : hit.Term.Leaning;
        return Math.Sign(leaning);
    }

    private static SentimentLabel Label(SentimentScores scores, int leaning, SentimentLabel sentence)
    {
        var judged = Verdict.Of(scores with
        {
            Positive = scores.Positive * (leaning > 0 ? LeaningOdds : 1),
            Neutral = scores.Neutral * (leaning != 0 ? LeaningNeutralOdds : 1),
            Negative = scores.Negative * (leaning < 0 ? LeaningOdds : 1),
        });
        var isClear = leaning != 0 || (judged.Label != SentimentLabel.Neutral && judged.Confidence >= ClauseSureFrom);
        return isClear || sentence == SentimentLabel.Mixed ? judged.Label : sentence;
    }

    private static TextSpan Evidence(string text, TextSpan part, TextSpan term)
    {
        if (part.Length <= EvidenceUnitsMax)
            return part;
        var start = Math.Clamp(term.Offset - (EvidenceUnitsMax / 2), part.Offset, part.End - EvidenceUnitsMax);
        var end = start + EvidenceUnitsMax;
        if (char.IsLowSurrogate(text[start]))
            start++;
        if (char.IsHighSurrogate(text[end - 1]))
            end--;
        return TextSpan.Trimmed(text, start, end);
    }

    /// <summary>Unit for unit, so that offsets stay.</summary>
    private static char[] Small(ReadOnlySpan<char> text)
    {
        var small = new char[text.Length];
        for (var i = 0; i < small.Length; i++)
            small[i] = text[i] switch
            {
                '’' => '\'',
                var unit and (>= 'A' and <= 'Z' or > '\u007F') => char.ToLowerInvariant(unit),
                var unit => unit,
            };
        return small;
    }
}
