namespace Tidepool.Cleanup;

/// <summary>What a collection deleted.</summary>
/// <param name="LogEntries">Log entries below the floor.</param>
/// <param name="Graves">Objects that manifests no longer needed.</param>
/// <param name="Orphans">Objects that no manifest ever came to need, and leftovers of probes.</param>
/// <param name="Manifests">Manifests replaced by tombstones.</param>
/// <param name="Dropped">Objects of dropped namespaces.</param>
internal readonly record struct CollectionReport(
    long LogEntries = 0, long Graves = 0, long Orphans = 0, long Manifests = 0, long Dropped = 0)
{
    /// <summary>Pins of copies that were released; what they kept is garbage now.</summary>
    internal long Pins { get; init; }

    public static CollectionReport operator +(CollectionReport left, CollectionReport right) => new(
        left.LogEntries + right.LogEntries,
        left.Graves + right.Graves,
        left.Orphans + right.Orphans,
        left.Manifests + right.Manifests,
        left.Dropped + right.Dropped)
    {
        Pins = left.Pins + right.Pins,
    };
}
