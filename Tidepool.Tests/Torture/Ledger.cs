using System.Diagnostics;

namespace Tidepool.Tests.Torture;

/// <summary>What every writer of a run announced and was told, and so what any strong read may find.</summary>
/// <remarks>Not thread-safe: one lock guards it and the order in which lines reach it.</remarks>
internal sealed class Ledger
{
    /// <summary>How long states are read for certain: the window, less what stores' times are rounded by.</summary>
    private static readonly TimeSpan s_pastStays = TortureStore.Window - TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, KeyHistory> _keys = [];
    private readonly Dictionary<long, Operation> _operations = [];
    private readonly HashSet<Operation> _open = [];
    private readonly List<StrongRead> _suspects = [];
    private readonly List<PastRead> _pastReads = [];

    /// <summary>What should never have been; a run has failed when there is any.</summary>
    internal List<string> Violations { get; } = [];

    internal int Acknowledged { get; private set; }

    internal int Failed { get; private set; }

    /// <summary>Writes whose caller was told that their outcome is unknown.</summary>
    internal int ToldUnknown { get; private set; }

    /// <summary>Writes that were under way when their process was killed.</summary>
    internal int CutOff { get; private set; }

    /// <summary>Of those two, the ones found out, later, to have been committed or repeated.</summary>
    internal int SettledAsCommitted { get; private set; }

    /// <summary>Of those two, the ones found out, later, never to have been committed.</summary>
    internal int SettledAsFailed { get; private set; }

    internal int ReadsJudged { get; private set; }

    /// <summary>Whole states held to the log.</summary>
    internal int StatesJudged { get; private set; }

    /// <summary>The last write that is known to be durable.</summary>
    internal long Head { get; private set; }

    internal IReadOnlyCollection<string> Keys => _keys.Keys;

    internal int InDoubt => _open.Count(operation => operation.State == OperationState.InDoubt);

    /// <summary>Before a writer writes.</summary>
    internal void Announce(Operation operation)
    {
        _operations.Add(operation.Id, operation);
        _open.Add(operation);
        foreach ((string key, bool isDelete) in operation.Writes)
        {
            if (!_keys.TryGetValue(key, out KeyHistory? history))
            {
                _keys.Add(key, history = KeyHistory.Create(key));
            }

            history.Announce(operation, isDelete);
        }
    }

    /// <summary>A writer was told that its write is durable.</summary>
    internal void Acknowledge(long id, long sequence)
    {
        Operation operation = _operations[id];
        SettledAsCommitted += operation.State == OperationState.InDoubt ? 1 : 0;
        operation.State = OperationState.Acknowledged;
        operation.Sequence = sequence;
        _open.Remove(operation);
        Acknowledged++;
        Head = Math.Max(Head, sequence);
        foreach ((string key, _) in operation.Writes)
        {
            if (_keys[key].Acknowledge(operation) is { } wrong)
            {
                Violations.Add($"{key}: {wrong}");
            }
        }
    }

    /// <summary>A writer was told that nothing was written, now or ever.</summary>
    internal void Fail(long id)
    {
        Operation operation = _operations[id];
        SettledAsFailed += operation.State == OperationState.InDoubt ? 1 : 0;
        operation.State = OperationState.Failed;
        _open.Remove(operation);
        Failed++;
        if (operation.WasSeen)
        {
            Violations.Add($"{operation} was reported as failed, yet had been read");
        }
    }

    /// <summary>The database could not tell a writer what became of its write.</summary>
    internal void Doubt(long id)
    {
        ToldUnknown += _operations[id].State == OperationState.Pending ? 1 : 0;
        _operations[id].State = OperationState.InDoubt;
    }

    /// <summary>A writer is gone: what it had under way may or may not have taken effect.</summary>
    internal void DoubtPending(Predicate<long> isOfTheWriter)
    {
        foreach (Operation operation in _open)
        {
            if (operation.State == OperationState.Pending && isOfTheWriter(operation.Id))
            {
                operation.State = OperationState.InDoubt;
                CutOff++;
            }
        }
    }

    /// <summary>What a worker's earlier processes left in doubt, in the order of its announcements.</summary>
    internal Operation[] FindInDoubt(int worker) =>
    [
        .. _open.Where(operation => operation.Worker == worker && operation.State == OperationState.InDoubt)
            .OrderBy(operation => operation.AnnouncedAt),
    ];

    /// <summary>The least that a strong read of these keys (of all, by default) must see if it begins now.</summary>
    internal Dictionary<string, long> BeginRead(IEnumerable<string>? keys = null) =>
        (keys ?? _keys.Keys).ToDictionary(key => key, key => _keys[key].Floor);

