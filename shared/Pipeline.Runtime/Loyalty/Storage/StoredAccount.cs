using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>An account as it was read, and what it says.</summary>
internal sealed record StoredAccount(Document Document, Account Account, Profile? Profile)
{
    public static StoredAccount? Of(Document? document)
    {
        if (document is null)
            return null;
        var (account, profile) = LedgerMapping.ReadAccount(document.Body);
        return new StoredAccount(document, account, profile);
    }
}
