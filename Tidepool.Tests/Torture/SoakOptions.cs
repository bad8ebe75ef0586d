namespace Tidepool.Tests.Torture;

/// <summary>Settings of a soak.</summary>
/// <param name="Store">The directory of the store; empty at first.</param>
internal sealed record SoakOptions(string Store)
{
    internal int Minutes { get; init; } = 60;

    /// <summary>About how many documents there are at a time.</summary>
    internal int Documents { get; init; } = 20_000;

    internal int Seed { get; init; } = 1;

    /// <summary>How long garbage stays. A minute ends with a rest in which all of it can be collected.</summary>
    internal TimeSpan GraceWindow { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>The part of each minute in which there is work.</summary>
    internal TimeSpan Work { get; init; } = TimeSpan.FromSeconds(38);

    /// <summary>The time from one step of the work to the next: most of it is rest, too.</summary>
    internal TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The document to write the figures into; null for none.</summary>
    internal string? Report { get; init; }

    internal static SoakOptions Parse(string[] arguments)
    {
        Dictionary<string, string> values = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[^1]);
        string? Text(string name) => values.Remove(name, out string? text) ? text : null;
        int Number(string name, int other) => Text(name) is { } text ? int.Parse(text) : other;

        SoakOptions options = new(Text("--store") ?? throw new ArgumentException("--store is missing."))
        {
            Minutes = Number("--minutes", 60),
            Documents = Number("--documents", 20_000),
            Seed = Number("--seed", Environment.TickCount),
            Report = Text("--report"),
        };
        return values.Count == 0 ? options : throw new ArgumentException($"No option {values.Keys.First()}.");
    }
}
