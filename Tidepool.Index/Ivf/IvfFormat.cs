using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>The numbers of the cell index's sections; docs/format/ivf.md gives every byte.</summary>
internal static class IvfFormat
{
    /// <summary>The bytes <c>TPIV</c>.</summary>
    internal const uint Magic = 0x56495054;

    /// <summary>A reader refuses any other version.</summary>
    internal const int Version = 3;

    /// <summary>First block, rows, radius, base and error of coarse codes, error of fine codes.</summary>
    internal const int CellSizeBytes = 6 * sizeof(uint);

    internal const int MaxCellCount = 1 << 20;

    /// <summary>A fine comparison takes as long as so many coarse ones: its code is somewhere in memory.</summary>
    internal const int FineWork = 32;

    /// <summary>The two factors of a fine code.</summary>
    internal const int FineFactorSizeBytes = Float24.PairSizeBytes;

    /// <summary>The two factors of a center's code.</summary>
    internal const int CenterFactorSizeBytes = 2 * sizeof(float);

    /// <summary>Bytes of a cell for each block of its rows: coarse codes, fine codes, factors of fine codes.</summary>
    internal static int GetBlockSizeBytes(CodeKind codes, int mappedDimensions) =>
        GetCoarseSizeBytes(codes, mappedDimensions) + GetFineSizeBytes(codes, mappedDimensions);

    /// <summary>Bytes of the coarse codes of 32 rows.</summary>
    internal static int GetCoarseSizeBytes(CodeKind codes, int mappedDimensions) =>
        codes == CodeKind.None ? 0 : BlockScan.GetSizeBytes(mappedDimensions);

    /// <summary>Bytes of the fine codes of 32 rows with their factors.</summary>
    internal static int GetFineSizeBytes(CodeKind codes, int mappedDimensions)
    {
        int row = GetFineRowSizeBytes(codes, mappedDimensions);
        return row == 0 ? 0 : BlockScan.Rows * (row + FineFactorSizeBytes);
    }

    /// <summary>Bytes of one row's fine code, without its factors.</summary>
    internal static int GetFineRowSizeBytes(CodeKind codes, int mappedDimensions) => codes switch
    {
        CodeKind.Scalar8 => mappedDimensions,
        CodeKind.Float16 => mappedDimensions * sizeof(ushort),
        _ => 0,
    };

    /// <summary>Bytes of the table that cells are found by: centers, their 8-bit codes, the codes' factors.</summary>
    internal static long GetCenterSizeBytes(int cellCount, int mappedDimensions) =>
        (long)cellCount * ((mappedDimensions * (sizeof(float) + 1)) + CenterFactorSizeBytes);
}
