using System.Diagnostics;

namespace Tidepool.Tests.Torture;

/// <summary>Several processes write, compact, collect, keep and read one namespace while they are killed and stopped at
/// random moments, their disk fills up and their server dies; whatever the database promised is held against what it
/// then answers.</summary>
internal sealed class TortureRun : IDisposable
{
    private const int KillsAtOnce = 3;

    private readonly TortureOptions _options;
    private readonly TextWriter _log;
    private readonly Random _random;
    private readonly RunRecord _record;
    private readonly ChildPool _pool;
    private readonly ReadDriver _reads;
    private readonly KeeperDriver[] _keepers;
    private readonly ProcessStops[] _stops;
    private readonly FullDisk? _disk;
    private readonly ServerKills? _server;
    private readonly long _started = Stopwatch.GetTimestamp();

    internal TortureRun(TortureOptions options, TextWriter log)
    {
        _options = options;
        _log = log;
        _random = new Random(options.Seed);
        _record = new RunRecord(options.JournalPath);
        _pool = new ChildPool(options, _record, new Random(_random.Next()));
        _reads = new ReadDriver(_record);
        _keepers = [.. Enumerable.Range(0, options.Keepers).Select(worker => new KeeperDriver(
            _pool, _record, options.Store, worker, new Random(_random.Next())))];
        _stops = options.MaxStop == TimeSpan.Zero
            ? []
            : [NewStops(), NewStops()]; // Two at a time, now and then of the same process.
        _disk = options.SmallDisk is { } folder ? new FullDisk(folder, new Random(_random.Next())) : null;
        _server = options.KillsServer ? new ServerKills(_record, new Random(_random.Next())) : null;
    }

    internal string JournalPath => _record.JournalPath;

    private IEnumerable<Trouble> Troubles => [.. _stops, .. new Trouble?[] { _disk, _server }.OfType<Trouble>()];

    internal async Task<TortureReport> RunAsync()
    {
        int documents = 0;
        bool isLast = false;
        int round = 0;
        _log.WriteLine($"store {_options.Store.Name}, seed {_options.Seed}, journal {_record.JournalPath}");
        try
        {
            while (!isLast && _record.Ledger.Violations.Count == 0)
            {
                await RunRoundAsync(++round, Math.Min(_options.KillsPerRound, _options.Kills - _record.Kills));
                isLast = _record.Kills >= _options.Kills || Stopwatch.GetElapsedTime(_started) >= _options.MaxTime;
                documents = await JudgeAtRestAsync(isLast ? ["rest", "compact"] : ["rest"]);
                await JudgeKeptAsync(round);
                _log.WriteLine(Report(documents));
            }
        }
        finally
        {
            await _pool.AbandonAsync();
        }

        return Report(documents);
    }

    public void Dispose() => _record.Dispose();

    private ProcessStops NewStops() => new(_pool, _options.MaxStop, new Random(_random.Next()));

    private TortureReport Report(int documents)
    {
        lock (_record.Gate)
        {
            Ledger ledger = _record.Ledger;
            return new TortureReport
            {
                Kills = _record.Kills,
                Stops = _stops.Sum(stops => stops.Count),
                FullDisks = _disk?.Count ?? 0,
                OutOfSpace = _record.OutOfSpace,
                ServerKills = _server?.Count ?? 0,
                Acknowledged = ledger.Acknowledged,
                Failed = ledger.Failed,
                ToldUnknown = ledger.ToldUnknown,
                CutOff = ledger.CutOff,
                SettledAsCommitted = ledger.SettledAsCommitted,
                SettledAsFailed = ledger.SettledAsFailed,
                InDoubt = ledger.InDoubt,
                Compactions = _record.Compactions,
                Collected = [.. _record.Collected],
                StrongReads = ledger.ReadsJudged,
                Kept = _record.Kept.Counts,
                StatesJudged = ledger.StatesJudged,
                Documents = documents,
                Time = Stopwatch.GetElapsedTime(_started),
                Violations = [.. ledger.Violations],
            };
        }
    }

    /// <summary>Everybody works, and everything goes wrong. Then all is well for a moment, and everybody ends.
    /// </summary>
    private async Task RunRoundAsync(int round, int kills)
    {
        _pool.StartAll();
        using CancellationTokenSource wellAgain = new();
        using CancellationTokenSource stop = new();
        Task[] drivers =
        [
            .. _pool.Readers.Select(reader => _reads.DriveAsync(reader, new Random(_random.Next()), stop.Token)),
            .. _keepers.Select(keeper => keeper.DriveAsync(round, stop.Token)),
        ];
        Task[] troubles = [.. Troubles.Select(trouble => trouble.RunAsync(wellAgain.Token))];
        await Task.WhenAll(Enumerable.Range(0, KillsAtOnce)
            .Select(killer => KillAsync((kills + killer) / KillsAtOnce, new Random(_random.Next()))));

        await wellAgain.CancelAsync();
        await Patience.WaitAsync(Task.WhenAll(troubles));
        await Task.Delay(_options.MaxPause);
        await stop.CancelAsync();
        await Patience.WaitAsync(Task.WhenAll(drivers));
        await _pool.StopAllAsync();
    }

    private async Task KillAsync(int kills, Random chance)
    {
        for (int kill = 0; kill < kills; kill++)
        {
            await _pool.KillOneAsync(chance);
        }
    }

    /// <summary>Has a fresh process read everything, and judges it; how many documents there are.</summary>
    private async Task<int> JudgeAtRestAsync(string[] requests)
    {
        ChildProcess reader = _pool.Start("reader", 0);
        int documents = 0;
        foreach (string request in requests)
        {
            if (await _reads.AskAsync(reader, request, "") is { } found)
            {
                documents = found.Count;
                lock (_record.Gate)
                {
                    _record.Ledger.JudgeAtRest(found);
                }
            }
        }

        await _pool.StopAsync(reader);
        return documents;
    }

    /// <summary>Has a fresh process look at all tags, copies and backups, and judges them.</summary>
    private async Task JudgeKeptAsync(int round)
    {
        ChildProcess keeper = _pool.Start(KeeperDriver.Role, _keepers.Length);
        TortureStore store = _options.Store;
        await new KeptRest(_record, keeper).JudgeAsync(
            store.VaultOf(round),
            store.PlaceOf($"restored-at-rest{round}"),
            [.. _keepers.Select(driver => driver.TakeLeftover()).OfType<string>()]);
        await _pool.StopAsync(keeper);
    }
}
