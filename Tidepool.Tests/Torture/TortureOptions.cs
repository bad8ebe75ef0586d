namespace Tidepool.Tests.Torture;

/// <summary>Settings of a torture run.</summary>
/// <param name="Store">Where the run takes place; empty at first.</param>
internal sealed record TortureOptions(TortureStore Store)
{
    internal int Kills { get; init; } = 20;

    internal int Writers { get; init; } = 2;

    internal int Compactors { get; init; } = 1;

    internal int Readers { get; init; } = 1;

    /// <summary>After how many kills everything ends, and what is stored is held against what was promised.</summary>
    internal int KillsPerRound { get; init; } = 10;

    /// <summary>The longest time from one kill to the next.</summary>
    internal TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(1);

    internal int Seed { get; init; } = 1;

    /// <summary>Where to write down what the database promised; by default a temporary file, gone after a good run.
    /// </summary>
    internal string? JournalPath { get; init; }

    internal static TortureOptions Parse(string[] arguments)
    {
        Dictionary<string, string> values = [];
        for (int index = 0; index < arguments.Length; index += 2)
        {
            values.Add(arguments[index], index + 1 < arguments.Length ? arguments[index + 1] : "");
        }

        int Number(string name, int other) => values.Remove(name, out string? text) ? int.Parse(text) : other;

        values.Remove("--store", out string? store);
        TortureOptions options = new(store switch
        {
            null => throw new ArgumentException("--store is missing."),
            "s3" => TortureStore.OnS3Server(),
            _ => TortureStore.InDirectory(store),
        })
        {
            Kills = Number("--kills", 200),
            Writers = Number("--writers", 2),
            Compactors = Number("--compactors", 1),
            Readers = Number("--readers", 1),
            KillsPerRound = Number("--round", 10),
            MaxPause = TimeSpan.FromMilliseconds(Number("--pause", 1000)),
            Seed = Number("--seed", Environment.TickCount),
            JournalPath = values.Remove("--journal", out string? journal) ? journal : null,
        };
        return values.Count == 0 ? options : throw new ArgumentException($"No option {values.Keys.First()}.");
    }
}
