using System.Text.Json.Serialization;

namespace Pipeline.Local.Commands;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(FeedbackImportReport))]
[JsonSerializable(typeof(NightlyRunReport))]
[JsonSerializable(typeof(BacktestResult))]
[JsonSerializable(typeof(BackupReport))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(ReplayResult))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(RevokedKeys))]
internal sealed partial class ReportJson : JsonSerializerContext;
