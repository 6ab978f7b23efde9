using System.Text.RegularExpressions;

namespace Pipeline.Domain;

/// <summary>What personal data looks like. Every repetition is bounded or cannot start inside itself: time grows with the text.</summary>
internal static partial class PersonalDataPatterns
{
    private const RegexOptions Plain = RegexOptions.CultureInvariant;

    private const string Gap = @"[ .\-]";

    /// <summary>Chinese sets no blanks: a name ends before words that no name has, so that what was said of the thing stays.</summary>
    private const string Han =
        "[\u4E00-\u9FFF-[了的在到是我你他她它们不没很太也都就还和跟与给从寄送住收差好坏慢快烂错棒赞劣这那有]]";

    private const string HanNumber = "[0-9０-９一二三四五六七八九十百零〇]";

    private const string Town = "(?:" + Han + "{2,6}?[省市区區县縣镇鎮乡]){0,3}";

    /// <summary>The last number of an address may stand alone: 3栋502.</summary>
    private const string Rooms =
        "(?:[ ,，]?[A-Za-z]?" + HanNumber + "{1,5}(?:号楼|号院|号|號|弄|支弄|栋|幢|座|单元|层|楼|室|房)){0,5}"
        + "(?:(?<=[楼栋幢座元弄层])[ \\-]?[0-9０-９]{3,4}(?![0-9０-９]|[元块天分个点年月日小件条]))?";

    /// <summary>Nine in ten Chinese have one of these: 我叫客服来 names nobody.</summary>
    private const string Surname =
        "(?:欧阳|司马|诸葛|上官|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
        + "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文])";

    /// <summary>"My name is wrong on the label" tells no name.</summary>
    private const string NoPerson =
        "not|no|wrong|wrongly|right|spelled|spelt|misspelled|misspelt|mispronounced|missing|incorrect|correct|on|in|at|and|or|but"
        + "|the|an?|never|always|still|also|now|different|printed|written|too|so|unknown|mud|irrelevant|already|nowhere|your|my";

    private const string Ways =
        "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Boulevard|Blvd|Drive|Dr|Court|Ct|Close|Crescent|Place|Pl|Square|Sq|Terrace"
        + "|Gardens|Grove|Parade|Highway|Hwy|Parkway|Pkwy|Mews|Way|Row|Quay";

    /// <summary>"5 miles down the road" and "2 bad drivers on the road" are no addresses.</summary>
    private const string NoName =
        "the|an?|of|on|in|at|to|for|from|by|and|or|but|my|your|our|their|his|her|its|this|that|no|not|very|so|too|is|was|are"
        + "|were|days?|hours?|weeks?|months?|years?|minutes?|times?|stars?|miles?|km|blocks?|people|bad|good|great|terrible|awful"
        + "|nice|lovely|poor|best|worst|long|wrong|dirty|busy|quiet|down|up|off|across|along|per|with|without|only|whole|other";

    public static Regex[] Certain { get; } =
    [
        Mail(), ChineseIdentity(), LongDigits(), CardBlocks(), Iban(), Street(), AnyStreet(), Flat(), BritishPostcode(),
        AmericanZip(), ChineseStreet(), ChineseCrossing(), ChineseVillage(), ChineseBuilding(), Name(), ChineseName(),
    ];

    [GeneratedRegex(
        @"(?<![A-Za-z0-9À-ɏ._%+\-])[A-Za-z0-9À-ɏ._%+\-]+ ?(?:[@＠]|[\[(] ?at ?[\])]) ?(?:[A-Za-z0-9À-ɏ\-]{1,63}\.){1,8}[A-Za-zÀ-ɏ]{2,24}",
        Plain)]
    private static partial Regex Mail();

    /// <summary>An order's number is as good as a name to whoever has the orders. The X ends some Chinese identity numbers.</summary>
    [GeneratedRegex(@"\d{6,}[Xx]?", Plain)]
    private static partial Regex LongDigits();

    /// <summary>Of residents (GB 11643): area, birthday, number and check digit, however they are spaced.</summary>
    [GeneratedRegex(
        @"(?<!\d)\d{6}[ \-]?(?:19|20)\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?\d{3}[\dXxＸ](?![A-Za-z\d])", Plain)]
    private static partial Regex ChineseIdentity();

