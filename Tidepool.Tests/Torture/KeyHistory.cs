namespace Tidepool.Tests.Torture;

/// <summary>Every announced write of one key, and what that allows a read to find.</summary>
/// <remarks>Not thread-safe; the <see cref="Ledger"/> that owns it is locked by its caller.</remarks>
internal abstract class KeyHistory(string key)
{
    private readonly Dictionary<long, int> _indexes = [];

    internal string Key { get; } = key;

    /// <summary>The least that any read must see: nothing.</summary>
    internal virtual long NoFloor => 0;

    /// <summary>The least that a strong read which begins now must see, in this history's own terms.</summary>
    internal abstract long Floor { get; }

    protected List<Operation> Operations { get; } = [];

    internal static KeyHistory Create(string key) => (KeyKind)key[0] switch
    {
        KeyKind.Owned => new OwnedHistory(key),
        KeyKind.Hot => new HotHistory(key),
        KeyKind.Claim => new ClaimHistory(key),
        KeyKind.Counter => new CounterHistory(key),
        _ => throw new ArgumentException($"Key {key} starts with no known kind.", nameof(key)),
    };

    internal virtual void Announce(Operation operation, bool isDelete)
    {
        _indexes.Add(operation.Id, Operations.Count);
        Operations.Add(operation);
    }

    /// <summary>Notes that a write is durable; answers what that contradicts, or null.</summary>
    internal abstract string? Acknowledge(Operation operation);

    /// <summary>Why a read that began at a floor may not have found this (null: no document), or null if it may.
    /// </summary>
    internal abstract string? Judge(long floor, Observation? found, long endedAt);

    /// <summary>The same for a read at rest, after every writer has ended.</summary>
    internal virtual string? JudgeAtRest(Observation? found) => Judge(Floor, found, long.MaxValue);

    /// <summary>Why the state at a position of the log, and none other, may not have this, or null if it may.</summary>
    /// <remarks>When every writer has ended: what is still in doubt then may show or not.</remarks>
    internal string? JudgeAt(long sequence, Observation? found)
    {
        long last = Operations.Where(operation => IsUpTo(operation, sequence))
            .Select(operation => operation.Sequence).DefaultIfEmpty().Max();
        bool mayBe = (last == 0 && found is null) || Operations.Exists(operation => operation.Shows(Key, found)
            && (operation.State == OperationState.InDoubt || (last > 0 && operation.Sequence == last)));
        if (mayBe)
        {
            return null;
        }

        string expected = last == 0 ? "nothing" : $"the write of sequence {last}";
        string what = found is { } document
            ? JudgeOrigin(document) ?? $"holds {Find(document.Operation)} of {document.Value}"
            : "is absent";
        return $"{what}; expected {expected}";
    }

    /// <summary>Notes what a strong read found, so that no later one may go back behind it.</summary>
    internal virtual void NoteSeen(Observation? found)
    {
        if (found is { } document && Find(document.Operation) is { } operation)
        {
            operation.WasSeen = true;
        }
    }

    private static bool IsUpTo(Operation operation, long sequence) =>
        operation.State == OperationState.Acknowledged && operation.Sequence <= sequence;

    protected int IndexOf(long id) => _indexes.GetValueOrDefault(id, -1);

    protected Operation? Find(long id) => IndexOf(id) is >= 0 and var index ? Operations[index] : null;

    /// <summary>What is wrong with a document whatever the floor: no write made it, or one that failed.</summary>
    protected string? JudgeOrigin(Observation found) => Find(found.Operation) switch
    {
        null => $"holds write {found.Operation}, which nobody announced",
        { State: OperationState.Failed } failed => $"holds {failed}, which was reported as failed",
        _ => null,
    };
}
