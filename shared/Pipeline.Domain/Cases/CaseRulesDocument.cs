using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>What reading a document of case rules gave: the rules, or everything that is wrong with it.</summary>
/// <param name="Errors">JSON pointer to message; empty where there are rules.</param>
public sealed record CaseRulesParse(CaseRules? Rules, IReadOnlyDictionary<string, string> Errors);

/// <summary>
/// Case rules as JSON (<c>docs/cases.md</c>). A field that is left out has its default; a name that is not known is an
/// error, because a typing error must not pass in silence.
/// </summary>
public static class CaseRulesDocument
{
    private const int RulesMax = 100;
    private const int WordCharactersMax = 50;
    private const int HoursMax = 24 * 365;
    private const string TimeFormat = "HH:mm";

    private static readonly (string, Severity)[] Severities =
        [("low", Severity.Low), ("medium", Severity.Medium), ("high", Severity.High), ("critical", Severity.Critical)];

    private static readonly (string, Question)[] Questions =
        [("csat", Question.Csat), ("nps", Question.Nps), ("ces", Question.Ces)];

    private static readonly (string Word, DayOfWeek Day)[] Days =
    [
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday), ("thu", DayOfWeek.Thursday),
        ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday), ("sun", DayOfWeek.Sunday),
    ];

    /// <summary>How a severity is written.</summary>
    public static string Word(Severity severity) => Severities[(int)severity].Item1;

    public static CaseRulesParse Parse(ReadOnlySpan<byte> utf8Json)
    {
        var errors = new DocumentErrors();
        CaseRules? rules = null;
        using (var document = DocumentSyntax.Read(utf8Json, errors))
        {
            if (document is not null && ObjectReader.Of(document.RootElement, "", errors) is { } root)
                rules = Read(root, document.RootElement, errors);
        }

        return new CaseRulesParse(errors.IsEmpty ? rules : null, errors.ByPointer);
    }

    public static byte[] Write(CaseRules rules)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", rules.Version);
            WriteRatings(json, "ratings", rules.Ratings);
            if (rules.Negative is { } negative)
            {
                json.WriteStartObject("negative");
                json.WriteNumber("confidencePercent", negative.Confidence);
                json.WriteString("severity", Word(negative.Severity));
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("negative");
            }

            json.WriteStartArray("words");
            foreach (var rule in rules.Words)
            {
                json.WriteStartObject();
                json.WriteString("word", rule.Word);
                json.WriteString("severity", Word(rule.Severity));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteRatings(json, "highValueRatings", rules.HighValueRatings);
            json.WriteStartObject("dueHours");
            foreach (var (word, severity) in Severities)
                json.WriteNumber(word, rules.DueHours[(int)severity]);
            json.WriteEndObject();
            WriteHours(json, rules.Hours);
            json.WriteNumber("escalationsMax", rules.EscalationsMax);
            json.WriteNumber("escalateEveryHours", rules.EscalateEveryHours);
            json.WriteNumber("followUpDays", rules.FollowUpDays);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRatings(Utf8JsonWriter json, string name, ImmutableArray<RatingRule> ratings)
    {
        json.WriteStartArray(name);
        foreach (var rule in ratings)
        {
            json.WriteStartObject();
            json.WriteString("answer", Questions[(int)rule.Question].Item1);
            json.WriteNumber("atMost", rule.AtMost);
            json.WriteString("severity", Word(rule.Severity));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHours(Utf8JsonWriter json, BusinessHours? hours)
    {
        if (hours is null)
        {
            json.WriteNull("businessHours");
            return;
        }

        json.WriteStartObject("businessHours");
        json.WriteString("opens", hours.Opens.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("closes", hours.Closes.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteStartArray("days");
        foreach (var day in hours.Days)
            json.WriteStringValue(Array.Find(Days, known => known.Day == day).Word);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static CaseRules Read(ObjectReader root, JsonElement json, DocumentErrors errors)
    {
        root.Allow(
            "version", "ratings", "negative", "words", "highValueRatings", "dueHours", "businessHours", "escalationsMax",
            "escalateEveryHours", "followUpDays");
        root.Require("version", "a whole number that grows with every change of the rules");
        var defaults = CaseRules.Default;
        return new CaseRules
        {
            Version = (int)root.Whole("version", 1, int.MaxValue, 1),
            Ratings = ReadRatings(json, "ratings", defaults.Ratings, errors),
            Negative = IsNull(json, "negative") ? null : ReadNegative(root.Object("negative"), defaults.Negative!),
            Words = ReadAll(json, "words", defaults.Words, errors, ReadWord),
            HighValueRatings = ReadRatings(json, "highValueRatings", defaults.HighValueRatings, errors),
            DueHours = ReadDueHours(root.Object("dueHours"), defaults.DueHours),
            Hours = IsNull(json, "businessHours") ? null : ReadHours(root.Object("businessHours")),
            EscalationsMax = (int)root.Whole("escalationsMax", 0, 10, defaults.EscalationsMax),
            EscalateEveryHours = (int)root.Whole("escalateEveryHours", 1, HoursMax, defaults.EscalateEveryHours),
            FollowUpDays = (int)root.Whole("followUpDays", 0, 365, defaults.FollowUpDays),
        };
    }

    private static bool IsNull(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    private static NegativeRule ReadNegative(ObjectReader? given, NegativeRule otherwise)
    {
        if (given is null)
            return otherwise;
        given.Allow("confidencePercent", "severity");
        return new NegativeRule(
            (int)given.Whole("confidencePercent", 0, 100, otherwise.Confidence),
            given.OneOf("severity", Severities, otherwise.Severity));
    }

    private static ImmutableArray<RatingRule> ReadRatings(
        JsonElement json, string name, ImmutableArray<RatingRule> otherwise, DocumentErrors errors) =>
        ReadAll(json, name, otherwise, errors, static rule =>
        {
            rule.Allow("answer", "atMost", "severity");
            rule.Require("answer", "csat, nps or ces");
            rule.Require("atMost", "the highest answer that opens a case");
            return new RatingRule(
                rule.OneOf("answer", Questions, Question.Csat),
                (int)rule.Whole("atMost", 0, Answers.NpsMax, 0),
                rule.OneOf("severity", Severities, Severity.Medium));
        });

    private static WordRule ReadWord(ObjectReader rule)
    {
        rule.Allow("word", "severity");
        rule.Require("word", "what the comment says");
        var word = rule.Text("word");
        if (word is not null && (string.IsNullOrWhiteSpace(word) || word.Length > WordCharactersMax))
            rule.Fail("word", $"Must have 1 to {WordCharactersMax} characters.");
        return new WordRule(word ?? "", rule.OneOf("severity", Severities, Severity.Medium));
    }

    private static ImmutableArray<T> ReadAll<T>(
        JsonElement json, string name, ImmutableArray<T> otherwise, DocumentErrors errors, Func<ObjectReader, T> read)
    {
        if (!json.TryGetProperty(name, out var array))
            return otherwise;
        var pointer = DocumentErrors.Under("", name);
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > RulesMax)
        {
            errors.Add(pointer, $"Must be a list of at most {RulesMax} rules.");
            return otherwise;
        }

        var rules = ImmutableArray.CreateBuilder<T>();
        var place = 0;
        foreach (var item in array.EnumerateArray())
            if (ObjectReader.Of(item, $"{pointer}/{place++}", errors) is { } rule)
                rules.Add(read(rule));
        return rules.ToImmutable();
    }

    private static ImmutableArray<int> ReadDueHours(ObjectReader? given, ImmutableArray<int> otherwise)
    {
        if (given is null)
            return otherwise;
        given.Allow([.. Severities.Select(static severity => severity.Item1)]);
        return [.. Severities.Select(
            severity => (int)given.Whole(severity.Item1, 1, HoursMax, otherwise[(int)severity.Item2]))];
    }

    private static BusinessHours? ReadHours(ObjectReader? given)
    {
        if (given is null)
            return null;
        given.Allow("opens", "closes", "days");
        var (opens, closes) = (ReadTime(given, "opens"), ReadTime(given, "closes"));
        if (opens is not null && closes is not null && closes <= opens)
            given.Fail("closes", "Must be later than 'opens'.");
        var days = given.Texts("days", Days.Length, 3);
        if (days.Count == 0)
            given.Fail("days", "Missing; give one or more of mon, tue, wed, thu, fri, sat, sun.");
        foreach (var day in days)
            if (!Days.Any(known => known.Word == day))
                given.Fail("days", "Must be of mon, tue, wed, thu, fri, sat, sun.");
        return new BusinessHours(
            opens ?? TimeOnly.MinValue, closes ?? TimeOnly.MaxValue,
            [.. Days.Where(known => days.Contains(known.Word)).Select(static known => known.Day)]);
    }

    private static TimeOnly? ReadTime(ObjectReader given, string name)
    {
        if (TimeOnly.TryParseExact(
            given.Text(name), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        given.Fail(name, "Must be a time of day, as 09:00.");
        return null;
    }
}
