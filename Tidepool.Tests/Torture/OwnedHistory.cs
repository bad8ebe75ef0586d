namespace Tidepool.Tests.Torture;

/// <summary>A key with one writer at a time, so that its writes stand in the order in which they were
/// announced.</summary>
/// <remarks>The floor is an index into that order: of the last write known to have taken effect; -1 for none.</remarks>
internal sealed class OwnedHistory(string key) : KeyHistory(key)
{
    private readonly List<bool> _isDelete = [];
    private int _floor = -1;
    private long _sequence;

    internal override long NoFloor => -1;

    internal override long Floor => _floor;

    internal override void Announce(Operation operation, bool isDelete)
    {
        base.Announce(operation, isDelete);
        _isDelete.Add(isDelete);
    }

    internal override string? Acknowledge(Operation operation)
    {
        Raise(IndexOf(operation.Id));
        if (operation.Sequence > 0 && operation.Sequence <= _sequence)
        {
            return $"{operation} came after a write with sequence {_sequence}";
        }

        _sequence = Math.Max(_sequence, operation.Sequence);
        return null;
    }

    internal override string? Judge(long floor, Observation? found, long endedAt)
    {
        if (floor < 0 && found is null)
        {
            return null;
        }

        for (int index = (int)Math.Max(floor, 0); index < Operations.Count; index++)
        {
            Operation operation = Operations[index];
            bool mayHold = index == floor
                || (operation.State != OperationState.Failed && operation.AnnouncedAt <= endedAt);
            if (mayHold && Matches(index, found))
            {
                return null;
            }
        }

        string expected = floor < 0
            ? "nothing"
            : $"{Operations[(int)floor]}{(_isDelete[(int)floor] ? ", a delete" : "")}";
        string what = found is { } document
            ? JudgeOrigin(document) ?? $"holds {Find(document.Operation)}"
            : "is absent";
        return $"{what}; expected {expected} or later";
    }

    /// <summary>Whether a write in doubt shows in this key at rest; null if that cannot be told.</summary>
    internal bool? TookEffect(Operation operation, Observation? found)
    {
        int index = IndexOf(operation.Id);
        bool isLast = index == Operations.FindLastIndex(other => other.State != OperationState.Failed);
        bool before = _floor < 0 ? found is null : Matches(_floor, found);
        bool after = Matches(index, found);
        return !isLast || _floor >= index || before == after || MayBeOfAnother(index, found) ? null : after;
    }

    internal override void NoteSeen(Observation? found)
    {
        base.NoteSeen(found);
        if (found is { } document)
        {
            Raise(IndexOf(document.Operation));
        }
    }

    /// <summary>Whether a write in doubt between the floor and a write would show the same: another delete.</summary>
    private bool MayBeOfAnother(int index, Observation? found)
    {
        for (int other = _floor + 1; other < index; other++)
        {
            if (Operations[other].State != OperationState.Failed && Matches(other, found))
            {
                return true;
            }
        }

        return false;
    }

    private void Raise(int index) => _floor = Math.Max(_floor, index);

    private bool Matches(int index, Observation? found) =>
        _isDelete[index] ? found is null : found?.Operation == Operations[index].Id;
}
