namespace Tidepool.Storage;

/// <summary>Who can reach the objects of a store; decides how long deleted data must linger
/// (docs/protocol.md).</summary>
public enum ObjectStoreSharing
{
    /// <summary>Any number of hosts over a network, where a request may be applied long after its sender gave
    /// up.</summary>
    Network,

    /// <summary>Processes of one host: they share one clock, and a request never outlives its process.</summary>
    Host,

    /// <summary>One process.</summary>
    Process,
}
