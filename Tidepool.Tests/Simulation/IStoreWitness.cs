namespace Tidepool.Tests.Simulation;

/// <summary>Sees every change of the store, in the order in which they take effect.</summary>
internal interface IStoreWitness
{
    void OnPut(string key, byte[] data, ModelObject? before);

    void OnDeleted(string key, ModelObject before);
}
