using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Domain;

/// <summary>The form of every id that a client makes: 1 to 128 of <c>A-Z a-z 0-9 . _ : -</c>, but not <c>.</c> or <c>..</c>.</summary>
public static class IdForm
{
    public const int CharactersMax = 128;

    public const string Description = "1 to 128 of A-Z a-z 0-9 . _ : - (and not '.' or '..')";

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: >= 1 and <= CharactersMax }
        && text is not "." and not ".."
        && text.AsSpan().IndexOfAnyExcept(Allowed) < 0;

    /// <exception cref="FormatException">The text is not of the form: a caller skipped the edge's check.</exception>
    internal static string Checked(string text, string what) =>
        IsValid(text) ? text : throw new FormatException($"A {what} is {Description}.");

    internal static string Present(string? value, string what) =>
        value ?? throw new InvalidOperationException($"A default {what} was used: ids are parsed at the edge.");
}

/// <summary>A customer, and so the partition of everything that is known of them.</summary>
public readonly record struct CustomerId
{
    private readonly string? value;

    public CustomerId(string value) => this.value = IdForm.Checked(value, "customer id");

    public string Value => IdForm.Present(value, "customer id");

    public override string ToString() => Value;
}

/// <summary>A purchase: unique for a customer, for ever.</summary>
public readonly record struct PurchaseId
{
    private readonly string? value;

    public PurchaseId(string value) => this.value = IdForm.Checked(value, "purchase id");

    public string Value => IdForm.Present(value, "purchase id");

    public override string ToString() => Value;
}

/// <summary>A refund: unique for a customer, for ever.</summary>
public readonly record struct RefundId
{
    private readonly string? value;

    public RefundId(string value) => this.value = IdForm.Checked(value, "refund id");

    public string Value => IdForm.Present(value, "refund id");

    public override string ToString() => Value;
}

/// <summary>
/// A grant of points that no purchase earned: unique for a customer, for ever. We make it, of a word and, often, an id that
/// a client made.
/// </summary>
public readonly record struct GrantId
{
    public const int WordCharactersMax = 20;

    private readonly string? value;

    public GrantId(string value) => this.value = value.IndexOf(':', StringComparison.Ordinal) is > 0 and <= WordCharactersMax and var colon
        ? $"{IdForm.Checked(value[..colon], "grant id")}:{IdForm.Checked(value[(colon + 1)..], "grant id")}"
        : IdForm.Checked(value, "grant id");

    public string Value => IdForm.Present(value, "grant id");

    public override string ToString() => Value;
}

/// <summary>A change of points by hand: unique for a customer, for ever.</summary>
public readonly record struct AdjustmentId
{
    private readonly string? value;

    public AdjustmentId(string value) => this.value = IdForm.Checked(value, "adjustment id");

    public string Value => IdForm.Present(value, "adjustment id");

    public override string ToString() => Value;
}

/// <summary>A hold on points: unique for a customer, for ever.</summary>
public readonly record struct HoldId
{
    /// <summary>No client's id can begin with it, so nobody captures or releases a redemption's hold at the checkout.</summary>
    private const char OfReward = '~';

    private readonly string? value;

    public HoldId(string value)
    {
        _ = IdForm.Checked(value.StartsWith(OfReward) ? value[1..] : value, "hold id");
        this.value = value;
    }

    public string Value => IdForm.Present(value, "hold id");

    /// <summary>Whether it stands behind a redemption, and no client can name it.</summary>
    public bool IsOfRedemption => Value[0] == OfReward;

    /// <summary>What the outside calls it: the redemption, or the id itself.</summary>
    public string Reference => IsOfRedemption ? Value[1..] : Value;

    public static HoldId Of(RedemptionId redemption) => new($"{OfReward}{redemption.Value}");

    public override string ToString() => Value;
}

/// <summary>A feedback: unique overall, for ever.</summary>
public readonly record struct FeedbackId
{
    private readonly string? value;

    public FeedbackId(string value) => this.value = IdForm.Checked(value, "feedback id");

    public string Value => IdForm.Present(value, "feedback id");

    public override string ToString() => Value;
}

/// <summary>A case. It bears the id of the feedback that opened it: a feedback opens one at most.</summary>
public readonly record struct CaseId
{
    private readonly string? value;

    public CaseId(string value) => this.value = IdForm.Checked(value, "case id");

    public string Value => IdForm.Present(value, "case id");

    public static CaseId Of(FeedbackId feedback) => new(feedback.Value);

    public override string ToString() => Value;
}

/// <summary>A reward of the catalogue: unique in the program.</summary>
public readonly record struct RewardId
{
    private readonly string? value;

    public RewardId(string value) => this.value = IdForm.Checked(value, "reward id");

    public string Value => IdForm.Present(value, "reward id");

    public override string ToString() => Value;
}

/// <summary>A redemption of a reward: unique for a customer, for ever.</summary>
public readonly record struct RedemptionId
{
    private readonly string? value;

    public RedemptionId(string value) => this.value = IdForm.Checked(value, "redemption id");

    public string Value => IdForm.Present(value, "redemption id");

    public override string ToString() => Value;
}
