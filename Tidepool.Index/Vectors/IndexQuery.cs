namespace Tidepool.Index.Vectors;

/// <summary>A nearest-neighbour query for one index.</summary>
internal readonly ref struct IndexQuery
{
    /// <summary>As many numbers as the field has dimensions, as the caller gave them.</summary>
    internal required ReadOnlySpan<float> Vector { get; init; }

    /// <summary>The L2 norm of <see cref="Vector"/>.</summary>
    internal required float Norm { get; init; }

    /// <summary>How many rows are wanted.</summary>
    internal required int K { get; init; }

    /// <summary>The share of the true k nearest that is aimed at, in (0, 1).</summary>
    internal required double RecallTarget { get; init; }

    /// <summary>How many cells to scan, or candidates to keep; 0 for what reaches the recall target.</summary>
    internal int Breadth { get; init; }

    /// <summary>Bit i for ordinal i; empty for all rows.</summary>
    internal ReadOnlySpan<ulong> Selected { get; init; }

    /// <summary>How many rows are selected; equal to the number of rows when <see cref="Selected"/> is
    /// empty.</summary>
    internal required int SelectedCount { get; init; }
}
