namespace Tidepool.Tests.Torture;

/// <summary>A key that everybody reads and sets to one more if it is unchanged: no increment is lost or
/// doubled.</summary>
/// <remarks>The floor is the highest value known to have been reached.</remarks>
internal sealed class CounterHistory(string key) : KeyHistory(key)
{
    private readonly HashSet<long> _values = [];
    private long _floor;

    internal override long Floor => _floor;

    internal override string? Acknowledge(Operation operation)
    {
        _floor = Math.Max(_floor, operation.Value);
        return _values.Add(operation.Value) ? null : $"{operation} set it to {operation.Value}, and so did another";
    }

    internal override string? Judge(long floor, Observation? found, long endedAt)
    {
        long value = found?.Value ?? 0;
        return found is { } document && JudgeOrigin(document) is { } wrong
            ? wrong
            : value < floor ? $"is {value}; expected {floor} or more" : null;
    }

    internal override string? JudgeAtRest(Observation? found)
    {
        long value = found?.Value ?? 0;
        int sure = Operations.Count(operation => operation.State == OperationState.Acknowledged);
        int perhaps = Operations.Count(operation => operation.State == OperationState.InDoubt);
        return value < sure || value > sure + perhaps
            ? $"is {value}; expected {sure} acknowledged increments and at most {perhaps} in doubt"
            : Judge(_floor, found, long.MaxValue);
    }

    internal override void NoteSeen(Observation? found)
    {
        base.NoteSeen(found);
        _floor = Math.Max(_floor, found?.Value ?? 0);
    }
}
