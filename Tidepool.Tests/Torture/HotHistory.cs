namespace Tidepool.Tests.Torture;

/// <summary>A key that everybody upserts: the highest sequence wins.</summary>
/// <remarks>The floor is the highest sequence known to have taken effect.</remarks>
internal sealed class HotHistory(string key) : KeyHistory(key)
{
    private long _floor;

    internal override long Floor => _floor;

    internal override string? Acknowledge(Operation operation)
    {
        _floor = Math.Max(_floor, operation.Sequence);
        return null;
    }

    internal override string? Judge(long floor, Observation? found, long endedAt)
    {
        if (found is not { } document)
        {
            return floor > 0 ? $"is absent; expected a write of sequence {floor} or later" : null;
        }

        Operation? operation = Find(document.Operation);
        bool isStale = operation is { State: OperationState.Acknowledged } && operation.Sequence < floor;
        return JudgeOrigin(document)
            ?? (isStale ? $"holds {operation}; expected sequence {floor} or later" : null);
    }
}
