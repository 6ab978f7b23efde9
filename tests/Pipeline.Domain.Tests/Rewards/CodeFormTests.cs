namespace Pipeline.Domain.Tests;

public sealed class CodeFormTests
{
    [Fact]
    public void A_code_is_sixteen_letters_in_groups_of_four_of_an_alphabet_without_look_alikes()
    {
        var code = CodeForm.Of(UInt128.MaxValue);
        Assert.Matches("^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){3}$", code);
        Assert.Equal(31, CodeForm.Alphabet.Distinct().Count());
    }

    [Fact]
    public void A_code_is_read_in_any_case_with_or_without_its_dashes()
    {
        var code = CodeForm.Of(123_456_789_012_345);
        foreach (var typed in (string[])[code, code.ToLowerInvariant(), code.Replace("-", ""), code.Replace("-", " ")])
        {
            Assert.True(CodeForm.TryRead(typed, out var read));
            Assert.Equal(code, read);
        }
    }

    [Fact]
    public void Every_wrong_letter_and_every_two_exchanged_letters_are_noticed()
    {
        var code = CodeForm.Of(987_654_321_098_765_432).Replace("-", "");
        for (var i = 0; i < code.Length; i++)
        {
            foreach (var wrong in CodeForm.Alphabet.Where(letter => letter != code[i]))
                Assert.False(CodeForm.TryRead(With(code, (i, wrong)), out _));
            for (var j = i + 1; j < code.Length - 1; j++)
                Assert.Equal(code[i] == code[j], CodeForm.TryRead(With(code, (i, code[j]), (j, code[i])), out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("SPRING-0001")]
    [InlineData("2222-2222-2222-22222")]
    [InlineData("2222-2222-2222-222O")]
    public void What_we_did_not_make_is_not_read(string typed) => Assert.False(CodeForm.TryRead(typed, out _));

    private static string With(string code, params (int At, char Letter)[] changes)
    {
        var letters = code.ToCharArray();
        foreach (var (at, letter) in changes)
            letters[at] = letter;
        return new string(letters);
    }
}
