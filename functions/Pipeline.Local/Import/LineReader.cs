using System.Globalization;
using Pipeline.Domain;

namespace Pipeline.Local.Import;

/// <summary>
/// Turns the records of a file into order lines. Whose a line is comes first: without a customer it is a guest's,
/// whatever else it says. Of several reasons to refuse a line the first of this file's order is given.
/// </summary>
internal sealed class LineReader(Mapping mapping, DateTimeOffset latest)
{
    // What the checkout's contract takes; a name that is longer is cut, since nothing is decided by it.
    private const int SkuCharactersMax = 128;
    private const int NameCharactersMax = 512;
    private const int CategoryCharactersMax = 128;
    private const long QuantityMax = 1_000_000_000;

    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>A decimal keeps so many digits for certain; longer texts would be rounded in silence.</summary>
    private const int DigitsMax = 28;

    private readonly List<OrderLine> lines = [];
    private readonly List<RefusedRow> refused = [];
    private readonly Dictionary<(string, Currency), long?> prices = [];
    private Columns columns = null!;
    private (string Text, DateTimeOffset? At) lastDate;
    private int read;
    private int guests;

    public static OrderLines Read(
        ImportFile file, Mapping mapping, DateTimeOffset latest, Action<long>? progress = null)
    {
        var reader = new LineReader(mapping, latest);
        file.Read(header => reader.columns = new Columns(header, mapping.Columns), reader.Take, progress);
        if (reader.columns is null)
            throw new ImportException($"{file.Path}: the file is empty; a header with the columns' names is expected.");
        return new OrderLines(reader.read, reader.lines, reader.guests, reader.refused);
    }

    private void Take(ImportRecord row)
    {
        read++;
        if (row.Count < columns.Needed)
            Refuse(row, Refusal.MissingColumns);
        else if (row.IsMalformed)
            Refuse(row, Refusal.BadQuotes);
        else if (row[columns.Customer].Length == 0)
            guests++;
        else if (Refused(row, out var line) is { } reason)
            Refuse(row, reason);
        else
            lines.Add(line!);
    }

    private string? Refused(ImportRecord row, out OrderLine? line)
    {
        line = null;
        var (document, customer, sku) = (row[columns.Document], row[columns.Customer], row[columns.Sku]);
        if (!IdForm.IsValid(customer))
            return Refusal.BadCustomer;
        if (!IdForm.IsValid(document))
            return Refusal.BadDocument;
        if (sku.Length is 0 or > SkuCharactersMax)
            return Refusal.BadSku;

        if (QuantityOf(row[columns.Quantity]) is not { } quantity)
            return Refusal.BadQuantity;
        if (quantity == 0)
            return Refusal.ZeroQuantity;
        var isReturn = IsReturn(document, quantity);
        if (quantity < 0 && !isReturn)
            return Refusal.Adjustment;
        if (DateOf(row[columns.Date]) is not { } at)
            return Refusal.BadDate;
        if (at < DateTimeOffset.UnixEpoch || at > latest)
            return Refusal.DateOutOfRange;
        if (mapping.IgnoredSkus.Contains(sku))
            return Refusal.IgnoredSku;

        if (!TryCurrency(row, out var currency))
            return Refusal.UnknownCurrency;
        if (Price(row[columns.UnitPrice], currency, out var price) is { } problem)
            return problem;
        line = new OrderLine(
            row.Number, document, customer, sku, Text(row, columns.Name, NameCharactersMax),
            Text(row, columns.Category, CategoryCharactersMax),
            Math.Abs(quantity), price, currency, at, isReturn, mapping.ShippingSkus.Contains(sku));
        return null;
    }

    private bool IsReturn(string document, long quantity) =>
        (mapping.ReturnPrefix is { } prefix && document.StartsWith(prefix, StringComparison.Ordinal))
        || (mapping.IsNegativeReturn && quantity < 0);

    private long? QuantityOf(string text) =>
        Exact(text) is { } number && decimal.IsInteger(number) && Math.Abs(number) <= QuantityMax
            ? (long)number
            : null;

    private DateTimeOffset? DateOf(string text)
    {
        // The lines of a document nearly always share their date.
        if (lastDate.Text != text)
            lastDate = (text, mapping.Date.Read(text));
        return lastDate.At;
    }

