using System.Text.Json;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Contracts;

/// <summary>The proof of a customer's ledger as the API shows it.</summary>
internal static class ProofJson
{
    public static void Proof(Utf8JsonWriter json, CustomerProof proof)
    {
        json.WriteStartObject();
        json.WriteString("customerId", proof.Customer.Value);
        json.WriteBoolean("valid", proof.FirstBroken is null);
        json.WriteNumber("entries", proof.Entries);
        json.WriteNumber("hashed", proof.Hashed);
        json.WriteString("head", proof.Head);
        json.WriteNumber("points", proof.Points);
        WriteBroken(json, proof.FirstBroken);
        json.WriteStartArray("invariants");
        foreach (var invariant in ProofReader.Invariants)
            json.WriteStringValue(invariant);
        json.WriteEndArray();
        json.WriteStartArray("chain");
        foreach (var entry in proof.Chain)
        {
            json.WriteStartObject();
            json.WriteString("entryId", entry.EntryId);
            json.WriteString("hash", entry.Hash);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBroken(Utf8JsonWriter json, BrokenInvariant? broken)
    {
        if (broken is null)
        {
            json.WriteNull("firstBroken");
            return;
        }

        json.WriteStartObject("firstBroken");
        json.WriteString("entryId", broken.EntryId);
        json.WriteString("invariant", broken.Invariant);
        json.WriteString("detail", broken.Detail);
        json.WriteEndObject();
    }
}
