namespace Tidepool.Index.Hnsw;

/// <summary>What one worker needs to insert nodes.</summary>
internal sealed class BuildScratch(HnswParameters parameters, int vectorLength)
{
    internal VisitedRows Visited { get; } = new();

    internal Beam Beam { get; } = new();

    /// <summary>A pivot as floats.</summary>
    internal float[] Pivot { get; } = new float[vectorLength];

    /// <summary>A pivot as signed bytes.</summary>
    internal sbyte[] PivotCode { get; } = new sbyte[vectorLength];

    /// <summary>Candidates of one level; also those of a node whose links are full.</summary>
    internal int[] Candidates { get; } = new int[Math.Max(parameters.EfConstruction, (2 * parameters.M) + 1)];

    internal float[] Distances { get; } = new float[Math.Max(parameters.EfConstruction, (2 * parameters.M) + 1)];

    /// <summary>Whom a node will link to: M for each level.</summary>
    internal int[] Selected { get; } = new int[(LevelSampler.MaxLevel + 1) * parameters.M];

    internal int[] SelectedCounts { get; } = new int[LevelSampler.MaxLevel + 1];

    /// <summary>New links of a node whose links are full.</summary>
    internal int[] Kept { get; } = new int[2 * parameters.M];
}
