using System.Text.Json;

namespace Tidepool.Tests.Simulation;

/// <summary>Sums over many runs; travels between processes as one line.</summary>
internal sealed class SimulationTotals
{
    private readonly FaultCounters _faults = new();

    public long Seeds { get; set; }

    public long Failures { get; set; }

    public long Operations { get; set; }

    public long Events { get; set; }

    public long Commits { get; set; }

    public long Manifests { get; set; }

    public long Ghosts { get; set; }

    public double VirtualDays { get; set; }

    /// <summary>Counts by name.</summary>
    public Dictionary<string, long> Faults
    {
        get => Enum.GetValues<FaultKind>().ToDictionary(kind => kind.ToString(), kind => _faults[kind]);
        set
        {
            foreach ((string name, long count) in value)
            {
                _faults.Add(Enum.Parse<FaultKind>(name), count);
            }
        }
    }

    /// <summary>The kinds of faults that have never happened.</summary>
    internal IEnumerable<FaultKind> MissingFaults => _faults.Missing;

    internal static SimulationTotals Parse(string line) => JsonSerializer.Deserialize<SimulationTotals>(line)!;

    internal string ToLine() => JsonSerializer.Serialize(this);

    internal void CountFailure() => Failures++;

    internal void Add(SimulationResult result)
    {
        Seeds++;
        Operations += result.Operations;
        Events += result.Events;
        Commits += result.Commits;
        Manifests += result.Manifests;
        Ghosts += result.Ghosts;
        VirtualDays += result.VirtualTime.TotalDays;
        _faults.Add(result.Faults);
    }

    internal void Add(SimulationTotals other)
    {
        Seeds += other.Seeds;
        Failures += other.Failures;
        Operations += other.Operations;
        Events += other.Events;
        Commits += other.Commits;
        Manifests += other.Manifests;
        Ghosts += other.Ghosts;
        VirtualDays += other.VirtualDays;
        _faults.Add(other._faults);
    }
}