    [GeneratedRegex(@"(?<!\d)(?:\d{4}[ \-]){3}\d{1,7}", Plain)]
    private static partial Regex CardBlocks();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}(?![A-Za-z0-9])"
        + @"|[ .\-][A-Z0-9]{4}(?:[ .\-](?=[A-Z0-9]{0,3}\d)[A-Z0-9]{4}){2,6}"
        + @"(?:[ .\-](?=[A-Z0-9]{0,2}\d)[A-Z0-9]{1,3}(?![A-Za-z0-9]))?)",
        Plain | RegexOptions.IgnoreCase)]
    private static partial Regex Iban();

    [GeneratedRegex(
        @"(?<![\p{L}\d])\d{1,5}[A-Za-z]?(?:[\-/]\d{1,5})?,? (?:[A-Z][\p{L}'’.\-]{0,20} ){1,3}(?:" + Ways + @")(?!\p{L})\.?", Plain)]
    private static partial Regex Street();

    [GeneratedRegex(
        @"(?<![\p{L}\d])\d{1,5}[a-z]?,? (?:(?!(?:" + NoName + @") )[\p{L}'’]{2,20} ){1,2}"
        + @"(?:street|road|avenue|boulevard|lane|crescent|rd|ave|blvd)(?!\p{L})",
        Plain | RegexOptions.IgnoreCase)]
    private static partial Regex AnyStreet();

    [GeneratedRegex(
        @"(?<!\p{L})(?:(?:apt|apartment|flat|suite)\.? ?(?:no\.? ?|# ?)?|p\.? ?o\.? ?box )\d{1,6}[a-z]?(?![\p{L}\d])",
        Plain | RegexOptions.IgnoreCase)]
    private static partial Regex Flat();

    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])", Plain)]
    private static partial Regex BritishPostcode();

    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Z]{2} \d{5}(?:-\d{4})?(?!\d)", Plain)]
    private static partial Regex AmericanZip();

    [GeneratedRegex(
        Town + Han + "{1,4}(?:路|街|大道|胡同|巷)(?:[东西南北中一二三四]段)?[ ,，]?" + HanNumber + "{1,5}(?:号|號|弄)[院楼]?" + Rooms
        + "|" + HanNumber + "{1,5}弄[ ,，]?" + HanNumber + "{1,5}(?:号|號)" + Rooms,
        Plain)]
    private static partial Regex ChineseStreet();

    [GeneratedRegex(
        Town + Han + "{1,4}[路街](?:和|与|跟|、)" + Han + "{1,4}[路街](?:交叉口|交汇处|交界处|路口|口)", Plain)]
    private static partial Regex ChineseCrossing();

    [GeneratedRegex(
        Town + Han + "{1,4}[村屯庄]" + HanNumber + "{1,3}[组队社](?:" + HanNumber + "{1,5}(?:号|號))?" + Rooms, Plain)]
    private static partial Regex ChineseVillage();

    [GeneratedRegex(
        "(?:" + Town + Han + "{2,6}(?:小区|花园|公寓|大厦|苑))?" + HanNumber + "{1,4}(?:号楼|栋|幢)" + Rooms
        + @"|[0-9０-９]{1,3}单元" + Rooms + "|" + HanNumber + "{3,4}室",
        Plain)]
    private static partial Regex ChineseBuilding();

    [GeneratedRegex(
        @"(?<=(?<!\p{L})my (?:full |first |last |real )?name(?: is|['’]s) )(?!(?:" + NoPerson + @")(?!\p{L}))"
        + @"\p{L}[\p{L}'’\-]{1,30}(?: (?-i:[A-Z])(?:\.|[\p{L}'’\-]{1,30})){0,3}(?<!['’\-])",
        Plain | RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    [GeneratedRegex(
        "(?<=(?:我|本人)叫|名字[是叫]|(?:姓名|收件人|收货人|联系人)[是:： ]{0,2})" + Surname + Han + "{1,2}", Plain)]
    private static partial Regex ChineseName();

    /// <summary>International; with the zero of a trunk or an area; North American; and Chinese, of mobiles and of services.</summary>
    [GeneratedRegex(
        @"(?<![\d+])(?:[+＋]\d{1,3}(?:" + Gap + @"?\(?\d{1,5}\)?){2,6}"
        + @"|\(?0\d{1,4}\)?(?:" + Gap + @"?\d{2,8}){1,4}"
        + @"|(?:1" + Gap + @")?\(?[2-9]\d{2}\)?" + Gap + @"?\d{3}" + Gap + @"\d{4}|[2-9]\d{2}-\d{4}"
        + @"|(?:86" + Gap + @"?)?1[3-9]\d" + Gap + @"\d{4}" + Gap + @"\d{4}|[48]00-\d{3,4}-\d{3,4})(?!\d)",
        Plain)]
    public static partial Regex Telephone();

    [GeneratedRegex(
        @"^(?:(?:19|20)\d{2}([.\-])\d{1,2}\1\d{1,2}|\d{1,2}([.\-])\d{1,2}\2(?:19|20)\d{2})$", Plain)]
    public static partial Regex Date();

    /// <summary>As orders, parcels and accounts have: 112-1234567-1234567.</summary>
    [GeneratedRegex(@"(?<![\p{L}\d\-])(?:[A-Za-z]{1,5}-)?\d{1,12}(?:-\d{1,12}){1,6}(?![\p{L}\d])", Plain)]
    public static partial Regex DashedDigits();

    [GeneratedRegex(@"\d(?:[ \-.·_/]{0,2}\d){12,}", Plain)]
    public static partial Regex ManyDigits();
}
