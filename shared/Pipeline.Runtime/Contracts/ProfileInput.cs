using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Contracts;

/// <summary>A customer's profile as a client puts it. What is absent is unknown from then on.</summary>
internal static class ProfileInput
{
    private const int NameCharactersMax = 200;
    private const int EmailCharactersMax = 254;
    private const int PhoneCharactersMax = 40;
    private const int LocaleCharactersMax = 35;
    private const int AttributesMax = 50;
    private const int AttributeNameCharactersMax = 64;
    private const int AttributeCharactersMax = 500;

    public static bool TryRead(
        ApiCall call, DateTimeOffset now, InputErrors path, [NotNullWhen(true)] out Profile? profile,
        [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        profile = null;
        if (!path.IsEmpty)
        {
            refusal = path.Answer();
            return false;
        }

        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var root = json.Root;
            var read = new Profile(
                root.Text("name"u8, NameCharactersMax),
                Checked(root, "email"u8, EmailCharactersMax, IsEmail, "must have the form of an e-mail address"),
                Checked(root, "phone"u8, PhoneCharactersMax, IsPhone, "must have digits, and else only +()-./ and blanks"),
                Birthday(root, now),
                Checked(root, "locale"u8, LocaleCharactersMax, IsLocale, "must be a tag of BCP 47, such as en-GB"),
                Checked(root, "country"u8, 2, IsCountry, "must be two capitals of ISO 3166-1, such as GB"),
                Attributes(root));
            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            profile = read;
            return true;
        }
    }

    private static string? Checked(
        InputObject root, ReadOnlySpan<byte> name, int charactersMax, Func<string, bool> isValid, string problem)
    {
        if (root.Text(name, charactersMax) is not { } text)
            return null;
        if (isValid(text))
            return text;
        root.Fail(name, problem);
        return null;
    }

    private static DateOnly? Birthday(InputObject root, DateTimeOffset now)
    {
        if (root.Text("birthday"u8, 10) is not { } text)
            return null;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            root.Fail("birthday"u8, "must be a date of the form yyyy-MM-dd");
        // Somewhere it is tomorrow already.
        else if (day > DateOnly.FromDateTime(now.UtcDateTime).AddDays(1))
            root.Fail("birthday"u8, "must not be in the future");
        else
            return day;
        return null;
    }

    private static ImmutableSortedDictionary<string, string> Attributes(InputObject root)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (!root.TryGet("attributes"u8, out var sent))
            return attributes.ToImmutable();
        if (sent.ValueKind != JsonValueKind.Object)
        {
            root.Fail("attributes"u8, "must be an object of texts");
            return attributes.ToImmutable();
        }

        if (sent.GetPropertyCount() > AttributesMax)
        {
            root.Fail("attributes"u8, $"must have at most {AttributesMax} members");
            return attributes.ToImmutable();
        }

        foreach (var attribute in sent.EnumerateObject())
        {
            if (NameOf(attribute) is not { } name)
            {
                root.Fail("attributes"u8, $"must have names of 1 to {AttributeNameCharactersMax} printable characters");
            }
            else if (InputObject.TextOf(attribute.Value) is { Length: <= AttributeCharactersMax } value
                && !InputObject.HasControl(value))
            {
                attributes[name] = value;
            }
            else
            {
                root.Errors.Add(
                    $"{root.PointerOf("attributes"u8)}/{InputErrors.Step(name)}",
                    $"must be a text of at most {AttributeCharactersMax} characters without control characters");
            }
        }

        return attributes.ToImmutable();
    }

    private static string? NameOf(JsonProperty attribute)
    {
        try
        {
            return attribute.Name is { Length: >= 1 and <= AttributeNameCharactersMax } name
                && !InputObject.HasControl(name) ? name : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Something, one @, and something with a dot: whether it exists only a mail can tell.</summary>
    private static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && !text.Contains(' ', StringComparison.Ordinal)
            && text.IndexOf('.', at) is var dot && dot > at + 1 && text[^1] != '.';
    }

    private static bool IsPhone(string text) =>
        text.Any(char.IsAsciiDigit)
        && text.All(static c => char.IsAsciiDigit(c) || "+()-./ ".Contains(c, StringComparison.Ordinal));

    /// <summary>Subtags of 1 to 8 letters and digits; the first is of 2 to 8 letters.</summary>
    private static bool IsLocale(string text)
    {
        var isFirst = true;
        foreach (var range in text.AsSpan().Split('-'))
        {
            var subtag = text.AsSpan(range);
            if (subtag.Length is < 1 or > 8)
                return false;
            foreach (var c in subtag)
            {
                if (!(isFirst ? char.IsAsciiLetter(c) : char.IsAsciiLetterOrDigit(c)))
                    return false;
            }

            if (isFirst && subtag.Length < 2)
                return false;
            isFirst = false;
        }

        return true;
    }

    private static bool IsCountry(string text) => text is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'];
}
