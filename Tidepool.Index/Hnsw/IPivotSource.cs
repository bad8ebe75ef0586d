namespace Tidepool.Index.Hnsw;

/// <summary>Opens distances between nodes for one worker at a time.</summary>
internal interface IPivotSource<TDistance>
    where TDistance : struct, IPivotDistance, allows ref struct
{
    /// <summary>Distances that keep their pivot in a worker's memory.</summary>
    TDistance Open(BuildScratch scratch);
}
