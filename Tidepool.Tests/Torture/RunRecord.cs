namespace Tidepool.Tests.Torture;

/// <summary>What the children of a run have said: every line goes to the journal, then to the ledger and the counts.
/// </summary>
/// <remarks>Any thread; <see cref="Gate"/> guards the ledger and the order in which lines reach it.</remarks>
internal sealed class RunRecord : IDisposable
{
    /// <summary>What the system, and the base library, say of a full disk.</summary>
    private static readonly string[] s_fullDisk = ["No space left", "the disk was full"];

    private readonly Journal _journal;
    private readonly bool _isTemporary;
    private readonly Dictionary<long, TaskCompletionSource<string[]>> _requests = [];
    private long _requestCount;

    /// <param name="journalPath">Where to write it all down; null for a file that is gone after a good run.</param>
    internal RunRecord(string? journalPath)
    {
        _journal = new Journal(journalPath ?? Path.GetTempFileName());
        _isTemporary = journalPath is null;
        Kept = new KeptLedger(Ledger);
    }

    internal Lock Gate { get; } = new();

    internal Ledger Ledger { get; } = new();

    internal KeptLedger Kept { get; }

    internal string JournalPath => _journal.Path;

    internal int Kills { get; private set; }

    internal int Compactions { get; private set; }

    /// <summary>Objects deleted or buried by collectors: log entries, objects in graves, orphans, manifests,
    /// objects of dropped copies.</summary>
    internal long[] Collected { get; } = new long[5];

    /// <summary>How often a child was told that the disk is full.</summary>
    internal int OutOfSpace { get; private set; }

    public void Dispose()
    {
        _journal.Dispose();
        if (_isTemporary && Ledger.Violations.Count == 0)
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

    /// <summary>Has a child do something, which is written down first; its answer, or null when it ends without one.
    /// </summary>
    internal async Task<string[]?> AskAsync(ChildProcess child, string verb, string arguments)
    {
        TaskCompletionSource<string[]> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string request;
        lock (Gate)
        {
            _requests.Add(++_requestCount, answer);
            request = $"{verb} {_requestCount} {arguments}".TrimEnd();
            _journal.Append(child.ToString(), [$"< {request}"]);
        }

        child.Send(request);
        await Patience.TryWaitAsync(Task.WhenAny(answer.Task, child.Ended));
        if (!answer.Task.IsCompleted && !child.Ended.IsCompleted)
        {
            Accuse($"{child} did not answer '{request}': {child.Errors}");
        }

        return answer.Task.IsCompleted ? await answer.Task : null;
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
                _requests[request].SetResult(words[2..]);
                _requests.Remove(request);
                break;
            case "!":
                Ledger.Violations.Add($"{child}: {line[2..]}");
                break;
        }
    }
}
