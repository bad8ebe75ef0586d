namespace Tidepool.Manifests;

/// <summary>What is stored under the name of a generation.</summary>
/// <param name="Manifest">The manifest, if it is one.</param>
/// <param name="Successor">A newer generation, if it is a tombstone; else 0.</param>
/// <param name="StoreTime">The store's own time of the answer; null from a store that does not tell.</param>
internal readonly record struct StoredManifest(Manifest? Manifest, long Successor, DateTimeOffset? StoreTime)
{
    /// <summary>Whether there is anything.</summary>
    internal bool Exists => Manifest is not null || Successor != 0;
}