    private bool TryCurrency(ImportRecord row, out Currency currency)
    {
        if (columns.Currency is { } column)
            return Currency.TryParse(row[column], out currency);
        currency = mapping.Currency!.Value;
        return true;
    }

    private string? Price(string text, Currency currency, out long price)
    {
        price = 0;
        if (prices.TryGetValue((text, currency), out var known) && known is { } same)
        {
            price = same;
            return null;
        }

        if (Exact(text) is not { } major || Math.Abs(major) > long.MaxValue / currency.MinorUnitsPerMajor)
            return Refusal.BadPrice;
        if (major < 0)
            return Refusal.NegativePrice;
        var minor = major * currency.MinorUnitsPerMajor;
        if (!decimal.IsInteger(minor))
        {
            if (mapping.Rounding is not { } rounding)
                return Refusal.TooManyDecimals;
            minor = decimal.Round(minor, rounding);
        }

        if (minor == 0)
            return Refusal.ZeroPrice;
        price = (long)minor;
        prices[(text, currency)] = price;
        return null;
    }

    /// <summary>The number as it is written, or null where it is none, or more exact than can be kept.</summary>
    private decimal? Exact(string text)
    {
        var group = mapping.Numbers.NumberGroupSeparator;
        if (group.Length > 0 && text.Contains(group, StringComparison.Ordinal))
        {
            if (!IsGrouped(text, group))
                return null;
            text = text.Replace(group, "", StringComparison.Ordinal);
        }

        return text.Length <= DigitsMax && decimal.TryParse(text, Number, mapping.Numbers, out var number) ? number : null;
    }

    /// <summary>Groups are of three digits: under a comma for thousands, 1,50 is a mistake and not 150.</summary>
    private bool IsGrouped(string text, string group)
    {
        var whole = text.AsSpan().TrimStart("+-");
        var point = whole.IndexOf(mapping.Numbers.NumberDecimalSeparator, StringComparison.Ordinal);
        if (point >= 0)
        {
            if (whole[point..].Contains(group, StringComparison.Ordinal))
                return false;
            whole = whole[..point];
        }

        var isFirst = true;
        foreach (var part in whole.Split(group))
        {
            var length = whole[part].Length;
            if (length != 3 && !(isFirst && length is 1 or 2))
                return false;
            isFirst = false;
        }

        return true;
    }

    private static string? Text(ImportRecord row, int? column, int charactersMax) =>
        column is not { } at || row[at] is not { Length: > 0 } text ? null
        : text.Length <= charactersMax ? text
        : text[..(char.IsHighSurrogate(text[charactersMax - 1]) ? charactersMax - 1 : charactersMax)];

    private void Refuse(ImportRecord row, string reason) => refused.Add(new RefusedRow(row.Number, reason));

    /// <summary>Where the header has the columns that the mapping names.</summary>
    private sealed class Columns
    {
        private const int Twice = -1;

        public Columns(IReadOnlyList<string> header, ColumnNames names)
        {
            var places = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < header.Count; i++)
                if (!places.TryAdd(header[i], i))
                    places[header[i]] = Twice;
            Document = Place(places, names.Document);
            Sku = Place(places, names.Sku);
            Quantity = Place(places, names.Quantity);
            UnitPrice = Place(places, names.UnitPrice);
            Date = Place(places, names.Date);
            Customer = Place(places, names.Customer);
            Name = names.Name is { } name ? Place(places, name) : null;
            Category = names.Category is { } category ? Place(places, category) : null;
            Currency = names.Currency is { } currency ? Place(places, currency) : null;
            int?[] all = [Document, Sku, Quantity, UnitPrice, Date, Customer, Name, Category, Currency];
            Needed = all.Max()!.Value + 1;
        }

        public int Document { get; }

        public int Sku { get; }

        public int Quantity { get; }

        public int UnitPrice { get; }

        public int Date { get; }

        public int Customer { get; }

        public int? Name { get; }

        public int? Category { get; }

        public int? Currency { get; }

        /// <summary>How many fields a line needs at least.</summary>
        public int Needed { get; }

        private static int Place(Dictionary<string, int> places, string name) =>
            !places.TryGetValue(name, out var place) ? throw new ImportException(
                $"The file has no column '{name}', which the mapping names. It has: {string.Join(", ", places.Keys)}.")
            : place == Twice ? throw new ImportException($"The file has two columns '{name}', which the mapping names.")
            : place;
    }
}
