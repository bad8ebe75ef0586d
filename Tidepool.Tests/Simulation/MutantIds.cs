namespace Tidepool.Tests.Simulation;

/// <summary>Ids that are given more than once.</summary>
internal sealed class MutantIds(IdSource inner, SimulationRandom random, ProtocolMutant mutant) : IdSource
{
    private const int Names = 6;

    internal override Guid NewId() => mutant == ProtocolMutant.SegmentNamesCollide
        ? new Guid(random.Next(1, Names), 0, 0, new byte[8])
        : inner.NewId();

    internal override Guid NewBatchId(DateTimeOffset now)
    {
        Guid id = inner.NewBatchId(now);
        return mutant == ProtocolMutant.BatchIdsCollide ? new Guid(random.Next(1, Names), 0, 0, new byte[8]) : id;
    }

    internal override int NewRetrySeed() => inner.NewRetrySeed();
}
