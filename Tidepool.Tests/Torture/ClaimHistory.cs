namespace Tidepool.Tests.Torture;

/// <summary>A key that only its first writer creates: one winner, for ever.</summary>
/// <remarks>The floor is the winner's write once it is known, 0 before.</remarks>
internal sealed class ClaimHistory(string key) : KeyHistory(key)
{
    private long _winner;

    internal override long Floor => _winner;

    internal override string? Acknowledge(Operation operation)
    {
        if (_winner != 0 && _winner != operation.Id)
        {
            return $"{operation} won, and so did {Find(_winner)}";
        }

        _winner = operation.Id;
        return null;
    }

    internal override string? Judge(long floor, Observation? found, long endedAt)
    {
        if (found is not { } document)
        {
            return floor > 0 ? $"is absent; expected {Find(floor)}" : null;
        }

        bool isOther = _winner != 0 && _winner != document.Operation;
        return JudgeOrigin(document)
            ?? (isOther ? $"holds {Find(document.Operation)}; expected {Find(_winner)}" : null);
    }

    internal override void NoteSeen(Observation? found)
    {
        base.NoteSeen(found);
        if (_winner == 0 && found is { } document)
        {
            _winner = document.Operation;
        }
    }
}
