using System.CommandLine;

namespace Pipeline.Local.Commands;

/// <summary>The options that several commands share. Each command gets its own instance.</summary>
internal static class Options
{
    public const string DefaultData = "./data";

    public static Option<string> Data() => new("--data")
    {
        Description = "The data folder.",
        DefaultValueFactory = _ => DefaultData,
        HelpName = "DIR",
    };

    public static Option<string?> Program() => new("--program")
    {
        Description = "The file of the loyalty program that is to hold from now on (docs/program.md). "
            + "[default: the one that the data folder has]",
        HelpName = "FILE",
    };

    public static Option<string> Mapping() => new("--mapping")
    {
        Description = "How the file is to be read (see docs/import.md).",
        Required = true,
        HelpName = "MAPPING.json",
    };

    public static Option<string?> Refused() => new("--refused")
    {
        Description = "Where the refused lines go. Without it: DATA/FILE.refused.csv.",
        HelpName = "FILE",
    };

    public static Option<bool> Json() => new("--json")
    {
        Description = "Print the result as one JSON document on standard output.",
    };
}
