using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

// The documents stand in the files beside this one. What is stored is apart from the domain, so that either may change alone.
// Names are short because every byte of these documents is written and paid for on every purchase; instants are Unix
// milliseconds. Fields are only ever added. What can be left out is "set" and not "init": what is init-only the serializer
// reads as a constructor's parameter, which takes it longer.
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AccountDocument))]
[JsonSerializable(typeof(AccountRhythmDocument))]
[JsonSerializable(typeof(EntryDocument))]
[JsonSerializable(typeof(RefundBookDocument))]
internal sealed partial class LedgerJson : JsonSerializerContext;
