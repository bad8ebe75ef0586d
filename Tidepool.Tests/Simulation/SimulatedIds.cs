namespace Tidepool.Tests.Simulation;

/// <summary>Ids from a seed.</summary>
internal sealed class SimulatedIds(SimulationRandom random, SimulationLoop loop) : IdSource
{
    private int _batches;

    private Guid _lastBatchId;

    /// <summary>The id that the last batch without a key was given; empty if there was none since the last question.
    /// </summary>
    internal Guid TakeLastBatchId()
    {
        Guid id = _lastBatchId;
        _lastBatchId = Guid.Empty;
        return id;
    }

    /// <summary>Told of each id of a batch that is given.</summary>
    internal Action<Guid>? OnBatch { get; set; }

    internal override Guid NewId() => random.NextGuid();

    internal override Guid NewBatchId(DateTimeOffset now)
    {
        _lastBatchId = new Guid((int)(loop.Ticks >> 32), (short)(loop.Ticks >> 16), (short)loop.Ticks,
            [.. BitConverter.GetBytes(random.Next64() ^ (ulong)++_batches)]);
        OnBatch?.Invoke(_lastBatchId);
        return _lastBatchId;
    }

    internal override int NewRetrySeed() => random.Next(int.MaxValue);
}
