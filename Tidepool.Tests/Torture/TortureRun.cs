using System.Diagnostics;

namespace Tidepool.Tests.Torture;

/// <summary>Several processes write, compact and read one namespace while some of them are killed at random moments;
/// whatever the database promised is held against what it then answers.</summary>
internal sealed class TortureRun : IDisposable
{
    private const int ScanOneIn = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly TortureOptions _options;
    private readonly TextWriter _log;
    private readonly Random _random;
    private readonly Journal _journal;
    private readonly Lock _lock = new();
    private readonly Ledger _ledger = new();
    private readonly List<(string Role, int Worker, ChildProcess Child)> _children = [];
    private readonly Dictionary<long, TaskCompletionSource<Dictionary<string, Observation>>> _requests = [];
    private long _incarnations;
    private long _requestCount;
    private int _compactions;

    internal TortureRun(TortureOptions options, TextWriter log)
    {
        _options = options;
        _log = log;
        _random = new Random(options.Seed);
        _journal = new Journal(options.JournalPath ?? Path.GetTempFileName());
    }

    internal string JournalPath => _journal.Path;

    internal async Task<TortureReport> RunAsync()
    {
        int kills = 0;
        int documents = 0;
        _log.WriteLine($"store {_options.Store.Name}, seed {_options.Seed}, journal {_journal.Path}");
        try
        {
            while (kills < _options.Kills && _ledger.Violations.Count == 0)
            {
                int goal = Math.Min(_options.Kills, kills + _options.KillsPerRound);
                kills += await RunRoundAsync(goal - kills);
                documents = await JudgeAtRestAsync(kills == _options.Kills ? ["rest", "compact"] : ["rest"]);
                _log.WriteLine(Report(kills, documents));
            }
        }
        finally
        {
            await Task.WhenAll(_children.Select(child => EndAsync(child.Child, "abandoned")));
        }

        return Report(kills, documents);
    }

    public void Dispose()
    {
        _journal.Dispose();
        if (_options.JournalPath is null && _ledger.Violations.Count == 0)
        {
            File.Delete(_journal.Path);
        }
    }

    private TortureReport Report(int kills, int documents)
    {
        lock (_lock)
        {
            return new TortureReport(
                kills, _ledger.Acknowledged, _ledger.InDoubt, _compactions, _ledger.ReadsJudged, documents,
                [.. _ledger.Violations]);
        }
    }

    /// <summary>Everybody works; now and then somebody is killed and replaced. Then everybody ends.</summary>
    private async Task<int> RunRoundAsync(int kills)
    {
        Enumerable.Range(0, _options.Writers).ToList().ForEach(worker => Add("writer", worker));
        Enumerable.Range(0, _options.Compactors).ToList().ForEach(worker => Add("compactor", worker));
        Enumerable.Range(0, _options.Readers).ToList().ForEach(worker => Add("reader", worker));
        using CancellationTokenSource stop = new();
        Task[] drivers =
        [
            .. _children.Where(child => child.Role == "reader")
                .Select(child => DriveAsync(child.Child, new Random(_random.Next()), stop.Token)),
        ];
        for (int kill = 0; kill < kills; kill++)
        {
            await KillOneAsync();
        }

        await Task.WhenAll(_children.Select(child => child.Child.Ready)).WaitAsync(s_patience);
        await Task.Delay(_options.MaxPause);
        await stop.CancelAsync();
        await Task.WhenAll(drivers).WaitAsync(s_patience);
        await Task.WhenAll(_children.Select(child => StopAsync(child.Child)));
        _children.Clear();
        return kills;
    }

    private void Add(string role, int worker) => _children.Add((role, worker, Start(role, worker)));

    private ChildProcess Start(string role, int worker) => ChildProcess.Start(
        role, _options.Store, Interlocked.Increment(ref _incarnations), worker, _random.Next(), OnLines);

    /// <summary>Most victims are at work; one in five has perhaps not opened the database yet.</summary>
    private async Task KillOneAsync()
    {
        int[] victims = [.. _children.Index().Where(child => child.Item.Role != "reader").Select(child => child.Index)];
        int victim = victims[_random.Next(victims.Length)];
        (string role, int worker, ChildProcess child) = _children[victim];
        if (_random.Next(5) != 0)
        {
            await child.Ready.WaitAsync(s_patience);
        }

        await Task.Delay(_random.Next((int)_options.MaxPause.TotalMilliseconds));
        if (!await EndAsync(child, "killed"))
        {
            Accuse($"{child} ended by itself, with status {await child.Ended}: {child.Errors}");
        }

        _children[victim] = (role, worker, Start(role, worker));
    }

    /// <summary>Kills a child, reads what it still said, and doubts what it left open; false if it had ended before.
    /// </summary>
    private async Task<bool> EndAsync(ChildProcess child, string why)
    {
        bool wasAlive = child.Kill();
        await child.Ended;
        lock (_lock)
        {
            _journal.Append(child.ToString(), [why]);
            _ledger.DoubtPending(id => id / WriterChild.OperationsPerIncarnation == child.Incarnation);
        }

        return wasAlive;
    }

