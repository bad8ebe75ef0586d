using Tidepool.Index.Distance;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>All about a cell index but its centers and codes.</summary>
internal sealed record IvfHead
{
    internal required Metric Metric { get; init; }

    internal required CodeKind Codes { get; init; }

    internal required int Dimensions { get; init; }

    internal required int MappedDimensions { get; init; }

    /// <summary>Seed of the rotation.</summary>
    internal required int Seed { get; init; }

    /// <summary>How many cells a search scans that asks for nothing: what reaches 95 % of the ten nearest.</summary>
    internal required int DefaultProbeCount { get; init; }

    /// <summary>Rows without a place in a cell; they follow the last block and are always compared.</summary>
    internal required int OutsiderCount { get; init; }

    /// <summary>The largest norm of a vector that has a place in a cell.</summary>
    internal required float LargestNorm { get; init; }

    /// <summary>What is subtracted from every vector; empty for nothing.</summary>
    internal required float[] Mean { get; init; }

    internal required GammaTable Gammas { get; init; }

    internal required IvfCell[] Cells { get; init; }

    /// <summary>Codebooks of product quantization; empty without.</summary>
    internal required float[] Codebooks { get; init; }

    internal int BlockCount => Cells.Length == 0 ? 0 : Cells[^1].FirstBlock + Cells[^1].BlockCount;

    /// <summary>Positions in cells, padding included.</summary>
    internal int CellPositions => BlockCount * BlockScan.Rows;
}
