using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Local.Import;

/// <summary>A line of the file that was understood.</summary>
/// <param name="Row">1 for the first line below the header.</param>
internal readonly record struct FeedbackLine(int Row, SentFeedback Sent);

/// <summary>
/// Turns the records of a file into feedback. Of several reasons to refuse a line the first of this file's order is
/// given. An answer that is empty was dismissed.
/// </summary>
internal sealed class FeedbackLines(FeedbackMapping mapping, DateTimeOffset latest)
{
    // What the API takes; a channel or a locale that is longer is cut, since nothing is decided by it.
    private const int CommentCharactersMax = 5_000;
    private const int WordCharactersMax = 128;
    private const int LocaleCharactersMax = 35;

    private Places places = null!;

    public List<FeedbackLine> Lines { get; } = [];

    public List<RefusedRow> Refused { get; } = [];

    public int Read { get; private set; }

    public static FeedbackLines Of(ImportFile file, FeedbackMapping mapping, DateTimeOffset latest, Action<long> progress)
    {
        var lines = new FeedbackLines(mapping, latest);
        file.Read(header => lines.places = new Places(header, mapping.Columns), lines.Take, progress);
        return lines.places is null
            ? throw new ImportException($"{file.Path}: the file is empty; a header with the columns' names is expected.")
            : lines;
    }

    private void Take(ImportRecord row)
    {
        Read++;
        var reason = row.Count < places.Needed ? Refusal.MissingColumns
            : row.IsMalformed ? Refusal.BadQuotes
            : Understand(row);
        if (reason is not null)
            Refused.Add(new RefusedRow(row.Number, reason));
    }

    private string? Understand(ImportRecord row)
    {
        var (id, customer, purchase) = (row[places.Id], Text(row, places.Customer), Text(row, places.Purchase));
        if (!IdForm.IsValid(id))
            return Refusal.BadFeedbackId;
        if (customer is not null && !IdForm.IsValid(customer))
            return Refusal.BadCustomer;
        if (purchase is not null && !IdForm.IsValid(purchase))
            return Refusal.BadPurchase;
        if (mapping.Date.Read(row[places.Date]) is not { } at)
            return Refusal.BadDate;
        if (at < DateTimeOffset.UnixEpoch || at > latest)
            return Refusal.DateOutOfRange;
        if (!TryAnswer(row, places.Csat, Answers.CsatMin, Answers.CsatMax, out var csat))
            return Refusal.BadCsat;
        if (!TryAnswer(row, places.Nps, Answers.NpsMin, Answers.NpsMax, out var nps))
            return Refusal.BadNps;
        if (!TryAnswer(row, places.Ces, Answers.CesMin, Answers.CesMax, out var ces))
            return Refusal.BadCes;
        var comment = Text(row, places.Comment);
        if (comment?.Length > CommentCharactersMax)
            return Refusal.CommentTooLong;
        var answers = new Answers(csat, nps, ces);
        if (answers.IsEmpty && comment is null)
            return Refusal.NoAnswer;
        Lines.Add(new FeedbackLine(row.Number, new SentFeedback(
            new FeedbackId(id),
            customer is null ? null : new CustomerId(customer),
            purchase is null ? null : new PurchaseId(purchase),
            at,
            Cut(Text(row, places.Channel) ?? mapping.Channel, WordCharactersMax),
            Cut(Text(row, places.Locale) ?? mapping.Locale, LocaleCharactersMax),
            answers,
            comment)));
        return null;
    }

    private static bool TryAnswer(ImportRecord row, int? column, int min, int max, out int? answer)
    {
        answer = null;
        if (Text(row, column) is not { } text)
            return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < min || number > max)
            return false;
        answer = number;
        return true;
    }

    private static string? Text(ImportRecord row, int? column) =>
        column is { } at && row[at] is { Length: > 0 } text ? text : null;

    private static string? Cut(string? text, int charactersMax) =>
        text is null || text.Length <= charactersMax ? text
        : text[..(char.IsHighSurrogate(text[charactersMax - 1]) ? charactersMax - 1 : charactersMax)];

    /// <summary>Where the header has the columns that the mapping names.</summary>
    private sealed class Places
    {
        public Places(IReadOnlyList<string> header, FeedbackColumns names)
        {
            Id = Place(header, names.Id);
            Date = Place(header, names.Date);
            Customer = Optional(header, names.Customer);
            Purchase = Optional(header, names.Purchase);
            Channel = Optional(header, names.Channel);
            Locale = Optional(header, names.Locale);
            Csat = Optional(header, names.Csat);
            Nps = Optional(header, names.Nps);
            Ces = Optional(header, names.Ces);
            Comment = Optional(header, names.Comment);
            int?[] all = [Id, Date, Customer, Purchase, Channel, Locale, Csat, Nps, Ces, Comment];
            Needed = all.Max()!.Value + 1;
        }

        public int Id { get; }

        public int Date { get; }

        public int? Customer { get; }

        public int? Purchase { get; }

        public int? Channel { get; }

        public int? Locale { get; }

        public int? Csat { get; }

        public int? Nps { get; }

        public int? Ces { get; }

        public int? Comment { get; }

        /// <summary>How many fields a line needs at least.</summary>
        public int Needed { get; }

        private static int? Optional(IReadOnlyList<string> header, string? name) =>
            name is null ? null : Place(header, name);

        private static int Place(IReadOnlyList<string> header, string name) =>
            Enumerable.Range(0, header.Count).Where(i => header[i] == name).ToArray() switch
            {
                [var only] => only,
                [] => throw new ImportException(
                    $"The file has no column '{name}', which the mapping names. It has: {string.Join(", ", header)}."),
                _ => throw new ImportException($"The file has two columns '{name}', which the mapping names."),
            };
    }
}
