namespace Tidepool.Tests.Torture;

/// <summary>What the children of a run have said: every line goes to the journal, then to the ledger and the counts.
/// </summary>
/// <remarks>Any thread; <see cref="Gate"/> guards the ledger and the order in which lines reach it.</remarks>
internal sealed class RunRecord(string? journalPath) : IDisposable
{
    /// <summary>What the system, and the base library, say of a full disk.</summary>
    private static readonly string[] s_fullDisk = ["No space left", "the disk was full"];

    private readonly Journal _journal = new(journalPath ?? Path.GetTempFileName());
    private readonly Dictionary<long, TaskCompletionSource<Dictionary<string, Observation>>> _requests = [];
    private long _requestCount;

    internal Lock Gate { get; } = new();

    internal Ledger Ledger { get; } = new();

    internal string JournalPath => _journal.Path;

    internal int Kills { get; private set; }

    internal int Compactions { get; private set; }

    /// <summary>Objects deleted or buried by collectors: log entries, objects in graves, orphans, manifests.</summary>
    internal long[] Collected { get; } = new long[4];

    /// <summary>How often a child was told that the disk is full.</summary>
    internal int OutOfSpace { get; private set; }

    public void Dispose()
    {
        _journal.Dispose();
        if (journalPath is null && Ledger.Violations.Count == 0)
        {
            File.Delete(_journal.Path);
        }
    }

    internal void Accuse(string violation)
    {
        lock (Gate)
        {
            Ledger.Violations.Add(violation);
        }
    }

    internal void OnKilled()
    {
        lock (Gate)
        {
            Kills++;
        }
    }

    /// <summary>A child is gone, and everything that it said has come.</summary>
    internal void OnEnded(ChildProcess child, string why)
    {
        lock (Gate)
        {
            _journal.Append(child.ToString(), [why]);
            Ledger.DoubtPending(id => id / WriterChild.OperationsPerIncarnation == child.Incarnation);
        }
    }

    /// <summary>Expects an answer of a reader to the request of a number.</summary>
    internal (long Number, Task<Dictionary<string, Observation>> Answer) ExpectAnswer()
    {
        TaskCompletionSource<Dictionary<string, Observation>> answer =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            _requests.Add(++_requestCount, answer);
            return (_requestCount, answer.Task);
        }
    }

    internal void OnLines(ChildProcess child, IReadOnlyList<string> lines)
    {
        lock (Gate)
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
        OutOfSpace += words[0] is "F" or "?" && s_fullDisk.Any(line.Contains) ? 1 : 0;
        switch (words[0])
        {
            case "I":
                (string Key, bool IsDelete)[] writes =
                    [.. words[4..].Select(word => (word.TrimEnd('-'), word.EndsWith('-')))];
                Ledger.Announce(
                    new Operation(long.Parse(words[1]), long.Parse(words[2]), long.Parse(words[3]), writes)
                    {
                        Worker = child.Worker,
                    });
                break;
            case "A":
                Ledger.Acknowledge(long.Parse(words[1]), long.Parse(words[2]));
                break;
            case "F":
                Ledger.Fail(long.Parse(words[1]));
                break;
            case "U":
                Ledger.Doubt(long.Parse(words[1]));
                break;
            case "C":
                Compactions++;
                break;
            case "G":
                for (int kind = 0; kind < Collected.Length; kind++)
                {
                    Collected[kind] += long.Parse(words[1 + kind]);
                }

                break;
            case "=":
                long request = long.Parse(words[1]);
                _requests[request].SetResult(ParseDocuments(words[2..]));
                _requests.Remove(request);
                break;
            case "!":
                Ledger.Violations.Add($"{child}: {line[2..]}");
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