    /// <summary>Judges a strong read.</summary>
    /// <remarks>An answer may overtake the lines in which writers announced what it shows, so what looks wrong now is
    /// judged again when all lines are in. Writes announced after the read had ended do not excuse it then.</remarks>
    internal void EndRead(StrongRead read)
    {
        ReadsJudged++;
        if (Judge(read).Any())
        {
            _suspects.Add(read);
        }
        else
        {
            NoteSeen(read);
        }
    }

    /// <summary>Has a state judged as soon as it is known where in the log every write is, and which failed.</summary>
    internal void EndRead(PastRead read) => _pastReads.Add(read);

    /// <summary>Judges again what looked wrong, now that every line of the writers has been read.</summary>
    internal void Settle()
    {
        foreach (StrongRead read in _suspects)
        {
            Violations.AddRange(Judge(read));
            NoteSeen(read);
        }

        _suspects.Clear();
        foreach (PastRead read in _pastReads)
        {
            Violations.AddRange(Judge(read));
            StatesJudged++;
        }

        _pastReads.Clear();
    }

    /// <summary>Judges all that is stored, when no writer is left and every line of theirs has been read.</summary>
    internal void JudgeAtRest(Dictionary<string, Observation> found)
    {
        Settle();
        foreach (string key in found.Keys.Where(key => !_keys.ContainsKey(key)))
        {
            Violations.Add($"{key}: holds write {found[key].Operation}, which nobody announced");
        }

        foreach ((string key, KeyHistory history) in _keys)
        {
            if (history.JudgeAtRest(Lookup(found, key)) is { } wrong)
            {
                Violations.Add($"{key}: {wrong} (at rest)");
            }
        }

        foreach (Operation operation in _open)
        {
            JudgeAtomicity(operation, found);
        }

        foreach ((string key, KeyHistory history) in _keys)
        {
            history.NoteSeen(Lookup(found, key));
        }
    }

    private static Observation? Lookup(Dictionary<string, Observation> found, string key) =>
        found.TryGetValue(key, out Observation document) ? document : null;

    private IEnumerable<string> Judge(StrongRead read)
    {
        foreach (string key in read.Floors.Keys.Union(read.Found.Keys))
        {
            string? wrong = _keys.TryGetValue(key, out KeyHistory? history)
                ? history.Judge(read.Floors.GetValueOrDefault(key, history.NoFloor), read.Find(key), read.EndedAt)
                : "was read, yet nobody announced it";
            if (wrong is not null)
            {
                yield return $"{key}: {wrong}";
            }
        }
    }

    /// <summary>A state is that of the log at its position, in every key.</summary>
    private IEnumerable<string> Judge(PastRead read)
    {
        if (read.Found is not { } found)
        {
            return JudgeExpiry(read);
        }

        IEnumerable<string> unknown = found.Keys.Where(key => !_keys.ContainsKey(key))
            .Select(key => $"{key}: was read, yet nobody announced it");
        string[] wrong = [.. unknown, .. _keys
            .Select(key => (key.Key, Wrong: key.Value.JudgeAt(read.Sequence, Lookup(found, key.Key))))
            .Where(key => key.Wrong is not null).Select(key => $"{key.Key}: {key.Wrong}")];
        return wrong.Length == 0
            ? []
            : [$"{read.What} is not the log at {read.Sequence} in {wrong.Length} keys: {wrong[0]}"];
    }

    /// <summary>A state of the log is kept for the window after the next write, which is younger than its announcement.
    /// </summary>
    private IEnumerable<string> JudgeExpiry(PastRead read)
    {
        IEnumerable<Operation> next = _operations.Values.Where(
            operation => operation.State == OperationState.Acknowledged && operation.Sequence == read.Sequence + 1);
        foreach (Operation operation in next.Take(1))
        {
            TimeSpan age = Stopwatch.GetElapsedTime(operation.AnnouncedAt, read.EndedAt);
            if (age < s_pastStays)
            {
                yield return $"{read.What} was no longer kept {age} after the next write was announced";
            }
        }
    }

    private void NoteSeen(StrongRead read)
    {
        foreach ((string key, Observation document) in read.Found)
        {
            if (_keys.TryGetValue(key, out KeyHistory? history))
            {
                history.NoteSeen(document);
            }
        }
    }

    /// <summary>A write in doubt shows in all of its keys or in none, as far as it is the last write of each.</summary>
    private void JudgeAtomicity(Operation operation, Dictionary<string, Observation> found)
    {
        if (operation.State != OperationState.InDoubt)
        {
            return;
        }

        List<bool> effects = [.. operation.Writes
            .Select(write => (_keys[write.Key] as OwnedHistory)?.TookEffect(operation, Lookup(found, write.Key)))
            .OfType<bool>()];
        if (effects.Distinct().Count() > 1)
        {
            Violations.Add($"{operation} took effect in {effects.Count(took => took)} of {effects.Count} keys");
        }
    }
}
