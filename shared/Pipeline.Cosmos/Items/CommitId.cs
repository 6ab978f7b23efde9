using System.Security.Cryptography;

namespace Pipeline.Cosmos.Items;

/// <summary>
/// The id of one commit in eight characters: two of its minute, by which it is forgotten, and 36 random bits. It stands in
/// the item that tells of the commit, for the writer whose answer was lost.
/// </summary>
internal static class CommitId
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const int Length = 8;
    private const int MinuteCharacters = 2;
    private const int MinutesInAll = 64 * 64;
    private const char Separator = ' ';

    public static string New(DateTimeOffset now) => string.Create(Length, MinuteOf(now), static (text, minute) =>
    {
        Span<byte> random = stackalloc byte[Length];
        RandomNumberGenerator.Fill(random);
        for (var i = MinuteCharacters; i < text.Length; i++)
            text[i] = Alphabet[random[i] % Alphabet.Length];
        (text[0], text[1]) = (Alphabet[minute / Alphabet.Length], Alphabet[minute % Alphabet.Length]);
    });

    /// <summary>The commit, and behind it those that were told of before.</summary>
    public static string Before(string commit, string remembered, int most) => string.Join(
        Separator, [commit, .. remembered.Split(Separator, StringSplitOptions.RemoveEmptyEntries).Take(most - 1)]);

    /// <summary>What of them may still be asked for; a clock may be ahead of ours by as much.</summary>
    public static string Recent(string commits, DateTimeOffset now, int minutes) => commits.Length == 0 ? commits : string.Join(
        Separator, commits.Split(Separator).Where(commit => IsRecent(commit, MinuteOf(now), minutes)));

    public static bool IsAmong(string commit, string commits) =>
        commits.Split(Separator).Contains(commit, StringComparer.Ordinal);

    public static bool IsLatest(string commit, string commits) => commits.StartsWith(commit, StringComparison.Ordinal);

    private static bool IsRecent(string commit, int now, int minutes)
    {
        var minute = (Alphabet.IndexOf(commit[0], StringComparison.Ordinal) * Alphabet.Length)
            + Alphabet.IndexOf(commit[1], StringComparison.Ordinal);
        var age = (now - minute + MinutesInAll) % MinutesInAll;
        return age <= minutes || age >= MinutesInAll - minutes;
    }

    private static int MinuteOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 60 % MinutesInAll);
}
