namespace Tidepool.Tests.Torture;

/// <summary>Settings of a torture run.</summary>
/// <param name="Store">Where the run takes place; empty at first.</param>
internal sealed record TortureOptions(TortureStore Store)
{
    internal int Kills { get; init; } = 20;

    internal int Writers { get; init; } = 4;

    internal int Compactors { get; init; } = 2;

    internal int Collectors { get; init; } = 2;

    /// <summary>Who makes tags, copies and backups.</summary>
    internal int Keepers { get; init; } = 2;

    internal int Readers { get; init; } = 1;

    /// <summary>After so long the round is the last one.</summary>
    internal TimeSpan MaxTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>After how many kills everything ends, and what is stored is held against what was promised.</summary>
    internal int KillsPerRound { get; init; } = 10;

    /// <summary>The longest time from one kill to the next.</summary>
    internal TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time for which a process is stopped; zero for not to stop any.</summary>
    internal TimeSpan MaxStop { get; init; }

    /// <summary>A folder on a small file system of its own, on which the store, or its cache, lies: it is filled up now
    /// and then. Null for not to.</summary>
    internal string? SmallDisk { get; init; }

    /// <summary>Whether to kill the server now and then, which eng/s3-server started in S3_SERVER_DIR.</summary>
    internal bool KillsServer { get; init; }

    internal int Seed { get; init; } = 1;

    /// <summary>Where to write down what the database promised; by default a temporary file, gone after a good run.
    /// </summary>
    internal string? JournalPath { get; init; }

    /// <summary>The document to write the figures into; null for none.</summary>
    internal string? Report { get; init; }

    internal static TortureOptions Parse(string[] arguments)
    {
        Dictionary<string, string> values = [];
        for (int index = 0; index < arguments.Length; index += 2)
        {
            values.Add(arguments[index], index + 1 < arguments.Length ? arguments[index + 1] : "");
        }

        string? Text(string name) => values.Remove(name, out string? text) ? text : null;
        int Number(string name, int other) => Text(name) is { } text ? int.Parse(text) : other;

        string? store = Text("--store");
        string? disk = Text("--small-disk");
        TortureOptions options = new(store switch
        {
            null => throw new ArgumentException("--store is missing."),
            "s3" => TortureStore.OnS3Server(disk),
            _ => TortureStore.InDirectory(store),
        })
        {
            Kills = Number("--kills", 200),
            MaxTime = TimeSpan.FromMinutes(Number("--minutes", 24 * 60)),
            Writers = Number("--writers", 4),
            Compactors = Number("--compactors", 2),
            Collectors = Number("--collectors", 2),
            Keepers = Number("--keepers", 2),
            Readers = Number("--readers", 1),
            KillsPerRound = Number("--round", 25),
            MaxPause = TimeSpan.FromMilliseconds(Number("--pause", 300)),
            MaxStop = TimeSpan.FromMilliseconds(Number("--stop", 12_000)),
            SmallDisk = disk,
            KillsServer = Number("--kill-server", 0) != 0,
            Seed = Number("--seed", Environment.TickCount),
            JournalPath = Text("--journal"),
            Report = Text("--report"),
        };
        return values.Count == 0 ? options : throw new ArgumentException($"No option {values.Keys.First()}.");
    }
}
