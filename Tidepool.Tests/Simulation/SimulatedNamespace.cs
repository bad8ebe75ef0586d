namespace Tidepool.Tests.Simulation;

/// <summary>A namespace as one process uses it.</summary>
internal sealed class SimulatedNamespace(
    SimulatedProcess process, TidepoolNamespace documents, SimulationHistory history)
{
    internal SimulatedProcess Process { get; } = process;

    internal TidepoolNamespace Documents { get; } = documents;

    internal SimulationHistory History { get; } = history;

    /// <summary>The latest position of which this process has seen something: it never goes back behind it.</summary>
    internal int Observed { get; set; } = -1;

    /// <summary>The incarnation and sequence of its last write.</summary>
    internal (int Incarnation, long Sequence) LastWrite { get; set; }
}
