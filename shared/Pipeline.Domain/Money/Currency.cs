using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Domain;

/// <summary>
/// A currency in which a shop can state a price: an active code of ISO 4217 that has a minor unit and is
/// issued for a country or a monetary union. Metals, test codes and the accounting units of institutions
/// (XAU, XTS, XDR, XAD) are not among them. The list is ISO 4217 list one as published on 2026-01-01 (SIX
/// Financial Information AG, maintenance agency). A default value fails loudly: <see cref="Code"/> and
/// <see cref="Exponent"/> throw <see cref="InvalidOperationException"/>.
/// </summary>
public readonly record struct Currency : IComparable<Currency>
{
    /// <summary>1-based place in <see cref="All"/>; 0 is the default value, which is no currency.</summary>
    private readonly byte place;

    private Currency(byte place) => this.place = place;

    /// <summary>Every currency of the list, by code.</summary>
    public static IReadOnlyList<Currency> All => Table.All;

    /// <summary>The three capitals of ISO 4217.</summary>
    public string Code => Table.Codes[Place - 1];

    /// <summary>
    /// How many decimal places the minor unit is below the major unit: JPY 0, GBP 2, KWD 3, CLF 4.
    /// </summary>
    public int Exponent => Table.Exponents[Place - 1];

    /// <summary>
    /// How many minor units make one major unit: 10 to the power of <see cref="Exponent"/>.
    /// </summary>
    public int MinorUnitsPerMajor => Table.MinorUnits[Place - 1];

    private int Place => place > 0
        ? place
        : throw new InvalidOperationException("A default currency was used: currencies are parsed at the edge.");

    /// <summary>True for the code of a currency of the list; case matters.</summary>
    public static bool TryParse([NotNullWhen(true)] string? code, out Currency currency)
    {
        currency = default;
        return code is not null && Table.ByCode.TryGetValue(code, out currency);
    }

    /// <summary>True for three of A to Z, whether or not ISO 4217 lists them.</summary>
    public static bool IsForm([NotNullWhen(true)] string? code) =>
        code is [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z'];

    /// <summary>An amount for people, exact: <c>GBP 15.30</c>, <c>JPY 1530</c>.</summary>
    /// <param name="minorUnits">The amount in minor units; may be negative.</param>
    public string Format(long minorUnits)
    {
        var digits = Exponent;
        if (digits == 0)
            return $"{Code} {minorUnits}";
        // The magnitude of long.MinValue fits no long.
        var magnitude = minorUnits < 0 ? (ulong)-(minorUnits + 1) + 1 : (ulong)minorUnits;
        var (major, minor) = Math.DivRem(magnitude, (ulong)MinorUnitsPerMajor);
        Span<char> fraction = stackalloc char[digits];
        for (var at = digits - 1; at >= 0; at--, minor /= 10)
            fraction[at] = (char)('0' + (int)(minor % 10));
        return $"{Code} {(minorUnits < 0 ? "-" : "")}{major}.{fraction}";
    }

    public int CompareTo(Currency other) => string.CompareOrdinal(Code, other.Code);

    public override string ToString() => Code;

    public static bool operator <(Currency left, Currency right) => left.CompareTo(right) < 0;

    public static bool operator <=(Currency left, Currency right) => left.CompareTo(right) <= 0;

    public static bool operator >(Currency left, Currency right) => left.CompareTo(right) > 0;

    public static bool operator >=(Currency left, Currency right) => left.CompareTo(right) >= 0;

    private static class Table
    {
        private const string NoDecimals =
            "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

        private const string ThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";

        private const string FourDecimals = "CLF UYW";

        private const string TwoDecimals =
            "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
            + "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
            + "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
            + "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
            + "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
            + "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST "
            + "XCD XCG YER ZAR ZMW ZWG";

        internal static readonly string[] Codes =
            [.. $"{NoDecimals} {TwoDecimals} {ThreeDecimals} {FourDecimals}".Split(' ')
                .Order(StringComparer.Ordinal)];

        internal static readonly byte[] Exponents = [.. Codes.Select(ExponentOf)];

        internal static readonly int[] MinorUnits = [.. Exponents.Select(static e => (int)Math.Pow(10, e))];

        internal static readonly Currency[] All =
            [.. Enumerable.Range(1, Codes.Length).Select(static place => new Currency((byte)place))];

        internal static readonly FrozenDictionary<string, Currency> ByCode =
            All.ToFrozenDictionary(static currency => currency.Code, StringComparer.Ordinal);

        private static byte ExponentOf(string code) =>
            NoDecimals.Contains(code, StringComparison.Ordinal) ? (byte)0
            : ThreeDecimals.Contains(code, StringComparison.Ordinal) ? (byte)3
            : FourDecimals.Contains(code, StringComparison.Ordinal) ? (byte)4
            : (byte)2;
    }
}