    /// <summary>Asks a child to end, and holds it to that.</summary>
    private async Task StopAsync(ChildProcess child)
    {
        child.Send("stop");
        Task first = await Task.WhenAny(child.Ended, Task.Delay(s_patience));
        string? wrong = first != child.Ended ? $"did not end within {s_patience}"
            : await child.Ended != 0 ? $"ended with status {await child.Ended}: {child.Errors}"
            : null;
        await EndAsync(child, "stopped");
        if (wrong is not null)
        {
            Accuse($"{child} {wrong}");
        }
    }

    private void Accuse(string violation)
    {
        lock (_lock)
        {
            _ledger.Violations.Add(violation);
        }
    }

    /// <summary>Has a fresh process read everything, and judges it; how many documents there are.</summary>
    private async Task<int> JudgeAtRestAsync(string[] requests)
    {
        ChildProcess reader = Start("reader", 0);
        int documents = 0;
        foreach (string request in requests)
        {
            if (await AskAsync(reader, request, "") is { } found)
            {
                documents = found.Count;
                lock (_lock)
                {
                    _ledger.JudgeAtRest(found);
                }
            }
        }

        await StopAsync(reader);
        return documents;
    }

    /// <summary>Reads on and on, and judges each answer by what was known when it was asked for.</summary>
    private async Task DriveAsync(ChildProcess reader, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !reader.Ended.IsCompleted)
        {
            Dictionary<string, long> floors;
            string request;
            lock (_lock)
            {
                string[] keys = [.. _ledger.Keys];
                (request, floors) = random.Next(ScanOneIn) switch
                {
                    _ when keys.Length == 0 => ("scan", _ledger.BeginRead([])),
                    0 => ("scan", _ledger.BeginRead()),
                    < 4 => ("near", _ledger.BeginRead([keys[random.Next(keys.Length)]])),
                    _ => ("get", _ledger.BeginRead(random.GetItems(keys, 5).Distinct())),
                };
            }

            string asked = request == "scan" ? "" : string.Join(' ', floors.Keys);
            if (await AskAsync(reader, request, asked) is { } found)
            {
                lock (_lock)
                {
                    _ledger.EndRead(new StrongRead(floors, found, Stopwatch.GetTimestamp()));
                }
            }
        }
    }

    /// <summary>A reader's answer, or null when it ends, or takes for ever, without one.</summary>
    private async Task<Dictionary<string, Observation>?> AskAsync(ChildProcess reader, string request, string keys)
    {
        long id = Interlocked.Increment(ref _requestCount);
        TaskCompletionSource<Dictionary<string, Observation>> answer =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _requests.Add(id, answer);
        }

        reader.Send($"{request} {id} {keys}".TrimEnd());
        Task first = await Task.WhenAny(answer.Task, reader.Ended, Task.Delay(s_patience));
        if (first != answer.Task && !answer.Task.IsCompleted)
        {
            Accuse($"{reader} did not answer '{request} {id}': {reader.Errors}");
            return null;
        }

        return await answer.Task;
    }

    private void OnLines(ChildProcess child, IReadOnlyList<string> lines)
    {
        lock (_lock)
        {
            _journal.Append(child.ToString(), lines);
            foreach (string line in lines)
            {
                OnLine(child, line.Split(' '), line);
            }
        }
    }

    private void OnLine(ChildProcess child, string[] words, string line)
    {
        switch (words[0])
        {
            case "I":
                _ledger.Announce(new Operation(
                    long.Parse(words[1]),
                    long.Parse(words[2]),
                    long.Parse(words[3]),
                    [.. words[4..].Select(word => (word.TrimEnd('-'), word.EndsWith('-')))]));
                break;
            case "A":
                _ledger.Acknowledge(long.Parse(words[1]), long.Parse(words[2]));
                break;
            case "F":
                _ledger.Fail(long.Parse(words[1]));
                break;
            case "U":
                _ledger.Doubt(long.Parse(words[1]));
                break;
            case "C":
                _compactions++;
                break;
            case "=":
                long request = long.Parse(words[1]);
                _requests[request].SetResult(ParseDocuments(words[2..]));
                _requests.Remove(request);
                break;
            case "!":
                _ledger.Violations.Add($"{child}: {line[2..]}");
                break;
        }
    }

    private static Dictionary<string, Observation> ParseDocuments(string[] words)
    {
        Dictionary<string, Observation> documents = [];
        foreach (string[] parts in words.Where(word => word.Length > 0).Select(word => word.Split(':')))
        {
            documents[parts[0]] = new Observation(long.Parse(parts[1]), long.Parse(parts[2]));
        }

        return documents;
    }
}
