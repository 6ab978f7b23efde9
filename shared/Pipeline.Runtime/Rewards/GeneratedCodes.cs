using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Rewards;

/// <summary>
/// Makes codes: HMAC-SHA-256 of the redemption's name under a key that is made once and kept in the store. So nobody guesses
/// one, and a repetition makes the same.
/// </summary>
internal sealed class GeneratedCodes(IDocumentStore store)
{
    private const int TriesMax = 8;

    private readonly StoredSecret secret = new(store, "~codes", "code-key");

    /// <summary>The redemption's own code, which is no other's.</summary>
    public async ValueTask<string> MakeAsync(
        CustomerId customer, RedemptionId redemption, CancellationToken cancellation)
    {
        var mine = new CodeOwnerDocument { Customer = customer.Value, Redemption = redemption.Value };
        var body = RewardMapping.Write(mine, static json => json.CodeOwnerDocument);
        for (var number = 0; number < TriesMax; number++)
        {
            var code = CodeOf(customer, redemption, number, await secret.ReadAsync(cancellation));
            var taken = await store.CommitAsync(
                RewardKinds.CodePartition(code),
                [new Write.Create(RewardKinds.CodeOwner, RewardKinds.CodeOwnerId, body)], cancellation);
            if (taken.Committed)
                return code;
            var owner = await store.ReadAsync(RewardKinds.OwnerOf(code), cancellation);
            if (owner is not null && RewardMapping.Read(owner, static json => json.CodeOwnerDocument)
                is { Customer: { } c, Redemption: { } r } && c == customer.Value && r == redemption.Value)
                return code;
        }

        throw new InvalidDataException("Every code that was tried is another's, which chance does not do.");
    }

    private static string CodeOf(CustomerId customer, RedemptionId redemption, int number, byte[] key)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"reward code\n{customer}\n{redemption}\n{number}");
        return CodeForm.Of(BinaryPrimitives.ReadUInt128BigEndian(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(name))));
    }
}
