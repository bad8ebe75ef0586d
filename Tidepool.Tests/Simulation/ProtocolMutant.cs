namespace Tidepool.Tests.Simulation;

/// <summary>Ways to break the protocol on purpose.</summary>
internal enum ProtocolMutant
{
    /// <summary>The protocol as it is.</summary>
    None,
}
