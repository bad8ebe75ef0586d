namespace Tidepool;

/// <summary>How the vectors of a field are searched. The numbers are stored: they never change.</summary>
public enum VectorIndexKind
{
    /// <summary>What Tidepool takes to be best: today <see cref="Ivf"/>.</summary>
    Auto = 0,

    /// <summary>No index: every vector is compared, and answers are exact.</summary>
    Flat = 1,

    /// <summary>A navigable graph. Takes the most memory and time to build.</summary>
    Hnsw = 2,

    /// <summary>Cells around centroids, of which the nearest are scanned.</summary>
    Ivf = 3,
}
