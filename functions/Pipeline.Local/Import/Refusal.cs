namespace Pipeline.Local.Import;

/// <summary>Why a line of the file was not applied. The words stand in the refused file and in the summary.</summary>
internal static class Refusal
{
    public const string MissingColumns = "missing-columns";
    public const string BadQuotes = "bad-quotes";
    public const string BadDocument = "bad-document";
    public const string BadCustomer = "bad-customer";
    public const string BadSku = "bad-sku";
    public const string BadQuantity = "bad-quantity";
    public const string ZeroQuantity = "zero-quantity";
    public const string BadPrice = "bad-price";
    public const string ZeroPrice = "zero-price";
    public const string NegativePrice = "negative-price";
    public const string TooManyDecimals = "too-many-decimals";
    public const string BadDate = "bad-date";
    public const string DateOutOfRange = "date-out-of-range";
    public const string UnknownCurrency = "unknown-currency";
    public const string CurrencyDiffers = "currency-differs";

    /// <summary>A negative quantity that the mapping does not call a return: a stock correction.</summary>
    public const string Adjustment = "adjustment";

    public const string IgnoredSku = "ignored-sku";

    /// <summary>Shipping earned nothing, so its return takes nothing back.</summary>
    public const string ReturnedShipping = "returned-shipping";

    /// <summary>Only shipping: nothing was bought.</summary>
    public const string NoGoods = "no-goods";

    public const string UnmatchedReturn = "unmatched-return";
    public const string TooManyLines = "too-many-lines";
    public const string TotalOverflows = "total-overflows";
    public const string IdTooLong = "id-too-long";
    public const string BadFeedbackId = "bad-feedback-id";
    public const string BadPurchase = "bad-purchase";
    public const string BadCsat = "bad-csat";
    public const string BadNps = "bad-nps";
    public const string BadCes = "bad-ces";
    public const string CommentTooLong = "comment-too-long";

    /// <summary>Every question was dismissed, and nothing was said.</summary>
    public const string NoAnswer = "no-answer";

    public const string ContentDiffers = "content-differs";
}

/// <summary>A line of the file that was not applied.</summary>
/// <param name="Row">1 for the first line below the header.</param>
internal readonly record struct RefusedRow(int Row, string Reason);
