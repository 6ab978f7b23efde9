using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

/// <summary>Zones that are hard: midnight gaps, half hours, a skipped day, and one that is easy.</summary>
internal static class Zones
{
    internal static readonly string[] Ids =
    [
        "UTC", "Europe/London", "America/Sao_Paulo", "Asia/Shanghai", "Pacific/Apia", "Australia/Lord_Howe",
        "Asia/Beirut", "America/Havana", "Africa/Casablanca",
    ];

    internal static readonly (ZoneCalendar Calendar, TimeZoneInfo Zone)[] All =
        [.. Ids.Select(static id => (new ZoneCalendar(id), TimeZoneInfo.FindSystemTimeZoneById(id)))];

    internal static Gen<ZoneCalendar> Any { get; } = Gen.Elements(All).Select(static zone => zone.Calendar);

    /// <summary>Whole milliseconds of 1970 to 2037.</summary>
    internal static Gen<DateTimeOffset> Instants { get; } =
        Proving.Between(0, 2_145_916_799_999).Select(DateTimeOffset.FromUnixTimeMilliseconds);

    internal static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
