namespace Tidepool.Tests.Simulation;

/// <summary>How often each kind of fault has happened.</summary>
internal sealed class FaultCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<FaultKind>().Length];

    internal long Total => _counts.Sum();

    internal long this[FaultKind kind] => _counts[(int)kind];

    /// <summary>The kinds that have never happened.</summary>
    internal IEnumerable<FaultKind> Missing => Enum.GetValues<FaultKind>().Where(kind => this[kind] == 0);

    internal void Count(FaultKind kind) => _counts[(int)kind]++;

    internal void Add(FaultKind kind, long count) => _counts[(int)kind] += count;

    internal void Add(FaultCounters other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    public override string ToString() => string.Join(
        ' ', Enum.GetValues<FaultKind>().Select(kind => $"{kind}={this[kind]}"));
}
